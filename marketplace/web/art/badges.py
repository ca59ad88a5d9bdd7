"""Medals with ribbons: metal rim, enamel core, a Lucide icon and stars for the level."""

from __future__ import annotations

import math
from dataclasses import dataclass

from marketplace.web.art.badge_rims import RIMS
from marketplace.web.art.canvas import Canvas, circle, group, path, placed, stroke
from marketplace.web.art.color import HUES, WHITE, Lch, mix
from marketplace.web.art.geometry import Point, number, polar, polygon, ring, smooth
from marketplace.web.art.icons import icon_shapes
from marketplace.web.art.seeded import Dice

SIZE = 400
CENTER = (200.0, 176.0)

METALS = {
    "bronze": (Lch(0.78, 0.1, 58), Lch(0.56, 0.11, 48), Lch(0.36, 0.08, 40)),
    "silver": (Lch(0.95, 0.01, 250), Lch(0.76, 0.02, 250), Lch(0.5, 0.03, 255)),
    "gold": (Lch(0.94, 0.13, 95), Lch(0.79, 0.15, 82), Lch(0.52, 0.115, 65)),
    "platinum": (Lch(0.97, 0.02, 200), Lch(0.8, 0.045, 210), Lch(0.48, 0.06, 230)),
    "aurora": (Lch(0.9, 0.13, 165), Lch(0.68, 0.17, 275), Lch(0.42, 0.16, 300)),
}


@dataclass(frozen=True, slots=True)
class Medal:
    """What a medal is made of."""

    high: Lch
    mid: Lch
    low: Lch
    core: Lch
    ribbon: Lch
    locked: bool

    def paint(self, color: Lch) -> Lch:
        """The color itself, or nearly grey while the medal is still locked."""
        if not self.locked:
            return color
        return Lch(0.42 + color.lightness * 0.5, color.chroma * 0.15, color.hue)


@dataclass(frozen=True, slots=True)
class BadgeOptions:
    metal: str = "gold"
    icon: str = "award"
    level: int = 1
    locked: bool = False


def draw_badge(canvas: Canvas, dice: Dice, options: BadgeOptions) -> None:
    high, mid, low = METALS[options.metal]
    hue = dice.pick(HUES)
    far = [other for other in HUES if abs((other - hue + 180) % 360 - 180) >= 70]
    medal = Medal(
        high, mid, low, Lch(0.46, 0.15, hue), Lch(0.56, 0.19, dice.pick(far)), options.locked
    )
    _draw_ribbons(canvas, medal)
    _draw_shadow(canvas)
    _draw_rim(canvas, dice, medal)
    _draw_bevels(canvas, medal)
    _draw_core(canvas, dice, medal)
    _draw_icon(canvas, medal, options.icon)
    _draw_stars(canvas, medal, options.level)
    _draw_shine(canvas)


def _draw_ribbons(canvas: Canvas, medal: Medal) -> None:
    base = medal.paint(medal.ribbon)
    deep, light = base.lighter(-0.13), base.lighter(0.06)
    for side in (-1, 1):
        fold = canvas.linear((-28, 96), (28, 205), [(0, deep), (0.5, base), (1, light)])
        tail = "M-29 60H29V214L0 190-29 214z"
        stripe = mix(base, WHITE, 0.55)
        canvas.add(
            group(
                path(tail, fold),
                path("M-9 60H-3V192.5L-9 197.5z", stripe, opacity=0.55),
                path("M3 60H9V197.5L3 192.5z", stripe, opacity=0.55),
                path("M23 60H29V214l-6-5z", deep, opacity=0.5),
                transform=f"translate({number(CENTER[0])} {number(CENTER[1])})rotate({-18 * side})",
            )
        )


def _draw_shadow(canvas: Canvas) -> None:
    center = (CENTER[0], CENTER[1] + 9)
    dark = Lch(0.2, 0.04, 275)
    fade = canvas.radial(center, 150, [(0, dark, 0.42), (0.8, dark, 0.3), (1, dark, 0.0)])
    canvas.add(circle(center, 150, fade))


def _draw_rim(canvas: Canvas, dice: Dice, medal: Medal) -> None:
    high, mid, low = (medal.paint(color) for color in (medal.high, medal.mid, medal.low))
    outline = RIMS[dice.pick(sorted(RIMS))](CENTER, dice)
    metal = canvas.linear(
        (CENTER[0] - 110, CENTER[1] - 120),
        (CENTER[0] + 110, CENTER[1] + 120),
        [(0, mid), (0.24, high), (0.5, mid), (0.74, mix(mid, low, 0.55)), (0.9, mid), (1, high)],
    )
    dash = {"stroke_dasharray": "7 6"} if medal.locked else {}
    edge = mix(mid, low, 0.65)
    canvas.add(
        _edged(outline, metal, edge, 2.2, **dash),
        circle(CENTER, 121, "none", stroke=mix(mid, low, 0.4), stroke_width=1.4, opacity=0.6),
    )


def _edged(data: str, fill: str, edge: Lch, width: float, **attributes: str) -> str:
    return path(data, fill, stroke=edge, stroke_width=width, stroke_linejoin="round", **attributes)


def _draw_bevels(canvas: Canvas, medal: Medal) -> None:
    high, mid, low = (medal.paint(color) for color in (medal.high, medal.mid, medal.low))
    x, y = CENTER
    for radius, stops in (
        (117, [(0.0, low), (0.5, mid), (1.0, high)]),
        (112, [(0.0, high), (0.5, mid), (1.0, mix(mid, low, 0.6))]),
        (99, [(0.0, low), (0.6, mix(mid, low, 0.5)), (1.0, high)]),
    ):
        paint = canvas.linear(
            (x - radius * 0.7, y - radius * 0.7), (x + radius * 0.7, y + radius * 0.7), stops
        )
        canvas.add(circle(CENTER, radius, paint))
    places = (polar(CENTER, 105.5, index * math.tau / 48) for index in range(48))
    beads = "".join(f"M{number(px)} {number(py)}h0" for px, py in places)
    canvas.add(
        stroke(beads, low, 4.4, opacity=0.5),
        group(stroke(beads, high, 3.2), transform="translate(-.5 -.7)"),
    )


def _draw_core(canvas: Canvas, dice: Dice, medal: Medal) -> None:
    core = medal.paint(medal.core)
    deep = medal.paint(Lch(0.25, 0.11, medal.core.hue + 14))
    light = (CENTER[0] - 22, CENTER[1] - 30)
    enamel = canvas.radial(light, 132, [(0, core.lighter(0.07)), (0.4, core), (1, deep)])
    canvas.add(circle(CENTER, 94, enamel))
    lobes, twist = dice.whole(7, 11), dice.pick((2, 4))
    lines = ""
    for index in range(8):

        def radius(
            angle: float, shift: float = index * 0.11, size: float = 50 + index * 3.4
        ) -> float:
            wave = math.sin(lobes * (angle + shift)) * math.cos(twist * angle / 2)
            return min(91.0, size * (1 + 0.32 * wave))

        lines += smooth(ring(CENTER, lobes * 6, radius), closed=True)
    canvas.add(stroke(lines, medal.paint(medal.high), 0.9, opacity=0.3))
    canvas.add(circle(CENTER, 94, "none", stroke=deep.lighter(-0.06), stroke_width=3, opacity=0.55))


def _draw_icon(canvas: Canvas, medal: Medal, icon: str) -> None:
    shapes = icon_shapes(icon)
    scale = 4.33
    left, top = CENTER[0] - 12 * scale, CENTER[1] - 12 * scale - 8
    dark = medal.paint(Lch(0.2, 0.08, medal.core.hue))
    pen = {"fill": "none", "stroke_linecap": "round", "stroke_linejoin": "round"}
    canvas.add(
        group(
            shapes,
            transform=placed(left, top + 3.5, scale),
            stroke=dark,
            stroke_width="1.9",
            opacity=0.6,
            **pen,
        ),
        group(
            shapes,
            transform=placed(left, top, scale),
            stroke=mix(WHITE, medal.paint(medal.high), 0.18),
            stroke_width="1.7",
            **pen,
        ),
    )


def _draw_stars(canvas: Canvas, medal: Medal, level: int) -> None:
    data = shadow = ""
    for index in range(level):
        angle = math.pi / 2 - (index - (level - 1) / 2) * 0.29
        place = polar(CENTER, 76, angle)
        data += _star(place, 8.4)
        shadow += _star((place[0], place[1] + 1.6), 8.4)
    dark = medal.paint(Lch(0.2, 0.08, medal.core.hue))
    canvas.add(
        path(shadow, dark, opacity=0.6), path(data, mix(medal.paint(medal.high), WHITE, 0.25))
    )


def _star(center: Point, size: float) -> str:
    return polygon(
        polar(center, size if index % 2 == 0 else size * 0.45, -math.pi / 2 + index * math.pi / 5)
        for index in range(10)
    )


def _draw_shine(canvas: Canvas) -> None:
    start, end = polar(CENTER, 83, math.pi * 1.12), polar(CENTER, 83, math.pi * 1.6)
    arc = f"M{number(start[0])} {number(start[1])}A83 83 0 0 1 {number(end[0])} {number(end[1])}"
    canvas.add(stroke(arc, WHITE, 7, opacity=0.35))
