"""Curtains of northern lights over a frozen lake and a warm cabin."""

from __future__ import annotations

import math
from dataclasses import dataclass

from marketplace.web.art.canvas import Canvas, circle, path, placed, rect, stroke, use
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.flora import Pines, pine_symbols
from marketplace.web.art.geometry import Point, jagged, number, polygon, skyline, smooth_area
from marketplace.web.art.huts import LAMP, Hut, draw_hut
from marketplace.web.art.seeded import Dice, Noise
from marketplace.web.art.sky import Sky, Water, draw_glitter, draw_sky, draw_stars

SHORE = 402


@dataclass(frozen=True, slots=True)
class Night:
    sky: Sky
    lights: tuple[Lch, Lch, Lch]
    hills: Lch
    snow: tuple[Lch, Lch]
    pine: Lch


def _night(low: float, middle: float, high: float) -> Night:
    return Night(
        Sky(Lch(0.17, 0.06, 275), Lch(0.27, 0.08, 255), Lch(0.46, 0.09, 200)),
        (Lch(0.86, 0.19, low), Lch(0.76, 0.15, middle), Lch(0.62, 0.2, high)),
        Lch(0.24, 0.06, 240),
        (Lch(0.84, 0.04, 225), Lch(0.5, 0.08, 245)),
        Lch(0.16, 0.045, 255),
    )


MOODS = {
    "teal": _night(158, 190, 310),
    "emerald": _night(150, 175, 330),
    "violet": _night(172, 205, 292),
}


def draw(canvas: Canvas, dice: Dice, mood: str) -> None:
    night = MOODS[mood]
    draw_sky(canvas, night.sky, SHORE)
    draw_stars(canvas, dice, 150, 330)
    _draw_curtains(canvas, dice, night)
    _draw_ranges(canvas, dice, night)
    _draw_lake(canvas, dice, night)
    _draw_bank(canvas, dice, night)


def _draw_curtains(canvas: Canvas, dice: Dice, night: Night) -> None:
    middle = night.lights[1]
    glow = canvas.down(20, 330, [(0, middle, 0.0), (0.6, middle, 0.2), (1, middle, 0.0)])
    canvas.add(rect((0, 20, 800, 310), glow))
    levels = [_strip(canvas, night, level / 25) for level in range(1, 10)]
    for base, strength in ((138, 0.75), (186, 1.0), (236, 0.85)):
        _draw_curtain(canvas, dice, levels, base, strength)


def _strip(canvas: Canvas, night: Night, bright: float) -> str:
    """A strip of light 100 units high, in one of a few brightnesses.

    Some PDF viewers cut a faded paint that leaves the page, and misplace one under an opacity:
    so the strip hangs on, unseen, below its light, and its brightness is in the paint.
    """
    low, middle, high = night.lights
    tones = (
        (0.0, high, 0.0),
        (0.04, high, 0.0),
        (0.36, high, 0.5 * bright),
        (0.68, middle, 0.8 * bright),
        (0.91, low, bright),
        (0.975, low, 0.0),
        (1.0, low, 0.0),
    )
    return canvas.symbol(rect((0, -104, 26, 200), canvas.down(-100, 0, tones)))


def _draw_curtain(
    canvas: Canvas, dice: Dice, levels: list[str], base: float, strength: float
) -> None:
    sway, lift, shine = Noise(dice), Noise(dice), Noise(dice)
    waves, turn = dice.between(1.6, 2.6), dice.between(0, math.tau)
    strips = []
    for index in range(120):
        t = index / 119
        x = -40 + 880 * t + 46 * math.sin(t * math.tau * waves + turn)
        y = base + 58 * sway.at(t * 3.2) + 14 * sway.at(t * 9 + 20)
        height = 165 + 90 * lift.at(t * 4.5) + 26 * lift.at(t * 34)
        bright = 0.17 + 0.13 * shine.at(t * 6) + 0.06 * shine.at(t * 40)
        bright *= strength * min(1.0, 0.35 + 3 * t, 0.35 + 3 * (1 - t))
        if bright > 0.02:
            level = min(len(levels), max(1, round(bright * 25)))
            strips.append(use(levels[level - 1], placed(x, y, 1, max(60.0, height) / 100)))
    canvas.add(*strips)


def _draw_ranges(canvas: Canvas, dice: Dice, night: Night) -> None:
    """Three rows of peaks; the curtains light one face of each."""
    green = mix(night.lights[0], night.lights[1], 0.5)
    for row, (height, half) in enumerate(((128, 170), (94, 130), (52, 120))):
        color = mix(night.sky.low, night.hills, 0.4 + 0.3 * row)
        faces = (mix(color, green, 0.46 - 0.15 * row), mix(color, green, 0.2 - 0.08 * row), color)
        x = dice.between(-80, 20)
        while x < 860:
            apex = (x, SHORE - height * dice.between(0.62, 1.1))
            _draw_peak(canvas, dice, apex, half * dice.between(0.85, 1.2), faces)
            x += half * dice.between(0.8, 1.25)


def _draw_peak(
    canvas: Canvas, dice: Dice, apex: Point, half: float, faces: tuple[Lch, Lch, Lch]
) -> None:
    lit, dim, foot = faces
    floor = SHORE + 2
    left = jagged(dice, apex, (apex[0] - half, floor), 4, 12)
    right = jagged(dice, apex, (apex[0] + half, floor), 4, 12)
    ridge = jagged(dice, apex, (apex[0] + half * dice.between(-0.1, 0.3), floor), 3, 12)
    for edge, color in ((left, lit), (right, dim)):
        fade = canvas.down(apex[1], floor, [(0, color), (0.85, foot), (1, foot)])
        canvas.add(path(polygon([*edge, *ridge[::-1]]), fade))


def _draw_lake(canvas: Canvas, dice: Dice, night: Night) -> None:
    green = mix(night.lights[0], night.lights[1], 0.4)
    ice = canvas.down(
        SHORE,
        500,
        [(0, mix(night.sky.low, green, 0.45)), (1, mix(night.sky.mid, night.hills, 0.3))],
    )
    canvas.add(rect((0, SHORE, 800, 98), ice))
    for x in (150, 300, 395, 520, 660):
        center = (x + dice.between(-30, 30), SHORE + 34)
        radius = dice.between(46, 88)
        glow = canvas.radial(
            center, radius, [(0, green, 0.42), (0.5, green, 0.14), (1, green, 0.0)]
        )
        lake = (center[0] - radius, SHORE, radius * 2, min(96, radius + 34))
        canvas.add(rect(lake, glow))
    canvas.add(rect((0, SHORE, 800, 1.6), green, opacity=0.6))
    draw_glitter(canvas, dice, Water(SHORE + 4, 474, 360), mix(green, WHITE, 0.4), 54)


def _draw_bank(canvas: Canvas, dice: Dice, night: Night) -> None:
    noise = Noise(dice)
    side_x = dice.between(500, 560)

    def bank(x: float) -> float:
        return 462 + 9 * noise.at(x / 210) + 10 * abs(x - side_x) / 400

    snow = canvas.down(448, 500, [(0, night.snow[0]), (1, night.snow[1])])
    canvas.add(path(smooth_area(skyline(bank, 40), 502), snow))
    floor = bank(side_x) + 9
    _draw_lamplight(canvas, (side_x, floor - 18))
    _draw_smoke(canvas, (side_x + 24, floor - 66))
    draw_hut(canvas, Hut((side_x, floor), 1.12, mix(WHITE, night.snow[0], 0.4)))
    light = stroke(f"M{number(side_x - 26)} {number(floor + 12)}h52", LAMP, 5, opacity=0.35)
    canvas.add(light)
    pines = Pines(pine_symbols(canvas, dice, 4, tiers=11), dice)
    spots = (
        (14, 118),
        (40, 150),
        (78, 82),
        (104, 60),
        (622, 84),
        (650, 122),
        (684, 150),
        (716, 106),
        (744, 168),
        (778, 132),
        (800, 180),
        (148, 44),
    )
    for x, height in spots:
        foot = (x + dice.between(-8, 8), bank(x) + 16)
        canvas.add(pines.at(foot, height * dice.between(0.88, 1.1), night.pine))


def _draw_lamplight(canvas: Canvas, center: Point) -> None:
    glow = [(0.0, LAMP, 0.6), (0.4, LAMP, 0.22), (1.0, LAMP, 0.0)]
    canvas.add(circle(center, 110, canvas.radial(center, 110, glow)))


def _draw_smoke(canvas: Canvas, place: Point) -> None:
    x, y = place
    smoke = f"M{number(x)} {number(y)}q-9-14 2-25t-2-26q-8-12 3-24"
    canvas.add(stroke(smoke, WHITE, 5, opacity=0.3))
