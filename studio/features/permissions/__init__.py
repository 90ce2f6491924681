"""Permissions: which call is allowed, asked about or denied, and by which rule. Shared by all documents."""
