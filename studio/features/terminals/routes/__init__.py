"""The spellings of this feature: one module for each document."""
