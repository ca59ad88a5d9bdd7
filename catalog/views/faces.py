"""What a card shows, drawn once and kept: its price, and its face, which is all the rest."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import current_app, request
from jinja2 import Environment
from markupsafe import Markup

from catalog.queries import Card
from catalog.views.balance import Purse
from catalog.views.locks import brief

KEPT = 4_096
FEW_LEFT = 5


@dataclass(frozen=True, slots=True)
class Face:
    """What stands before the price of a card, and what behind it."""

    top: Markup
    end: Markup


@dataclass(frozen=True, slots=True)
class _Asked:
    """A card to draw: equal to another when both look the same."""

    looks: tuple[Any, ...]
    card: Card

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked) and self.looks == other.looks

    def __hash__(self) -> int:
        return hash(self.looks)


def card_face(card: Card, level: int, *, eager: bool) -> Face:
    """The face of a card: from those kept, or drawn now."""
    looks = (
        *(card.slug, card.kind, card.name, card.note, card.brand, card.tier_name, card.tier_hue),
        *(card.cash_minor, card.highest_cash_minor, card.currency, card.art_text),
        *(card.photo_text, card.lock, note_of(card), card.is_saved, card.shelf),
        *(request.script_root, level, eager),
    )
    return _kept_face(_Asked(looks, card), level, eager)


@lru_cache(maxsize=KEPT)
def _kept_face(asked: _Asked, level: int, eager: bool) -> Face:
    return draw_face(current_app.jinja_env, asked.card, level, eager=eager)


def draw_face(environment: Environment, card: Card, level: int, *, eager: bool) -> Face:
    """The face of a card as the templates of an environment draw it."""
    drawing: Any = environment.get_template("catalog/_face.html").module
    return Face(drawing.top(card, level, note_of(card), eager=eager), drawing.end(card))


def card_price(card: Card, purse: Purse) -> Markup:
    """What a card costs and how far its reader is: from those kept, or drawn now."""
    is_out = card.lock or card.is_used_up or card.is_sold_out
    return _kept_price(card.points, None if is_out else purse.available, purse.about(card.points))


@lru_cache(maxsize=KEPT)
def _kept_price(points: int, available: int | None, value: str | None) -> Markup:
    drawing: Any = current_app.jinja_env.get_template("components/price.html").module
    return drawing.price(points, available=available, value=value)


def note_of(card: Card) -> str:
    """What a reader should know before the price: a lock, that they had it, how few are left."""
    if card.lock:
        return brief(card.lock)
    if card.is_used_up:
        return "You have had this"
    if card.is_sold_out:
        return "Sold out for now"
    if card.left is None or card.left > FEW_LEFT:
        return ""
    return f"{card.kind.units(card.left)} left"
