"""Table mountains over rolling dunes, with saguaros in the low sun."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.web.art.canvas import Canvas, ellipse, path, stroke
from marketplace.web.art.color import Lch, mix
from marketplace.web.art.geometry import (
    Pen,
    Point,
    add_smooth,
    number,
    polygon,
    skyline,
    smooth_area,
)
from marketplace.web.art.seeded import Dice, Noise
from marketplace.web.art.sky import Sky, draw_birds, draw_clouds, draw_sky, draw_sun

HORIZON = 330


@dataclass(frozen=True, slots=True)
class Land:
    sky: Sky
    mesa: tuple[Lch, Lch]
    sand: tuple[Lch, Lch]
    shade: Lch
    plant: tuple[Lch, Lch]


MOODS = {
    "gold": Land(
        Sky(
            Lch(0.66, 0.105, 222), Lch(0.86, 0.075, 85), Lch(0.93, 0.085, 78), Lch(0.985, 0.03, 92)
        ),
        (Lch(0.68, 0.125, 45), Lch(0.56, 0.14, 35)),
        (Lch(0.85, 0.115, 75), Lch(0.7, 0.135, 55)),
        Lch(0.58, 0.125, 48),
        (Lch(0.36, 0.085, 158), Lch(0.55, 0.11, 150)),
    ),
    "rose": Land(
        Sky(
            Lch(0.42, 0.13, 295),
            Lch(0.69, 0.155, 5),
            Lch(0.9, 0.1, 65),
            Lch(0.97, 0.065, 85),
            Lch(0.9, 0.07, 30),
        ),
        (Lch(0.55, 0.145, 15), Lch(0.4, 0.13, 345)),
        (Lch(0.78, 0.125, 50), Lch(0.52, 0.14, 10)),
        Lch(0.4, 0.13, 350),
        (Lch(0.25, 0.07, 300), Lch(0.5, 0.12, 350)),
    ),
}


def draw(canvas: Canvas, dice: Dice, mood: str) -> None:
    land = MOODS[mood]
    sun = (dice.between(490, 560), dice.between(170, 200))
    draw_sky(canvas, land.sky, HORIZON)
    draw_sun(canvas, land.sky, sun, 58)
    draw_clouds(canvas, dice, land.sky, 5, (62, 165))
    draw_birds(canvas, dice, (sun[0] - 120, sun[1] - 50), land.plant[0])
    _draw_mesas(canvas, dice, land)
    draw_dunes(canvas, dice, land)
    _draw_plants(canvas, dice, land)


def _draw_mesas(canvas: Canvas, dice: Dice, land: Land) -> None:
    rows = (
        (0.42, ((-70, 190, 118), (250, 180, 100), (655, 220, 122))),
        (0.7, ((60, 150, 84), (470, 150, 82), (700, 180, 112))),
        (1.0, ((-10, 130, 52), (318, 170, 88), (575, 120, 78))),
    )
    for near, places in rows:
        for left, width, height in places:
            spot = (left + dice.between(-26, 26), width * dice.between(0.88, 1.16))
            _draw_mesa(canvas, dice, land, near, (*spot, height * dice.between(0.85, 1.12)))


def _draw_mesa(
    canvas: Canvas, dice: Dice, land: Land, near: float, box: tuple[float, float, float]
) -> None:
    x, width, height = box
    lit = mix(land.sky.low, land.mesa[0], near)
    dark = mix(land.sky.low, land.mesa[1], near)
    floor = HORIZON + 8
    step = dice.between(0.46, 0.62)
    drop = dice.between(8, 20)
    top = floor - height
    rim = [(x + width * 0.19, top + 3), (x + width * 0.36, top), (x + width * step, top + 2)]
    low = [(x + width * (step + 0.015), top + drop), (x + width * 0.78, top + drop + 2)]
    slope = top + height * 0.56
    left = [(x, floor), (x + width * 0.13, slope + 10), (x + width * 0.16, slope)]
    right = [(x + width * 0.83, slope + 4), (x + width * 0.87, slope + 12), (x + width, floor)]
    fade = canvas.down(top, floor, [(0, lit), (1, mix(lit, land.sky.low, 0.18))])
    canvas.add(path(polygon([*left, *rim, *low, *right]), fade))
    edge = x + width * (step + 0.015)
    face = [
        (edge, top + drop),
        *low[1:],
        *right,
        (edge + width * 0.1, floor),
        (edge - width * 0.03, slope + 6),
    ]
    canvas.add(path(polygon(face), dark))
    lines = "".join(
        f"M{number(x + width * (0.185 - share * 0.03))} {number(top + height * share)}"
        f"H{number(edge - dice.between(2, width * 0.16))}"
        for share in (0.16, 0.27, 0.4)
    )
    canvas.add(stroke(lines, dark, 1.5, opacity=0.55))


def draw_dunes(canvas: Canvas, dice: Dice, land: Land) -> None:
    """Five waves of sand; each summit throws a shaded lee side."""
    for row, (base, swing) in enumerate(((332, 12), (354, 20), (384, 30), (420, 34), (460, 28))):
        noise = Noise(dice)
        period = 130 + row * 34
        t = row / 4
        light = mix(land.sand[0], land.sand[1], t * 0.8)
        light = mix(light, land.sky.low, 0.42 * (1 - t))

        def crest(
            x: float, n: Noise = noise, b: float = base, s: float = swing, p: float = period
        ) -> float:
            return b - s * n.at(x / p) - s * 0.12 * n.at(x / p * 2.7 + 9)

        points = skyline(crest, 20)
        body = canvas.down(
            base - swing,
            base + 95,
            [
                (0, mix(light, land.sky.sun, 0.16)),
                (0.35, light),
                (1, mix(light, land.sand[1], 0.75)),
            ],
        )
        canvas.add(path(smooth_area(points, 502), body))
        for summit in _summits(points):
            _draw_lee(canvas, dice, land, (summit, points), 0.3 + 0.34 * t)
        _draw_ripples(canvas, dice, land, points, row)


def _summits(points: list[Point]) -> list[int]:
    inside = range(1, len(points) - 4)
    return [i for i in inside if points[i - 1][1] > points[i][1] <= points[i + 1][1]]


def _draw_lee(
    canvas: Canvas, dice: Dice, land: Land, place: tuple[int, list[Point]], strength: float
) -> None:
    index, points = place
    x, y = points[index]
    along = points[index : index + dice.whole(8, 13)]
    reach = along[-1][0] - x
    if len(along) < 3:
        return
    tall = reach * dice.between(0.28, 0.4)
    under = [
        along[-1],
        (x + reach * 0.86, along[-1][1] + tall * 0.5),
        (x + reach * 0.5, y + tall * 0.92),
        (x + reach * 0.17, y + tall * 0.6),
        (x - reach * 0.04, y + tall * 0.3),
        (x, y),
    ]
    pen = Pen((x, y))
    add_smooth(pen, along)
    add_smooth(pen, under)
    pen.close()
    fade = canvas.linear(
        (x, y),
        (x + reach, y + tall * 0.4),
        [(0, land.shade, strength), (0.5, land.shade, strength * 0.55), (1, land.shade, 0.0)],
    )
    canvas.add(path(pen.data, fade))


def _draw_ripples(canvas: Canvas, dice: Dice, land: Land, points: list[Point], row: int) -> None:
    if row < 2:
        return
    data = ""
    for _ in range(9):
        start = dice.whole(1, len(points) - 6)
        down = dice.between(14, 40)
        run = [(x, y + down + 2 * (i % 2)) for i, (x, y) in enumerate(points[start : start + 4])]
        pen = Pen(run[0])
        add_smooth(pen, run)
        data += pen.data
    canvas.add(stroke(data, land.shade, 1.2, opacity=0.24))


def _draw_plants(canvas: Canvas, dice: Dice, land: Land) -> None:
    spots = ((104, 440, 76), (dice.between(726, 748), 470, 132), (dice.between(640, 664), 492, 226))
    for x, y, height in spots:
        draw_saguaro(canvas, dice, land, (x + dice.between(-8, 8), y), height)
    for _ in range(7):
        _draw_tuft(canvas, dice, land, (dice.between(80, 560), dice.between(452, 494)))


def draw_saguaro(canvas: Canvas, dice: Dice, land: Land, foot: Point, height: float) -> None:
    x, y = foot
    plump = height * 0.115 + 2
    canvas.add(
        ellipse(
            (x + height * 0.2, y + 1), (height * 0.34, height * 0.035 + 2), land.shade, opacity=0.45
        )
    )
    arms = "".join(_arm(dice, foot, height, side) for side in (-1, 1))
    stem = f"M{number(x)} {number(y - 1)}v{number(-height + plump / 2)}"
    dark, light = land.plant
    side = canvas.linear(
        (x - plump / 2, 0),
        (x + plump / 2, 0),
        [
            (0, mix(dark, light, 0.75)),
            (0.45, dark),
            (1, mix(dark, land.plant[0].lighter(-0.1), 0.7)),
        ],
    )
    canvas.add(
        stroke(arms, dark, plump * 0.72),
        stroke(arms, mix(dark, light, 0.5), plump * 0.1, opacity=0.8),
        path(_capsule(x, y, plump, height), side),
        stroke(
            stem.replace(f"v{number(-height + plump / 2)}", f"v{number(-height + plump)}"),
            mix(dark, light, 0.55),
            plump * 0.07,
            opacity=0.8,
        ),
        stroke(
            f"M{number(x + plump * 0.26)} {number(y - 4)}v{number(-height + plump)}",
            mix(dark, light, 0.4),
            plump * 0.06,
            opacity=0.55,
        ),
    )


def _capsule(x: float, y: float, plump: float, height: float) -> str:
    half = number(plump / 2)
    straight = number(height - plump / 2)
    return (
        f"M{number(x - plump / 2)} {number(y)}v-{straight}"
        f"a{half} {half} 0 0 1 {number(plump)} 0v{straight}z"
    )


def _arm(dice: Dice, foot: Point, height: float, side: int) -> str:
    x, y = foot
    out = side * height * dice.between(0.17, 0.23)
    level = y - height * dice.between(0.36, 0.56)
    bend = side * height * 0.07
    up = height * dice.between(0.2, 0.34)
    return (
        f"M{number(x)} {number(level)}h{number(out - bend)}"
        f"q{number(bend)} 0 {number(bend)} {number(-abs(bend))}v{number(-up)}"
    )


def _draw_tuft(canvas: Canvas, dice: Dice, land: Land, foot: Point) -> None:
    x, y = foot
    data = ""
    for index in range(9):
        lean = (index - 4) * dice.between(3, 4.4)
        tall = dice.between(9, 19) - abs(index - 4) * 1.6
        data += f"M{number(x + (index - 4) * 0.8)} {number(y)}q{number(lean * 0.2)} "
        data += f"{number(-tall * 0.8)} {number(lean)} {number(-tall)}"
    canvas.add(
        ellipse((x + 8, y + 1), (20, 3), land.shade, opacity=0.35),
        stroke(data, mix(land.plant[0], land.sand[1], 0.22), 2),
    )
