"""Things to hold: each stands in a pastel room, lit from the upper left."""

from __future__ import annotations

from collections.abc import Callable

from marketplace.web.art.canvas import Canvas
from marketplace.web.art.merchandise import (
    backpack,
    bike,
    bottle,
    headphones,
    jacket,
    lamp,
    mug,
    speaker,
    suitcase,
    watch,
)
from marketplace.web.art.merchandise.stage import Material, choose_hues, draw_stage, material
from marketplace.web.art.merchandise.tile import draw_tile
from marketplace.web.art.seeded import Dice

OBJECTS: dict[str, Callable[[Canvas, Dice, Material], None]] = {
    "headphones": headphones.draw,
    "bottle": bottle.draw,
    "backpack": backpack.draw,
    "watch": watch.draw,
    "mug": mug.draw,
    "speaker": speaker.draw,
    "suitcase": suitcase.draw,
    "lamp": lamp.draw,
    "bike": bike.draw,
    "jacket": jacket.draw,
}


def draw_merchandise(canvas: Canvas, dice: Dice, thing: str) -> None:
    """Draw a known object, or a tile with the Lucide icon of that name."""
    room, hue = choose_hues(dice)
    draw_stage(canvas, dice, room)
    paint = material(hue, room)
    if thing in OBJECTS:
        OBJECTS[thing](canvas, dice, paint)
    else:
        draw_tile(canvas, paint, thing)
