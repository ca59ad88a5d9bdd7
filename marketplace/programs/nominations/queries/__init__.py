"""Reads of nominations, one module per audience."""
