"""Shared goals of several departments, milestone paths of single people, and target files."""
