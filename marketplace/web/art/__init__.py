"""Pictures made by code: landscapes, cards, medals and things, each seeded by a slug."""

from __future__ import annotations

from marketplace.web.art.engine import art_version, card_ink, draw, stage_colors
from marketplace.web.art.options import KINDS, options_from_args

__all__ = ["KINDS", "art_version", "card_ink", "draw", "options_from_args", "stage_colors"]
