"""Exports: a whole conversation as a file to keep. Answers workbench: conversations/export."""
