"""Settings: what a person prefers. Answers workbench: config."""
