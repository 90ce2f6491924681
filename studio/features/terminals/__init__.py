"""Terminals: shells that stay open and outlive the server, and commands that run to their end.

The workbench document's terminals and the Terminal API of the agents document are two spellings of one service.
"""
