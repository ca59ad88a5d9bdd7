"""Reads of spurts, one module per audience."""
