"""Providers: who answers. Their protocols, keys and models. Answers workbench: providers."""
