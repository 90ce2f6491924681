"""Dashboard: what happens now, told to the page as it happens."""
