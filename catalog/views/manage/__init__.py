"""Curation: the whole shelf, and one reward with its variants, look, stock and changes."""

from catalog.views.manage import bulk, history, margins, moves, reward, sheets, shelf, variants
from catalog.views.manage.shared import bp

__all__ = ["bp", "bulk", "history", "margins", "moves", "reward", "sheets", "shelf", "variants"]
