"""Installs: package managers, run for whoever asked for it, one at a time each. Beside the documents."""
