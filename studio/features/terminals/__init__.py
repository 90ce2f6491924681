"""Terminals: running commands. So far those of the chat loop; shells that stay open come later."""
