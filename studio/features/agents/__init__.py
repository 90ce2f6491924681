"""Agents: who can be given work. So far the coding programs of this machine that can run by themselves."""
