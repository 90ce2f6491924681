"""Language servers: which there are, how they are installed, and those that run for the chat."""
