"""Landscapes for travel rewards: the words of a destination mapped to drawings and moods."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.web.art.canvas import Canvas
from marketplace.web.art.scenes import alps, aurora, beach, city, desert, forest
from marketplace.web.art.seeded import Dice
from marketplace.web.art.sky import WIDTH

Scene = Callable[[Canvas, Dice, str], None]

SCENES: dict[str, Scene] = {
    "beach": beach.draw,
    "alps": alps.draw,
    "city": city.draw,
    "desert": desert.draw,
    "forest": forest.draw,
    "aurora": aurora.draw,
}

MOODS: dict[str, tuple[str, ...]] = {
    "beach": tuple(beach.MOODS),
    "alps": tuple(alps.MOODS),
    "city": tuple(city.MOODS),
    "desert": tuple(desert.MOODS),
    "forest": tuple(forest.MOODS),
    "aurora": tuple(aurora.MOODS),
}


def draw_scene(canvas: Canvas, dice: Dice, name: str, mood: str | None) -> None:
    """Draw a place; an unknown one becomes mountains or a beach, always the same for a slug."""
    mirrored = dice.chance(0.5)
    if name == "unknown":
        name = dice.pick(("alps", "beach"))
    chosen = dice.pick(MOODS[name])
    with canvas.grouped(transform=f"matrix(-1 0 0 1 {WIDTH} 0)" if mirrored else None):
        SCENES[name](canvas, dice, mood or chosen)
