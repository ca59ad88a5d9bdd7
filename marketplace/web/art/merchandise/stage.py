"""The pastel room a thing stands in, and the material it is made of."""

from __future__ import annotations

import math
from dataclasses import dataclass

from marketplace.web.art.canvas import Canvas, circle, ellipse, path, rect
from marketplace.web.art.color import HUES, WHITE, Lch, mix
from marketplace.web.art.geometry import Point, ring, smooth
from marketplace.web.art.seeded import Dice, Noise

WIDTH = 640
HEIGHT = 480
FLOOR = 392
MIDDLE = 320.0
GROUND = 406.0

STAGE_HUES = (8, 28, 55, 82, 150, 175, 200, 235, 268, 295, 325, 350)

_LEATHER = Lch(0.58, 0.1, 55)
_BRASS = Lch(0.84, 0.1, 88)
_BLACK = Lch(0.24, 0.015, 270)


@dataclass(frozen=True, slots=True)
class Material:
    """One hue in five strengths, with a warm leather and a dark neutral beside it."""

    base: Lch
    light: Lch
    dark: Lch
    deep: Lch
    pale: Lch
    accent: Lch
    leather: Lch = _LEATHER
    brass: Lch = _BRASS
    black: Lch = _BLACK

    def round(self, canvas: Canvas, left: float, right: float) -> str:
        """The paint of an upright cylinder between two edges, lit from the left."""
        return canvas.linear(
            (left, 0),
            (right, 0),
            [
                (0, self.dark),
                (0.16, self.base),
                (0.32, self.light),
                (0.46, self.base),
                (0.8, self.dark),
                (1, self.deep),
            ],
        )

    def slope(self, canvas: Canvas, start: Point, end: Point) -> str:
        return canvas.linear(start, end, [(0, self.light), (0.42, self.base), (1, self.dark)])


def choose_hues(dice: Dice) -> tuple[int, int]:
    """The hue of the room and, at least 70 degrees away, the hue of the thing."""
    room = dice.pick(STAGE_HUES)
    far = [hue for hue in HUES if abs((hue - room + 180) % 360 - 180) >= 70]
    return room, dice.pick(far)


def material(hue: int, room: int) -> Material:
    return Material(
        Lch(0.54, 0.155, hue),
        Lch(0.72, 0.125, hue),
        Lch(0.41, 0.13, hue + 4),
        Lch(0.29, 0.095, hue + 8),
        Lch(0.93, 0.04, hue),
        Lch(0.78, 0.13, room),
    )


def draw_stage(canvas: Canvas, dice: Dice, room: int) -> None:
    start, end = Lch(0.93, 0.045, room), Lch(0.86, 0.075, room + 35)
    canvas.add(
        rect((0, 0, WIDTH, HEIGHT), canvas.linear((0, 0), (WIDTH, HEIGHT), [(0, start), (1, end)]))
    )
    dice.pick((_disc, _arch, _rings, _blob))(canvas, dice, (start, end))
    floor = canvas.down(
        FLOOR, HEIGHT, [(0, mix(start, end, 0.6).lighter(-0.005)), (1, end.lighter(-0.07))]
    )
    canvas.add(
        rect((0, FLOOR, WIDTH, HEIGHT - FLOOR), floor),
        rect((0, FLOOR, WIDTH, 1.5), WHITE, opacity=0.35),
    )


def draw_contact(canvas: Canvas, half_width: float, y: float = GROUND) -> None:
    """The soft dark spot where a thing meets the floor."""
    dark = Lch(0.22, 0.04, 275)
    # A flat radial paint needs its own space, so a wide circle is pressed to an ellipse.
    fade = canvas.radial((0, 0), 100, [(0, dark, 0.5), (0.55, dark, 0.28), (1, dark, 0.0)])
    canvas.add(
        circle(
            (0, 0),
            100,
            fade,
            transform=(f"matrix({half_width / 100:.3f} 0 0 .13 {MIDDLE:.0f} {y:.1f})"),
        )
    )


def _backdrop(color: tuple[Lch, Lch], canvas: Canvas, top: float) -> str:
    strong = mix(color[0], Lch(0.78, 0.11, color[1].hue - 20), 0.75)
    return canvas.down(top, FLOOR, [(0, mix(WHITE, color[0], 0.4), 0.85), (1, strong, 0.85)])


def _disc(canvas: Canvas, dice: Dice, color: tuple[Lch, Lch]) -> None:
    radius = dice.between(160, 180)
    canvas.add(circle((MIDDLE, 222), radius, _backdrop(color, canvas, 222 - radius)))


def _arch(canvas: Canvas, dice: Dice, color: tuple[Lch, Lch]) -> None:
    half = round(dice.between(142, 168))
    top = 66 + half
    data = f"M{320 - half} {FLOOR}V{top}a{half} {half} 0 0 1 {2 * half} 0V{FLOOR}z"
    canvas.add(path(data, _backdrop(color, canvas, 66)))


def _rings(canvas: Canvas, dice: Dice, color: tuple[Lch, Lch]) -> None:
    strong = mix(color[0], Lch(0.76, 0.13, color[0].hue), 0.8)
    start = dice.between(96, 112)
    for index in range(4):
        canvas.add(
            circle(
                (MIDDLE, 216),
                start + index * 42,
                "none",
                stroke=strong,
                stroke_width=18 - index * 2.5,
                opacity=0.5 - index * 0.1,
            )
        )


def _blob(canvas: Canvas, dice: Dice, color: tuple[Lch, Lch]) -> None:
    noise = Noise(dice)
    points = ring((MIDDLE, 220), 9, lambda angle: 172 + 26 * noise.at(angle * 1.4))
    canvas.add(path(smooth(points, closed=True), _backdrop(color, canvas, 50)))
    canvas.add(
        ellipse(
            (MIDDLE + 168 * math.cos(0.7), 84), (26, 26), mix(WHITE, color[0], 0.3), opacity=0.6
        )
    )
