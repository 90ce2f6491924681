"""Approvals: one durable inbox of what waits for a person. Shared by all documents."""
