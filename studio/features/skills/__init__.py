"""Skills: folders of instructions for agents, found on this machine, checked, and shared with every program on it.

Answers workbench: skills.
"""
