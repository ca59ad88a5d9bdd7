from marketplace.web.art.canvas import Canvas, circle, group, path, rect, stroke
from marketplace.web.art.color import WHITE, mix
from marketplace.web.art.merchandise.stage import Material, draw_contact
from marketplace.web.art.seeded import Dice

_BAND = "M182 300V236A138 138 0 0 1 458 236V300H438V236A118 118 0 0 0 202 236V300z"


def draw(canvas: Canvas, dice: Dice, paint: Material) -> None:  # noqa: ARG001
    draw_contact(canvas, 190)
    band = "M192 300V236A128 128 0 0 1 448 236V300"
    canvas.add(
        stroke(band, paint.deep, 28),
        path(_BAND, paint.slope(canvas, (180, 100), (460, 300))),
        stroke("M212 190A112 112 0 0 1 428 190", paint.black, 9),
        stroke("M200 206A122 122 0 0 1 292 112", WHITE, 4, opacity=0.5),
    )
    cup = canvas.symbol(_cup(canvas, paint))
    canvas.add(f'<use href="{cup}"/>', f'<use href="{cup}" transform="matrix(-1 0 0 1 640 0)"/>')


def _cup(canvas: Canvas, paint: Material) -> str:
    shell = canvas.linear(
        (124, 268), (216, 404), [(0, paint.light), (0.45, paint.base), (1, paint.deep)]
    )
    disc = canvas.down(308, 360, [(0, paint.light), (1, paint.dark)])
    return group(
        rect((182, 228, 20, 60), mix(paint.black, WHITE, 0.62), rx=6),
        rect((184, 228, 5, 60), WHITE, rx=2.5, opacity=0.55),
        rect((198, 274, 36, 124), paint.black, rx=17),
        rect((204, 280, 7, 112), WHITE, rx=3.5, opacity=0.13),
        rect((120, 264, 92, 142), shell, rx=40),
        rect((124, 268, 84, 134), "none", rx=37, stroke=WHITE, stroke_width=1.5, opacity=0.22),
        circle((162, 334), 27, paint.deep, opacity=0.75),
        circle((162, 334), 24, disc),
        circle((162, 334), 9, "none", stroke=WHITE, stroke_width=2.5, opacity=0.75),
    )
