"""A small wooden hut with warm windows."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.web.art.canvas import Canvas, group, path, rect, stroke
from marketplace.web.art.color import Lch
from marketplace.web.art.geometry import Point, number

WOOD = Lch(0.42, 0.075, 45)
LAMP = Lch(0.9, 0.13, 82)


@dataclass(frozen=True, slots=True)
class Hut:
    """Where the middle of its floor stands, how large it is, and what covers its roof."""

    place: Point
    scale: float
    roof: Lch


def draw_hut(canvas: Canvas, hut: Hut) -> None:
    front, side, eave = WOOD.lighter(-0.06), WOOD.lighter(-0.14), WOOD.lighter(-0.2).muted(0.6)
    x, y = hut.place
    boards = "M-33-8h66M-33-16h66M-33-24h66"
    windows = "".join(
        rect((left, -24, 11, 13), LAMP) + stroke(f"M{left + 5.5}-24v13M{left}-17.5h11", eave, 1.1)
        for left in (-24.0, 13.0)
    )
    canvas.add(
        group(
            path("M16-44v-22h11v30z", side),
            path("M15-66h13v4h-13z", hut.roof),
            path("M-33 2v-34L0-62 33-32V2z", front),
            stroke(boards, side, 1, opacity=0.7),
            windows,
            rect((-6, -22, 12, 24), side),
            path("M-44-25L0-64 44-25l-4 4L0-55l-40 34z", eave),
            path("M-44-27L0-68 44-27l-3 4L0-60l-41 37z", hut.roof),
            transform=f"translate({number(x)} {number(y)})scale({number(hut.scale, 2)})",
        )
    )
