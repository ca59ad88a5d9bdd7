"""What a card shows to everyone alike, drawn once and kept: its picture, its name, its heart."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import current_app, request
from jinja2 import Environment
from markupsafe import Markup

from catalog.queries import Card

KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Face:
    """The picture with the ribbon of its tier; and the name with what kind of thing it is."""

    picture: Markup
    words: Markup


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
        *(card.cash_minor, card.highest_cash_minor, card.currency, repr(card.art)),
        *(repr(card.photo), request.script_root, level, eager),
    )
    return _kept_face(_Asked(looks, card), level, eager)


@lru_cache(maxsize=KEPT)
def _kept_face(asked: _Asked, level: int, eager: bool) -> Face:
    return draw_face(current_app.jinja_env, asked.card, level, eager=eager)


def draw_face(environment: Environment, card: Card, level: int, *, eager: bool) -> Face:
    """The face of a card as the templates of an environment draw it."""
    drawing: Any = environment.get_template("catalog/_face.html").module
    return Face(drawing.picture(card, eager=eager), drawing.words(card, level))


def drawn_heart(
    card: Any, is_saved: bool, place: str, *, apart: bool, variant_id: int | None
) -> Markup:
    """The heart of a reward, full or empty, as `wishes/_drawn_heart.html` draws it."""
    return _kept_heart(
        request.script_root, card.slug, card.name, bool(is_saved), place, apart, variant_id
    )


@lru_cache(maxsize=KEPT)
def _kept_heart(_root: str, *facts: Any) -> Markup:
    drawing: Any = current_app.jinja_env.get_template("wishes/_drawn_heart.html").module
    return drawing.drawn(*facts)
