"""Plans: workflows that a model writes for a goal, checked before anybody may run them (workbench)."""
