"""Curation: the whole shelf, and one reward with its variants, look, stock and changes."""

from catalog.views.manage import moves, reward, shelf, variants
from catalog.views.manage.shared import bp

__all__ = ["bp", "moves", "reward", "shelf", "variants"]
