"""Backups: everything that was kept, in one file, made while Studio runs; and the way back."""
