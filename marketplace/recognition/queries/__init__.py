"""Reads of recognition, one module per audience."""
