"""Workflows: plans of steps, by a person, a template or a model, and checked before they run (workbench)."""
