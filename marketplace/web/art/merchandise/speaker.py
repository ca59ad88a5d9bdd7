from marketplace.web.art.canvas import Canvas, circle, rect, stroke
from marketplace.web.art.color import WHITE, mix
from marketplace.web.art.geometry import Point
from marketplace.web.art.merchandise.stage import Material, draw_contact
from marketplace.web.art.seeded import Dice


def draw(canvas: Canvas, dice: Dice, paint: Material) -> None:  # noqa: ARG001
    draw_contact(canvas, 138)
    front = canvas.linear(
        (220, 90), (420, 400), [(0, paint.light), (0.35, paint.base), (1, paint.dark)]
    )
    canvas.add(
        rect((240, 394, 26, 14), paint.black, rx=4),
        rect((374, 394, 26, 14), paint.black, rx=4),
        rect((216, 74, 208, 326), paint.deep, rx=34),
        rect((214, 70, 204, 326), front, rx=32),
        rect((220, 76, 192, 314), "none", rx=27, stroke=WHITE, stroke_width=1.6, opacity=0.3),
        stroke("M292 100H340", paint.deep, 6, opacity=0.6),
        circle((270, 100), 4.5, paint.accent),
        stroke("M228 130V330", WHITE, 5, opacity=0.2),
    )
    _draw_cone(canvas, paint, (316, 166), 42)
    _draw_cone(canvas, paint, (316, 294), 76)


def _draw_cone(canvas: Canvas, paint: Material, center: Point, radius: float) -> None:
    x, y = center
    black = paint.black
    bowl = canvas.radial(
        (x, y + radius * 0.2),
        radius * 0.86,
        [(0, black.lighter(0.24)), (0.55, black.lighter(0.06)), (1, black.lighter(-0.06))],
    )
    steel = canvas.linear(
        (x - radius, y - radius),
        (x + radius, y + radius),
        [(0, mix(WHITE, paint.pale, 0.4)), (0.5, paint.light), (1, paint.deep)],
    )
    dome = canvas.radial(
        (x - radius * 0.1, y - radius * 0.12),
        radius * 0.36,
        [(0, paint.light), (0.7, paint.base), (1, paint.dark)],
    )
    canvas.add(
        circle(center, radius + 5, steel),
        circle(center, radius, black.lighter(-0.04)),
        circle(center, radius * 0.84, bowl),
        circle(center, radius * 0.64, "none", stroke=WHITE, stroke_width=1.2, opacity=0.12),
        circle(center, radius * 0.5, "none", stroke=WHITE, stroke_width=1.2, opacity=0.12),
        circle(center, radius * 0.34, dome),
    )
