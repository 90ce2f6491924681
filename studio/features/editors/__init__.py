"""Editors: changing their configuration files, as a diff first, with a copy of what was there."""
