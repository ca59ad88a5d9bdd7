"""Writes of programs: run inside the caller's transaction."""
