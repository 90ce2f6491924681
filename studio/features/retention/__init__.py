"""Retention: how long what was said is kept, and what is removed when it was kept long enough."""
