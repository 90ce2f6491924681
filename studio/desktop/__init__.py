"""The window: a web engine of this machine around the page, in a process beside the server's."""
