"""A skyline at the water: lit windows, a low sun or moon, a suspension bridge, reflections."""

from __future__ import annotations

import math
from dataclasses import dataclass

from marketplace.web.art.canvas import Canvas, path, rect, stroke, tag, use
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.geometry import number
from marketplace.web.art.scenes.buildings import Block, build_row
from marketplace.web.art.seeded import Dice
from marketplace.web.art.sky import (
    Sky,
    Water,
    draw_birds,
    draw_clouds,
    draw_glitter,
    draw_sky,
    draw_stars,
    draw_sun,
    rising_mist,
)

SHORE = 396


@dataclass(frozen=True, slots=True)
class Town:
    sky: Sky
    near: Lch
    windows: Lch
    water: tuple[Lch, Lch]
    night: bool = False


MOODS = {
    "dusk": Town(
        Sky(
            Lch(0.38, 0.13, 290),
            Lch(0.66, 0.17, 10),
            Lch(0.9, 0.115, 72),
            Lch(0.96, 0.075, 90),
            Lch(0.9, 0.09, 40),
        ),
        Lch(0.24, 0.075, 290),
        Lch(0.91, 0.12, 85),
        (Lch(0.72, 0.14, 15), Lch(0.28, 0.115, 288)),
    ),
    "night": Town(
        Sky(
            Lch(0.2, 0.075, 268),
            Lch(0.36, 0.105, 262),
            Lch(0.68, 0.1, 222),
            Lch(0.97, 0.025, 95),
            Lch(0.7, 0.06, 250),
        ),
        Lch(0.17, 0.05, 265),
        Lch(0.9, 0.125, 82),
        (Lch(0.46, 0.09, 235), Lch(0.17, 0.06, 266)),
        night=True,
    ),
    "morning": Town(
        Sky(Lch(0.68, 0.1, 242), Lch(0.86, 0.055, 225), Lch(0.955, 0.05, 40), Lch(0.99, 0.03, 90)),
        Lch(0.42, 0.075, 268),
        Lch(0.95, 0.05, 85),
        (Lch(0.88, 0.055, 205), Lch(0.58, 0.1, 235)),
    ),
}


def draw(canvas: Canvas, dice: Dice, mood: str) -> None:
    town = MOODS[mood]
    sun = (dice.between(500, 590), 118.0 if town.night else dice.between(196, 222))
    draw_sky(canvas, town.sky, SHORE)
    if town.night:
        draw_stars(canvas, dice, 110, 260)
    draw_sun(canvas, town.sky, sun, 40 if town.night else 70, 320)
    draw_clouds(canvas, dice, town.sky, 4, (62, 160))
    if not town.night:
        draw_birds(canvas, dice, (sun[0] + 120, sun[1] - 66), town.near)
    rows = _draw_rows(canvas, dice, town, sun[0])
    _draw_water(canvas, dice, town, rows, sun[0])
    _draw_bridge(canvas, town)


def _draw_rows(canvas: Canvas, dice: Dice, town: Town, light_x: float) -> list[str]:
    """Three rows of buildings with haze between; returns the ones that the water mirrors."""
    plans = (
        (Block(30, 60, 70, 205, 0.0), 0.22),
        (Block(34, 62, 84, 252, 0.34), 0.55),
        (Block(38, 84, 30, 96, 0.4), 1.0),
    )
    mirrored = []
    for block, near in plans:
        row = build_row(dice, block, SHORE, light_x)
        color = mix(mix(town.sky.low, town.sky.mid, 0.55), town.near, near)
        foot = mix(color, town.sky.low, 0.0 if near == 1 else 0.35)
        paint = canvas.down(SHORE - block.high, SHORE, [(0, color), (1, foot)])
        shade = mix(color, town.near, 0.35)
        reference = canvas.symbol(
            path(row.walls, paint)
            + path(row.sides, shade, opacity=0.4)
            + stroke(row.masts, color, 2)
            + _windows(row.windows, town.windows, 0.45 + 0.5 * near)
        )
        canvas.add(tag("use", href=reference), _haze(canvas, town, near))
        if near > 0.5:
            mirrored.append(reference)
    return mirrored


def _windows(data: str, color: Lch, opacity: float) -> str:
    if not data:
        return ""
    return tag("path", d=data, fill="none", stroke=color, stroke_width=3.6, opacity=opacity)


def _haze(canvas: Canvas, town: Town, near: float) -> str:
    if near == 1:
        return ""
    return rising_mist(canvas, town.sky.low, (SHORE - 150, SHORE), 0.5)


def _draw_water(canvas: Canvas, dice: Dice, town: Town, rows: list[str], light_x: float) -> None:
    near, deep = town.water
    canvas.add(
        rect(
            (0, SHORE, 800, 104),
            canvas.down(SHORE, 500, [(0, near), (0.4, mix(near, deep, 0.55)), (1, deep)]),
        )
    )
    flip = f"matrix(1 0 0 -.36 0 {number(SHORE * 1.36)})"
    canvas.add(*(use(row, flip, opacity=0.42) for row in rows))
    veil = canvas.down(SHORE, 500, [(0, near, 0.0), (1, deep, 0.75)])
    canvas.add(rect((0, SHORE, 800, 104), veil))
    draw_glitter(canvas, dice, Water(SHORE + 8, 494, light_x), mix(town.windows, WHITE, 0.2), 76)


def _draw_bridge(canvas: Canvas, town: Town) -> None:
    color = mix(mix(town.near, town.sky.mid, 0.42), town.water[1], 0.1)
    deck, top = SHORE + 2, SHORE - 108
    towers = (170, 610)
    cable = f"M-60 {top + 20}Q60 {deck} 170 {top}Q390 {deck + 84} 610 {top}Q720 {deck} 860 {top}"
    hangers = "".join(_hanger(x, top, deck) for x in range(186, 600, 14))
    canvas.add(stroke(hangers, color, 1, opacity=0.75), stroke(cable, color, 3))
    for x in towers:
        legs = f"M{x - 8} {deck + 18}V{top - 6}M{x + 8} {deck + 18}V{top - 6}"
        braces = f"M{x - 8} {top + 4}h16M{x - 8} {top + 34}h16M{x - 8} {top + 66}h16"
        canvas.add(stroke(legs, color, 5), stroke(braces, color, 3.4))
        mirror = canvas.down(deck + 18, deck + 62, [(0, color, 0.5), (1, color, 0.0)])
        canvas.add(rect((x - 11, deck + 18, 22, 44), mirror))
    lamps = "".join(f"M{x} {deck - 5}h0" for x in range(12, 800, 26))
    canvas.add(
        rect((0, deck - 1, 800, 6.5), mix(color, town.near, 0.35)),
        rect((0, deck - 1, 800, 1.4), mix(color, town.windows, 0.4)),
        stroke(lamps, town.windows, 3.6),
        stroke(lamps, town.windows, 9, opacity=0.22),
    )


def _hanger(x: float, top: float, deck: float) -> str:
    t = (x - 170) / 440
    y = (1 - t) ** 2 * top + 2 * t * (1 - t) * (deck + 84) + t * t * top
    return f"M{x} {number(y)}V{number(deck)}" if y < deck and math.isfinite(y) else ""
