import math

from marketplace.web.art.canvas import Canvas, circle, path, rect, stroke
from marketplace.web.art.color import WHITE, Lch
from marketplace.web.art.geometry import number, polar
from marketplace.web.art.merchandise.stage import Material, draw_contact
from marketplace.web.art.seeded import Dice

_CENTER = (320.0, 222.0)
_RINGS = ((Lch(0.78, 0.19, 150), 58), (Lch(0.8, 0.15, 72), 43), (Lch(0.7, 0.2, 350), 28))


def draw(canvas: Canvas, dice: Dice, paint: Material) -> None:
    draw_contact(canvas, 100)
    strap = paint.round(canvas, 282, 358)
    steel = canvas.linear(
        (230, 130),
        (410, 315),
        [(0, Lch(0.9, 0.008, 250)), (0.45, Lch(0.62, 0.012, 250)), (1, Lch(0.42, 0.015, 250))],
    )
    canvas.add(
        path("M293 54Q293 48 301 48H339Q347 48 347 54L362 136H278z", strap),
        path("M278 308H362L348 400Q346 406 338 406H302Q294 406 292 400z", strap),
        "".join(circle((320, y), 4, paint.deep, opacity=0.75) for y in (344, 360, 376)),
        rect((408, 198, 16, 42), steel, rx=6),
        rect((228, 126, 184, 192), steel, rx=48),
        rect((232, 130, 176, 184), "none", rx=45, stroke=WHITE, stroke_width=1.5, opacity=0.4),
        rect((239, 137, 162, 170), Lch(0.16, 0.02, 270), rx=38),
        path("M239 175A38 38 0 0 1 277 137H330L276 307A38 38 0 0 1 239 269z", WHITE, opacity=0.06),
    )
    for color, radius in _RINGS:
        _draw_ring(canvas, color, radius, dice.between(0.45, 0.9))


def _draw_ring(canvas: Canvas, color: Lch, radius: float, share: float) -> None:
    end = polar(_CENTER, radius, -math.pi / 2 + share * math.tau)
    large = 1 if share > 0.5 else 0
    arc = (
        f"M{number(_CENTER[0])} {number(_CENTER[1] - radius)}"
        f"A{radius} {radius} 0 {large} 1 {number(end[0])} {number(end[1])}"
    )
    canvas.add(
        circle(_CENTER, radius, "none", stroke=color, stroke_width=11, opacity=0.22),
        stroke(arc, color, 11),
    )
