"""The whole of it as a person meets it: the real program, a real browser, and a provider that speaks from a script."""
