"""Web: reading a page for the chat loop, and nothing of this machine or its network."""
