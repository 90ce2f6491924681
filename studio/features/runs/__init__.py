"""Runs: workflows being done, journaled step by step, so that they go on after anything (workbench)."""
