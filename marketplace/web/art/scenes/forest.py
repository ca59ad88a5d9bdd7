"""Misty pines around a still lake, mirrored, with a canoe in the light."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.web.art.canvas import Canvas, ellipse, group, path, rect, stroke, tag, use
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.flora import Pines, pine_symbols, reeds
from marketplace.web.art.geometry import Point, number, skyline, smooth_area
from marketplace.web.art.seeded import Dice, Noise
from marketplace.web.art.sky import (
    Sky,
    Water,
    draw_birds,
    draw_clouds,
    draw_glitter,
    draw_sky,
    draw_sun,
    rising_mist,
)

HORIZON = 332


@dataclass(frozen=True, slots=True)
class Lake:
    sky: Sky
    pine: Lch
    mist: Lch
    water: tuple[Lch, Lch]
    boat: Lch


MOODS = {
    "mist": Lake(
        Sky(
            Lch(0.74, 0.065, 215),
            Lch(0.87, 0.045, 190),
            Lch(0.96, 0.035, 110),
            Lch(0.99, 0.03, 100),
        ),
        Lch(0.25, 0.05, 175),
        Lch(0.92, 0.03, 150),
        (Lch(0.86, 0.035, 185), Lch(0.62, 0.06, 205)),
        Lch(0.66, 0.18, 40),
    ),
    "amber": Lake(
        Sky(Lch(0.6, 0.085, 245), Lch(0.84, 0.08, 65), Lch(0.95, 0.09, 80), Lch(0.99, 0.045, 90)),
        Lch(0.26, 0.06, 268),
        Lch(0.92, 0.06, 48),
        (Lch(0.9, 0.075, 75), Lch(0.52, 0.075, 245)),
        Lch(0.58, 0.18, 28),
    ),
    "spring": Lake(
        Sky(Lch(0.7, 0.11, 235), Lch(0.85, 0.065, 215), Lch(0.965, 0.035, 150)),
        Lch(0.34, 0.08, 158),
        Lch(0.93, 0.045, 155),
        (Lch(0.86, 0.06, 195), Lch(0.56, 0.095, 222)),
        Lch(0.68, 0.17, 50),
    ),
}


def draw(canvas: Canvas, dice: Dice, mood: str) -> None:
    lake = MOODS[mood]
    sun = (dice.between(340, 400), dice.between(150, 178))
    draw_sky(canvas, lake.sky, HORIZON)
    draw_sun(canvas, lake.sky, sun, 36)
    draw_clouds(canvas, dice, lake.sky, 2, (70, 120))
    draw_birds(canvas, dice, (sun[0] - 70, sun[1] - 40), lake.pine)
    small = Pines(pine_symbols(canvas, dice), dice)
    mirrored = draw_woods(canvas, dice, lake, small, sun[0])
    draw_lake(canvas, dice, lake, mirrored, sun[0])
    draw_canoe(canvas, (sun[0] + dice.between(70, 130), 413), lake)
    _draw_frame(canvas, dice, lake)


def draw_woods(canvas: Canvas, dice: Dice, lake: Lake, pines: Pines, light_x: float) -> list[str]:
    """Five rows that open like a valley toward the light; returns the two nearest."""
    rows = [_row(canvas, dice, lake, pines, (row / 4, light_x)) for row in range(5)]
    for row, reference in enumerate(rows):
        canvas.add(tag("use", href=reference))
        if row < 4:
            canvas.add(rising_mist(canvas, lake.mist, (216, HORIZON), 0.42))
    return rows[3:]


def _row(canvas: Canvas, dice: Dice, lake: Lake, pines: Pines, place: Point) -> str:
    t, light_x = place
    noise = Noise(dice)
    color = mix(mix(lake.mist, lake.sky.mid, 0.3), lake.pine, 0.16 + 0.84 * t**1.3)

    def ground(x: float) -> float:
        valley = min(1.0, abs(x - light_x) / 420) ** 1.1
        hill = (1 - t) ** 1.2 * (44 + 74 * valley) + t * 40 * valley
        return HORIZON - 2 - hill + (11 - 4 * t) * noise.fbm(x / 120, 2)

    trees, x = [], -10.0
    while x < 812:
        x += (7 + 10 * t) * dice.between(0.55, 1.4)
        height = (17 + 50 * t) * dice.between(0.7, 1.18)
        trees.append(pines.at((x, ground(x) + 5), height))
    fade = canvas.down(ground(0) - 4, HORIZON, [(0, color), (1, mix(color, lake.mist, 0.72))])
    hill = path(smooth_area(skyline(ground, 32), HORIZON), fade)
    return canvas.symbol(group(*trees, fill=color) + hill)


def draw_lake(canvas: Canvas, dice: Dice, lake: Lake, rows: list[str], light_x: float) -> None:
    near, deep = lake.water
    canvas.add(rect((0, HORIZON, 800, 168), canvas.down(HORIZON, 500, [(0, near), (1, deep)])))
    flip = f"matrix(1 0 0 -.74 0 {number(HORIZON * 1.74)})"
    canvas.add(*(use(row, flip, opacity=0.4) for row in rows))
    light = lake.sky.sun
    column = canvas.linear(
        (light_x - 60, 0), (light_x + 60, 0), [(0, light, 0.0), (0.5, light, 0.75), (1, light, 0.0)]
    )
    canvas.add(rect((light_x - 60, HORIZON, 120, 130), column, opacity=0.6))
    mist = canvas.down(
        HORIZON - 26,
        HORIZON + 24,
        [(0, lake.mist, 0.0), (0.48, lake.mist, 0.85), (0.56, lake.mist, 0.8), (1, lake.mist, 0.0)],
    )
    canvas.add(rect((0, HORIZON - 26, 800, 50), mist))
    draw_glitter(canvas, dice, Water(HORIZON + 22, 486, light_x), mix(WHITE, light, 0.4), 64)


def draw_canoe(canvas: Canvas, place: Point, lake: Lake) -> None:
    wood, dark = lake.boat, mix(lake.boat, lake.pine, 0.45)
    skin, hat = Lch(0.6, 0.08, 50), lake.pine.lighter(0.08)
    people = "".join(
        path(f"M{x - 8} 0q-1-21 8-22 9 1 8 22z", coat)
        + f'<circle cx="{x}" cy="-27" r="5.2" fill="{skin.hex}"/>'
        + path(f"M{x - 6}-28q0-7 6-7t6 7z", hat)
        for x, coat in ((-16, Lch(0.42, 0.09, 255)), (18, Lch(0.8, 0.14, 82)))
    )
    canvas.add(
        group(
            ellipse((2, 14), (64, 4), lake.pine, opacity=0.3),
            people,
            stroke("M20-16L44 20", mix(wood, WHITE, 0.6), 2.6),
            path("M-62-9q8 8 22 9h80q14-1 22-9-6 20-24 22h-76q-18-2-24-22z", wood),
            path("M-62-9q8 8 22 9h80q14-1 22-9-4 6-22 9h-80q-18-3-22-9z", dark),
            stroke("M-50 6q50 9 100 0", mix(wood, WHITE, 0.45), 1.3, opacity=0.7),
            transform=f"translate({number(place[0])} {number(place[1])})",
        )
    )


def _draw_frame(canvas: Canvas, dice: Dice, lake: Lake) -> None:
    noise = Noise(dice)
    dark = lake.pine.lighter(-0.06)

    def bank(x: float) -> float:
        return 486 + 8 * noise.at(x / 160)

    tall = Pines(pine_symbols(canvas, dice, 2, tiers=15), dice)
    spots = ((-4, 388, 0.0), (62, 300, 0.05), (118, 186, 0.12), (806, 292, 0.0), (752, 150, 0.1))
    trees = [
        tall.at(
            (x + dice.between(-8, 8), bank(x) + 14),
            height * dice.between(0.9, 1.08),
            mix(dark, lake.mist, pale),
        )
        for x, height, pale in spots
    ]
    blades = reeds(dice, 150, 330, 492, 20) + reeds(dice, 560, 700, 496, 9)
    canvas.add(
        stroke(blades, dark, 2),
        path(smooth_area(skyline(bank, 40), 502), dark),
        *trees,
    )
