"""A small island in a lagoon with palms and a hut on stilts over the water."""

from __future__ import annotations

import math
from dataclasses import dataclass

from marketplace.web.art.canvas import Canvas, ellipse, group, path, rect, stroke
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.flora import draw_palm
from marketplace.web.art.geometry import Point, number, ring, smooth, smooth_area
from marketplace.web.art.scenes.beach import MOODS as SHORES
from marketplace.web.art.scenes.beach import (
    Shore,
    draw_headlands,
    draw_sail,
    draw_sea,
    draw_sea_and_sky,
)
from marketplace.web.art.seeded import Dice, Noise

MOODS = {name: SHORES[name] for name in ("lagoon", "day", "sunset")}


@dataclass(frozen=True, slots=True)
class Isle:
    center: Point
    width: float


def draw(canvas: Canvas, dice: Dice, mood: str) -> None:
    shore = MOODS[mood]
    sun = (dice.between(560, 640), 214.0 if mood == "sunset" else dice.between(90, 130))
    draw_sea_and_sky(canvas, dice, shore, sun)
    draw_headlands(canvas, dice, shore)
    draw_sea(canvas, dice, shore, sun[0])
    draw_sail(canvas, (dice.between(640, 700), 318), shore, 0.9)
    isle = Isle((dice.between(290, 330), 404), 250)
    _draw_shoals(canvas, dice, shore, isle)
    _draw_isle(canvas, dice, shore, isle)
    for x in (0, 1):
        _draw_stilt_hut(
            canvas, (isle.center[0] + 232 + x * 116, 424 + x * 22), 0.86 + 0.2 * x, shore
        )


def _draw_shoals(canvas: Canvas, dice: Dice, shore: Shore, isle: Isle) -> None:
    """Rings of shallow water around the sand."""
    noise = Noise(dice)
    for size, color, opacity in (
        (1.62, shore.sea[0], 0.4),
        (1.3, shore.sea[0], 0.7),
        (1.06, mix(WHITE, shore.sky.low, 0.25), 0.7),
    ):

        def radius(angle: float, s: float = size) -> float:
            return isle.width * s * (1 + 0.05 * noise.at(3 + 1.6 * math.cos(angle) + s))

        points = [
            (isle.center[0] + x, isle.center[1] + 14 + y * 0.2) for x, y in ring((0, 0), 22, radius)
        ]
        canvas.add(path(smooth(points, closed=True), color, opacity=opacity))


def _draw_isle(canvas: Canvas, dice: Dice, shore: Shore, isle: Isle) -> None:
    x, y = isle.center
    sand = canvas.down(y - 40, y + 60, [(0, shore.sand[0]), (1, shore.sand[1])])
    points = [(x + px, y + 10 + py * 0.17) for px, py in ring((0, 0), 24, lambda _: isle.width)]
    canvas.add(path(smooth(points, closed=True), sand))
    noise = Noise(dice)
    for tall, color in (
        (58, mix(shore.palm.leaf, shore.land, 0.45)),
        (36, shore.palm.leaf),
        (20, shore.palm.deep),
    ):
        half = isle.width * (0.5 + tall / 240)
        mound = [
            (x + t * half, y + 4 - tall * (1 - t * t) * (1 + 0.3 * noise.at(t * 9 + tall)))
            for t in (index / 14 - 1 for index in range(29))
        ]
        canvas.add(path(smooth_area(mound, y + 5), color))
    for offset, lean, height in ((-120, -64, 150), (74, 72, 178), (-58, -30, 214), (10, 46, 250)):
        foot = (x + offset + dice.between(-10, 10), y + 6)
        draw_palm(canvas, dice, foot, (lean * dice.between(0.8, 1.2), height), shore.palm)


def _draw_stilt_hut(canvas: Canvas, place: Point, scale: float, shore: Shore) -> None:
    wood, thatch = (
        mix(shore.palm.trunk, shore.palm.light, 0.35),
        mix(shore.palm.light, shore.sand[1], 0.4),
    )
    dark = shore.palm.trunk
    straw = "".join(f"M{x}-74l{number(x * 0.22)} 30" for x in range(-22, 23, 8))
    canvas.add(
        group(
            ellipse((0, 6), (52, 5), shore.sea[2], opacity=0.35),
            stroke("M-36-14V6M-12-14V6M12-14V6M36-14V6", dark, 3.6),
            stroke("M-150-10H60", wood, 4),
            stroke("M-142-10V4M-112-10V4M-82-10V4M-54-10V4", dark, 2.4),
            rect((-34, -42, 68, 32), wood),
            rect((-34, -42, 20, 32), dark, opacity=0.25),
            rect((-7, -36, 14, 26), dark),
            rect((14, -34, 13, 12), Lch(0.92, 0.1, 85)),
            rect((-27, -34, 13, 12), Lch(0.92, 0.1, 85)),
            path("M-50-40Q-26-54-12-84H12Q26-54 50-40z", thatch),
            path("M-12-84H12Q26-54 50-40H18Q6-60-12-84z", dark, opacity=0.22),
            stroke(straw, dark, 1.2, opacity=0.35),
            transform=f"translate({number(place[0])} {number(place[1])})scale({number(scale, 2)})",
        )
    )
