"""Saving, taking off, choosing a goal; noting what was looked at; counting what many chose."""
