import math

from marketplace.web.art.canvas import Canvas, circle, path, stroke
from marketplace.web.art.color import WHITE, mix
from marketplace.web.art.geometry import Point, number, polar
from marketplace.web.art.merchandise.stage import Material, draw_contact
from marketplace.web.art.seeded import Dice

_BACK: Point = (208.0, 314.0)
_FRONT: Point = (434.0, 314.0)
_RADIUS = 88.0


def draw(canvas: Canvas, dice: Dice, paint: Material) -> None:
    draw_contact(canvas, 232, 405)
    turn = dice.between(0, 0.3)
    for hub in (_BACK, _FRONT):
        _draw_wheel(canvas, paint, hub, turn)
    _draw_frame(canvas, paint)
    _draw_drive(canvas, paint)
    _draw_seat_and_bar(canvas, paint)


def _draw_wheel(canvas: Canvas, paint: Material, hub: Point, turn: float) -> None:
    spokes = ""
    for index in range(16):
        x, y = polar(hub, _RADIUS - 8, turn + index * math.tau / 16)
        spokes += f"M{number(hub[0])} {number(hub[1])}L{number(x)} {number(y)}"
    canvas.add(
        stroke(spokes, mix(paint.black, WHITE, 0.5), 1.3, opacity=0.8),
        circle(hub, _RADIUS - 1, "none", stroke=paint.black, stroke_width=8),
        circle(hub, _RADIUS - 7, "none", stroke=paint.brass, stroke_width=3),
        circle(hub, 8, paint.black),
        circle(hub, 3.5, mix(paint.black, WHITE, 0.7)),
    )


def _draw_frame(canvas: Canvas, paint: Material) -> None:
    stays = "M208 314L268 200M208 314L300 314"
    main = "M260 184L300 314L398 206L266 206"
    fork = "M388 168L398 206Q410 256 434 314"
    canvas.add(
        stroke(stays, paint.dark, 7),
        stroke(fork, paint.dark, 9),
        stroke(main, paint.base, 12),
        stroke("M272 203H390", WHITE, 2.5, opacity=0.5),
        stroke("M322 284L388 212", WHITE, 2.5, opacity=0.35),
        stroke("M132 286A80 80 0 0 1 168 244M358 286A80 80 0 0 1 394 244", paint.base, 5),
    )


def _draw_drive(canvas: Canvas, paint: Material) -> None:
    steel = mix(paint.black, WHITE, 0.45)
    canvas.add(
        stroke("M208 304L300 292M208 324L300 336", paint.black, 2.5, opacity=0.8),
        circle((300, 314), 22, "none", stroke=paint.black, stroke_width=5),
        circle((300, 314), 6, steel),
        stroke("M300 314L322 346M300 314L278 282", steel, 5),
        stroke("M313 348H332M268 280H287", paint.black, 7),
    )


def _draw_seat_and_bar(canvas: Canvas, paint: Material) -> None:
    canvas.add(
        stroke("M262 190L255 166", mix(paint.black, WHITE, 0.5), 7),
        path(
            "M222 160Q224 150 240 152Q262 158 286 156Q294 158 290 164Q272 172 238 172"
            "Q222 172 222 160z",
            paint.leather.lighter(-0.08),
        ),
        stroke("M230 157Q246 158 262 161", WHITE, 2.5, opacity=0.4),
        stroke("M388 168L383 148Q396 136 416 140Q434 146 424 166", paint.black, 7),
        stroke("M424 168L418 178", paint.leather, 10),
        circle((404, 196), 9, paint.brass),
        circle((407, 194), 4, WHITE, opacity=0.8),
    )
