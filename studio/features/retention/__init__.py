"""Retention: how long what was said and done is kept, and what is removed when it was kept long enough."""
