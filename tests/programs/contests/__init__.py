"""Contests, form by form, and what they bring."""
