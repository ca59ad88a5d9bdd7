"""For everything without a drawing of its own: a thick rounded tile with an icon."""

from __future__ import annotations

from marketplace.web.art.canvas import Canvas, group, placed, rect
from marketplace.web.art.color import WHITE
from marketplace.web.art.icons import icon_shapes
from marketplace.web.art.merchandise.stage import Material, draw_contact

_LEFT, _TOP, _WIDTH, _HEIGHT, _DEPTH = 206, 116, 228, 276, 16


def draw_tile(canvas: Canvas, paint: Material, icon: str) -> None:
    draw_contact(canvas, 156, 407)
    face = canvas.linear(
        (_LEFT, _TOP),
        (_LEFT + _WIDTH, _TOP + _HEIGHT),
        [(0, paint.light), (0.4, paint.base), (1, paint.dark)],
    )
    shapes = icon_shapes(icon)
    pen = {"fill": "none", "stroke_linecap": "round", "stroke_linejoin": "round"}
    left, top = 320 - 72, _TOP + _HEIGHT / 2 - 72
    canvas.add(
        rect((_LEFT, _TOP + _DEPTH, _WIDTH, _HEIGHT), paint.deep, rx=50),
        rect((_LEFT, _TOP, _WIDTH, _HEIGHT), face, rx=50),
        rect(
            (_LEFT + 8, _TOP + 8, _WIDTH - 16, _HEIGHT - 16),
            "none",
            rx=43,
            stroke=WHITE,
            stroke_width=1.8,
            opacity=0.4,
        ),
        group(
            shapes,
            transform=placed(left, top + 4, 6),
            stroke=paint.deep,
            stroke_width="1.8",
            opacity=0.55,
            **pen,
        ),
        group(shapes, transform=placed(left, top, 6), stroke=WHITE, stroke_width="1.8", **pen),
    )
