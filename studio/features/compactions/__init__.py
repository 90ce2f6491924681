"""Summaries that stand in for the oldest messages of a conversation."""
