"""Studio: the home base of a developer who works with AI agents."""

__version__ = "0.1.0"
