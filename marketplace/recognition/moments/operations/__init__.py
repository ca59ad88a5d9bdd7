"""Preparing moments, coming to them, and capturing what is said there."""
