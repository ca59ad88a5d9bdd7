"""Curation: the whole shelf, and one reward with its variants, look, stock and changes."""

from catalog.views.manage import margins, moves, reward, sheets, shelf, variants
from catalog.views.manage.shared import bp

__all__ = ["bp", "margins", "moves", "reward", "sheets", "shelf", "variants"]
