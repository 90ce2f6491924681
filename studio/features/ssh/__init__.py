"""SSH: saved connections, the keys of hosts that are trusted, and what goes over a connection.

Answers the workbench document's SSH sessions. Shells of other machines are opened here and shown by terminals.
"""
