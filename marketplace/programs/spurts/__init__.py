"""Spurts: a short window around a launch, with a part for each department and caps."""
