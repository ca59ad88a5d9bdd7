from marketplace.web.art.canvas import Canvas, circle, ellipse, group, path, stroke
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.merchandise.stage import Material, draw_contact
from marketplace.web.art.seeded import Dice

_LIGHT = Lch(0.96, 0.09, 92)
_BEAM = ((0.1, _LIGHT, 0.0), (0.17, _LIGHT, 0.85), (0.9, _LIGHT, 0.0), (1.0, _LIGHT, 0.0))


def draw(canvas: Canvas, dice: Dice, paint: Material) -> None:  # noqa: ARG001
    draw_contact(canvas, 130)
    steel = mix(paint.black, WHITE, 0.16)
    cone = canvas.linear((396, 190), (452, 404), _BEAM)
    canvas.add(
        path("M352 216L440 168L560 400H316z", cone),
        path(
            "M208 396Q208 372 284 372T360 396L362 402Q362 408 354 408H214Q206 408 206 402z",
            paint.round(canvas, 206, 362),
        ),
        ellipse((284, 380), (30, 6), paint.deep, opacity=0.5),
        stroke("M284 376L226 246", steel, 12),
        stroke("M226 246L352 134", steel, 12),
        stroke("M281 374L223 247L349 135", WHITE, 2, opacity=0.35),
        circle((226, 246), 15, paint.base),
        circle((226, 246), 5.5, paint.brass),
    )
    _draw_head(canvas, paint)


def _draw_head(canvas: Canvas, paint: Material) -> None:
    shade = canvas.linear((-54, 0), (54, 0), [(0, paint.light), (0.4, paint.base), (1, paint.deep)])
    canvas.add(
        group(
            ellipse((0, 74), (56, 15), paint.deep),
            ellipse((0, 76), (47, 11), _LIGHT),
            circle((0, 76), 13, mix(_LIGHT, WHITE, 0.6)),
            path("M-56 74C-56 28-36-2-16-8H16C36-2 56 28 56 74Q0 56-56 74z", shade),
            path("M-15-8V-22Q-15-30-7-30H7Q15-30 15-22V-8z", paint.dark),
            stroke("M-36 46Q-30 14-14 4", WHITE, 5, opacity=0.45),
            transform="translate(360 140)rotate(-28)",
        )
    )
