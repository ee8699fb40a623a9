"""A city's core system over HTTP, as docs/core-system.yaml describes it: one kind of Keeper."""
