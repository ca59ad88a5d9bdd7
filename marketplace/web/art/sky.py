"""What every landscape shares: sky, sun, clouds, birds, stars and light on water."""

from __future__ import annotations

import math
from dataclasses import dataclass

from marketplace.web.art.canvas import Canvas, Paint, circle, path, rect, stroke
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.geometry import Pen, Point, number
from marketplace.web.art.seeded import Dice

WIDTH = 800
HEIGHT = 500
_PALE_SUN = Lch(0.985, 0.035, 95)


@dataclass(frozen=True, slots=True)
class Sky:
    """The colors of the air from the top down to the horizon, and of the light in it."""

    top: Lch
    mid: Lch
    low: Lch
    sun: Lch = _PALE_SUN
    cloud: Lch = WHITE


def draw_sky(canvas: Canvas, sky: Sky, horizon: float) -> None:
    stops = [(0.0, sky.top), (0.52, sky.mid), (1.0, sky.low)]
    if abs((sky.mid.hue - sky.low.hue + 180) % 360 - 180) <= 60:
        stops.insert(2, (0.74, mix(sky.mid, sky.low, 0.42)))
    canvas.add(rect((0, 0, WIDTH, HEIGHT), canvas.down(0, horizon, stops)))


def draw_sun(canvas: Canvas, sky: Sky, center: Point, radius: float, reach: float = 300) -> None:
    """A soft glow in four steps with the disc in it."""
    glow = [(0.0, sky.sun, 0.9), (0.22, sky.sun, 0.42), (0.55, sky.sun, 0.12), (1.0, sky.sun, 0.0)]
    canvas.add(
        circle(center, reach, canvas.radial(center, reach, glow)),
        circle(center, radius, sky.sun),
    )


def draw_clouds(canvas: Canvas, dice: Dice, sky: Sky, count: int, band: Point) -> None:
    """Flat-bottomed clouds between two heights, smaller and paler toward the horizon."""
    for index in range(count):
        depth = (index + dice.unit() * 0.7) / count
        place = (dice.between(-30, WIDTH - 60), band[0] + (band[1] - band[0]) * depth)
        draw_cloud(canvas, dice, sky, place, dice.between(95, 190) * (1.1 - 0.45 * depth))


def draw_cloud(canvas: Canvas, dice: Dice, sky: Sky, place: Point, width: float) -> None:
    x, y = place
    bumps = dice.whole(4, 6)
    height = width * dice.between(0.17, 0.25)
    data = f"M{number(x)} {number(y)}"
    level = 0.0
    for index in range(bumps):
        last = index == bumps - 1
        rise = 0.0 if last else math.sin(math.pi * (index + 1) / bumps) * dice.between(0.35, 1)
        climb = (level - rise) * height
        step = width / bumps
        radius = math.hypot(step, climb) * 0.58
        data += f"a{number(radius)} {number(radius)} 0 0 1 {number(step)} {number(climb)}"
        level = rise
    fade = [(0.0, sky.cloud, 0.85), (0.55, sky.cloud, 0.5), (1.0, sky.cloud, 0.06)]
    paint = canvas.down(round(y - height * 1.25), round(y), fade)
    left = x - width * dice.between(0.05, 0.3)
    streak = f"M{number(left)} {number(y + 5)}h{number(width * dice.between(0.8, 1.1))}"
    canvas.add(path(data + "z", paint), stroke(streak, sky.cloud, 1.6, opacity=0.4))


def draw_birds(canvas: Canvas, dice: Dice, place: Point, color: Paint) -> None:
    for _ in range(dice.whole(3, 5)):
        x, y = place[0] + dice.between(-42, 42), place[1] + dice.between(-18, 18)
        span = dice.between(4.5, 8)
        pen = Pen((x - span, y - span * 0.35))
        pen.quad((x - span * 0.4, y - span * 0.75), (x, y))
        pen.quad((x + span * 0.4, y - span * 0.75), (x + span, y - span * 0.35))
        canvas.add(stroke(pen.data, color, 1.7))


def draw_stars(canvas: Canvas, dice: Dice, count: int, floor: float) -> None:
    """Small round stars in three brightnesses, rarer toward the horizon."""
    sheets = {0.35: "", 0.6: "", 0.95: ""}
    for _ in range(count):
        x, y = dice.between(0, WIDTH), floor * dice.unit() ** 1.3
        bright = dice.pick((0.35, 0.35, 0.6, 0.6, 0.95))
        sheets[bright] += f"M{number(x)} {number(y)}h0"
    for (bright, data), width in zip(sheets.items(), (1.2, 1.7, 2.3), strict=True):
        canvas.add(stroke(data, WHITE, width, opacity=bright))


def rising_mist(canvas: Canvas, color: Lch, band: Point, strength: float) -> str:
    """Mist from nothing at the upper height to its full strength at the lower one.

    It fades out again just below, where land or water covers it: a PDF repeats a paint at its
    edges, so that a paint with two different ends leaves a hairline.
    """
    top, bottom = band
    end = bottom + 16
    full = (bottom - top) / (end - top)
    stops = [
        (0.0, color, 0.0),
        (0.03, color, 0.0),
        (full, color, strength),
        ((1 + full) / 2, color, 0.0),
        (1.0, color, 0.0),
    ]
    return rect((0, top, WIDTH, end - top), canvas.down(top, end, stops))


@dataclass(frozen=True, slots=True)
class Water:
    """A lying sheet of water and where the light stands above it."""

    top: float
    bottom: float
    light_x: float


def draw_glitter(canvas: Canvas, dice: Dice, water: Water, color: Paint, count: int = 80) -> None:
    """Short bright bars, gathered under the light and wider toward the viewer."""
    sheets = {0.2: "", 0.4: "", 0.68: ""}
    for index in range(count):
        depth = ((index + dice.unit()) / count) ** 1.25
        y = water.top + 2 + depth * (water.bottom - water.top - 4)
        near_light = index % 3 != 0
        spread = 14 + 95 * depth if near_light else WIDTH / 2
        middle = water.light_x if near_light else WIDTH / 2
        x = middle + (dice.unit() + dice.unit() - 1) * spread
        length = dice.between(8, 66) * (0.28 + depth)
        bright = dice.pick((0.4, 0.68, 0.68)) if near_light else dice.pick((0.2, 0.2, 0.4))
        sheets[bright] += f"M{number(x - length / 2)} {number(y)}h{number(length)}"
    for bright, data in sheets.items():
        canvas.add(stroke(data, color, 1.8, opacity=bright))
