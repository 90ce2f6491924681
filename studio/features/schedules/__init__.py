"""Schedules: what is begun by itself, by cron or every so often. What can be begun registers itself as a target."""
