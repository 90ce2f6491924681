"""Files: reading, listing and searching a folder, for the chat loop and the page."""
