"""Accounts: who signs in, and by what. So far the owner: one-time links, and the browsers they signed in."""
