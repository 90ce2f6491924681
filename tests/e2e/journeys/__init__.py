"""Fifteen ways through Studio, each gone twice: with a pointer, and with the keyboard alone."""
