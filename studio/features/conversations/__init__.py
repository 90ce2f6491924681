"""Conversations: what was said, kept step by step. Answers workbench: conversations, chat/history, images."""
