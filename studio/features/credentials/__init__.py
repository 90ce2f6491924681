"""Credentials: secret values and where they rest."""
