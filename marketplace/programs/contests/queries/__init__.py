"""Reads of contests, one module per audience."""
