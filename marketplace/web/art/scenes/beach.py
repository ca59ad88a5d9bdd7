"""A warm shore: headlands, a sail, curling surf, a parasol and palms."""

from __future__ import annotations

import math
from dataclasses import dataclass

from marketplace.web.art.canvas import Canvas, ellipse, group, path, rect, stroke
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.flora import PalmColors, draw_palm
from marketplace.web.art.geometry import Pen, Point, number, polygon, skyline, smooth_area
from marketplace.web.art.seeded import Dice, Noise
from marketplace.web.art.sky import (
    Sky,
    Water,
    draw_birds,
    draw_clouds,
    draw_glitter,
    draw_sky,
    draw_sun,
)

HORIZON = 285


@dataclass(frozen=True, slots=True)
class Shore:
    sky: Sky
    land: Lch
    sea: tuple[Lch, Lch, Lch]
    sand: tuple[Lch, Lch]
    wet: Lch
    glitter: Lch
    palm: PalmColors
    parasol: tuple[Lch, Lch]


MOODS = {
    "day": Shore(
        Sky(Lch(0.66, 0.125, 240), Lch(0.8, 0.085, 225), Lch(0.945, 0.045, 95)),
        Lch(0.6, 0.09, 165),
        (Lch(0.86, 0.085, 190), Lch(0.74, 0.115, 205), Lch(0.6, 0.115, 222)),
        (Lch(0.93, 0.045, 82), Lch(0.84, 0.075, 72)),
        Lch(0.79, 0.075, 74),
        WHITE,
        PalmColors(
            Lch(0.46, 0.1, 155), Lch(0.29, 0.065, 180), Lch(0.33, 0.045, 60), Lch(0.66, 0.08, 75)
        ),
        (Lch(0.68, 0.19, 30), Lch(0.985, 0.015, 90)),
    ),
    "sunset": Shore(
        Sky(
            Lch(0.46, 0.15, 300),
            Lch(0.7, 0.165, 20),
            Lch(0.9, 0.12, 75),
            Lch(0.97, 0.07, 88),
            Lch(0.93, 0.06, 40),
        ),
        Lch(0.42, 0.11, 330),
        (Lch(0.82, 0.11, 55), Lch(0.6, 0.14, 5), Lch(0.38, 0.11, 300)),
        (Lch(0.72, 0.09, 40), Lch(0.5, 0.1, 355)),
        Lch(0.52, 0.09, 10),
        Lch(0.96, 0.07, 85),
        PalmColors(
            Lch(0.29, 0.09, 320), Lch(0.2, 0.07, 300), Lch(0.2, 0.06, 310), Lch(0.46, 0.12, 10)
        ),
        (Lch(0.62, 0.19, 15), Lch(0.93, 0.06, 70)),
    ),
    "lagoon": Shore(
        Sky(Lch(0.73, 0.11, 215), Lch(0.87, 0.065, 200), Lch(0.965, 0.03, 110)),
        Lch(0.55, 0.1, 160),
        (Lch(0.92, 0.07, 178), Lch(0.82, 0.11, 186), Lch(0.66, 0.115, 205)),
        (Lch(0.965, 0.022, 85), Lch(0.885, 0.05, 70)),
        Lch(0.85, 0.05, 75),
        WHITE,
        PalmColors(
            Lch(0.53, 0.12, 150), Lch(0.34, 0.08, 170), Lch(0.38, 0.045, 55), Lch(0.72, 0.08, 80)
        ),
        (Lch(0.76, 0.15, 65), Lch(0.99, 0.012, 90)),
    ),
}


def draw(canvas: Canvas, dice: Dice, mood: str) -> None:
    shore = MOODS[mood]
    sun = (dice.between(470, 560), dice.between(92, 150) if mood != "sunset" else 214)
    draw_sea_and_sky(canvas, dice, shore, sun)
    draw_headlands(canvas, dice, shore)
    draw_sea(canvas, dice, shore, sun[0])
    draw_sail(canvas, (dice.between(330, 420), HORIZON + 20), shore, dice.between(0.85, 1.1))
    _draw_shore(canvas, dice, shore)
    _draw_parasol(canvas, (dice.between(520, 560), 472), shore)
    for foot, size in _palms(dice):
        draw_palm(canvas, dice, foot, size, shore.palm)


def draw_sea_and_sky(canvas: Canvas, dice: Dice, shore: Shore, sun: Point) -> None:
    draw_sky(canvas, shore.sky, HORIZON)
    draw_sun(canvas, shore.sky, sun, 38 if sun[1] < 180 else 56)
    draw_clouds(canvas, dice, shore.sky, 6, (78, 222))
    draw_birds(canvas, dice, (sun[0] - 60, sun[1] - 12), mix(shore.palm.deep, shore.sky.top, 0.25))


def draw_headlands(canvas: Canvas, dice: Dice, shore: Shore) -> None:
    noise = Noise(dice)
    middle = dice.between(600, 680)
    for order, (spread, height, near) in enumerate(
        ((225, 70, 0.36), (175, 54, 0.62), (130, 40, 0.9))
    ):
        center = middle + (order - 1) * dice.between(40, 120)
        color = mix(shore.sky.low, shore.land, near)

        def top(x: float, c: float = center, s: float = spread, h: float = height) -> float:
            bell = math.exp(-(((x - c) / s) ** 2))
            return HORIZON + 3 - h * bell * (1 + 0.22 * noise.fbm(x / 46 + c, 3))

        shade = canvas.down(
            HORIZON - height, HORIZON, [(0, color), (1, mix(color, shore.sky.low, 0.3))]
        )
        canvas.add(path(smooth_area(skyline(top, 14), HORIZON + 3), shade))


def draw_sea(canvas: Canvas, dice: Dice, shore: Shore, light_x: float) -> None:
    far, middle, near = shore.sea
    stops = [(0, far), (0.18, mix(far, middle, 0.55)), (0.5, middle), (1, near)]
    canvas.add(rect((0, HORIZON, 800, 215), canvas.down(HORIZON, 430, stops)))
    canvas.add(rect((0, HORIZON, 800, 1.5), WHITE, opacity=0.35))
    draw_glitter(canvas, dice, Water(HORIZON, 425, light_x), shore.glitter, 90)


def draw_sail(canvas: Canvas, place: Point, shore: Shore, scale: float) -> None:
    hull = mix(shore.palm.deep, shore.sea[2], 0.15)
    sail = mix(WHITE, shore.sky.low, 0.25)
    canvas.add(
        group(
            ellipse((0, 5), (30, 2.5), hull, opacity=0.25),
            path("M-26-4h52l-8 10h-37z", hull),
            path("M-24-4h48l-1 2h-46z", shore.parasol[0]),
            path("M-1-48q-9 22-22 40h22z", mix(sail, shore.sky.mid, 0.35)),
            path("M2-54q16 24 21 46h-21z", sail),
            stroke("M.5-56v53", hull, 1.4),
            transform=f"translate({number(place[0])} {number(place[1])})scale({number(scale, 2)})",
        )
    )


def _draw_shore(canvas: Canvas, dice: Dice, shore: Shore) -> None:
    noise, ripple = Noise(dice), Noise(dice)
    slope = dice.between(26, 44)

    def edge(x: float, offset: float, wild: float = 1) -> float:
        swing = 13 * noise.at(x / 150) + 3.5 * wild * ripple.at(x / 48 + offset)
        return 398 + slope * x / 800 + offset + swing

    def band(offset: float, wild: float = 1) -> str:
        return smooth_area(skyline(lambda x: edge(x, offset, wild), 26), 500)

    sand = canvas.down(410, 500, [(0, shore.sand[0]), (1, shore.sand[1])])
    canvas.add(
        path(band(-9, 1.6), mix(shore.sea[0], WHITE, 0.2), opacity=0.55),
        path(band(-1), mix(shore.sea[0], WHITE, 0.3), opacity=0.8),
        path(band(6, 1.3), mix(WHITE, shore.sky.low, 0.12)),
        path(band(13), shore.wet),
        path(band(25, 0.4), sand),
    )
    grains = "".join(
        f"M{number(dice.between(0, 800))} {number(dice.between(452, 498))}h1" for _ in range(60)
    )
    canvas.add(stroke(grains, shore.wet, 1.4, opacity=0.6))


def _draw_parasol(canvas: Canvas, foot: Point, shore: Shore) -> None:
    x, y = foot
    color, pale = shore.parasol
    deep = mix(shore.palm.deep, shore.wet, 0.45)
    canvas.add(ellipse((x + 16, y + 8), (62, 7), deep, opacity=0.45))
    _draw_towel(canvas, (x + 62, y - 8), shore)
    pole = stroke("M0 0V-116", mix(pale, shore.wet, 0.15), 4)
    gores = "".join(_gore(index, pale if index % 2 else color) for index in range(5))
    shade = canvas.linear((-64, 0), (64, 0), [(0.35, deep, 0.0), (1, deep, 0.35)])
    dome = path("M-64-62C-62-108-30-126 0-126S62-108 64-62z", shade)
    knob = stroke("M0-128v-4", pale, 4)
    canvas.add(
        group(pole, gores, dome, knob, transform=f"translate({number(x)} {number(y)})rotate(7)")
    )


def _gore(index: int, fill: Lch) -> str:
    edges = (-64, -43, -15, 15, 43, 64)
    left, right = edges[index], edges[index + 1]
    drop = (-62, -56, -53, -53, -56, -62)
    pen = Pen((0, -126))
    pen.curve((left * 0.5, -124), (left * 0.97, -104), (left, drop[index]))
    middle = ((left + right) / 2, (drop[index] + drop[index + 1]) / 2 - 6)
    pen.quad(middle, (right, drop[index + 1]))
    pen.curve((right * 0.97, -104), (right * 0.5, -124), (0, -126))
    return path(pen.data, fill)


def _draw_towel(canvas: Canvas, place: Point, shore: Shore) -> None:
    x, y = place
    cloth = mix(shore.sea[1], WHITE, 0.25)

    def strip(start: float, end: float, fill: Lch) -> str:
        return path(
            polygon(
                [(x + start, y), (x + end, y), (x + end + 26, y + 19), (x + start + 26, y + 19)]
            ),
            fill,
        )

    canvas.add(strip(0, 62, cloth), strip(6, 12, WHITE), strip(50, 56, WHITE))


def _palms(dice: Dice) -> list[tuple[Point, Point]]:
    palms = [
        ((dice.between(18, 34), 520.0), (dice.between(84, 112), dice.between(318, 344))),
        ((dice.between(104, 126), 512.0), (dice.between(66, 96), dice.between(236, 268))),
        ((dice.between(186, 208), 497.0), (dice.between(54, 78), dice.between(164, 190))),
    ]
    return palms if dice.chance(0.7) else palms[:2]
