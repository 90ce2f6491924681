"""Attacks on one's own server: what a hostile page or program could send, and what must come of it."""
