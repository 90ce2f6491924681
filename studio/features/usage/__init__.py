"""Usage: one ledger of tokens and money. Answers workbench: providers/consumption."""
