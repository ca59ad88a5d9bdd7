"""Landscapes for travel rewards: the word of a destination mapped to a drawing and its moods."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.web.art.canvas import Canvas
from marketplace.web.art.scenes import (
    alps,
    aurora,
    beach,
    city,
    cruise,
    desert,
    forest,
    island,
    lake,
    safari,
    wine,
)
from marketplace.web.art.seeded import Dice
from marketplace.web.art.sky import WIDTH

Scene = Callable[[Canvas, Dice, str], None]

_PLACES = {
    "beach": beach,
    "alps": alps,
    "city": city,
    "desert": desert,
    "forest": forest,
    "aurora": aurora,
    "cruise": cruise,
    "safari": safari,
    "island": island,
    "lake": lake,
    "wine": wine,
}
SCENES: dict[str, Scene] = {name: place.draw for name, place in _PLACES.items()}
MOODS: dict[str, tuple[str, ...]] = {name: tuple(place.MOODS) for name, place in _PLACES.items()}


def draw_scene(canvas: Canvas, dice: Dice, name: str, mood: str | None) -> None:
    """Draw a place; an unknown one becomes mountains or a beach, always the same for a slug."""
    mirrored = dice.chance(0.5)
    if name == "unknown":
        name = dice.pick(("alps", "beach"))
    chosen = dice.pick(MOODS[name])
    with canvas.grouped(transform=f"matrix(-1 0 0 1 {WIDTH} 0)" if mirrored else None):
        SCENES[name](canvas, dice, mood or chosen)
