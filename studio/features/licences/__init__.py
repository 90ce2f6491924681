"""Licences: whose work Studio contains, and under which terms."""
