"""High peaks in first light: lit and shaded faces, snow, forests, a lake and a hut."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from marketplace.web.art.canvas import Canvas, path, rect
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.flora import Pines, pine_symbols
from marketplace.web.art.geometry import Point, jagged, polygon, skyline, smooth_area
from marketplace.web.art.huts import Hut, draw_hut
from marketplace.web.art.seeded import Dice, Noise
from marketplace.web.art.sky import Sky, Water, draw_clouds, draw_glitter, draw_sky, draw_sun

FOOT = 366
LAKE = 424


@dataclass(frozen=True, slots=True)
class Massif:
    sky: Sky
    snow: tuple[Lch, Lch]
    rock: tuple[Lch, Lch]
    haze: Lch
    hills: tuple[Lch, Lch, Lch]
    dark: Lch
    water: tuple[Lch, Lch]


MOODS = {
    "dawn": Massif(
        Sky(
            Lch(0.56, 0.12, 262), Lch(0.8, 0.085, 330), Lch(0.93, 0.065, 65), Lch(0.985, 0.035, 85)
        ),
        (Lch(0.97, 0.022, 62), Lch(0.77, 0.075, 285)),
        (Lch(0.64, 0.075, 345), Lch(0.46, 0.085, 285)),
        Lch(0.9, 0.055, 40),
        (Lch(0.68, 0.09, 310), Lch(0.46, 0.085, 245), Lch(0.34, 0.07, 225)),
        Lch(0.25, 0.05, 215),
        (Lch(0.86, 0.07, 0), Lch(0.66, 0.09, 320)),
    ),
    "day": Massif(
        Sky(Lch(0.62, 0.135, 250), Lch(0.8, 0.085, 235), Lch(0.95, 0.03, 200)),
        (Lch(0.99, 0.006, 230), Lch(0.8, 0.065, 250)),
        (Lch(0.66, 0.04, 250), Lch(0.48, 0.06, 258)),
        Lch(0.92, 0.035, 215),
        (Lch(0.7, 0.085, 195), Lch(0.56, 0.1, 165), Lch(0.44, 0.09, 160)),
        Lch(0.28, 0.06, 170),
        (Lch(0.84, 0.075, 215), Lch(0.6, 0.11, 230)),
    ),
    "rose": Massif(
        Sky(Lch(0.4, 0.12, 285), Lch(0.68, 0.14, 350), Lch(0.9, 0.09, 55), Lch(0.975, 0.05, 75)),
        (Lch(0.93, 0.055, 45), Lch(0.64, 0.11, 305)),
        (Lch(0.58, 0.11, 15), Lch(0.38, 0.1, 295)),
        Lch(0.82, 0.09, 25),
        (Lch(0.55, 0.12, 325), Lch(0.38, 0.1, 285), Lch(0.28, 0.08, 270)),
        Lch(0.2, 0.055, 268),
        (Lch(0.8, 0.11, 20), Lch(0.52, 0.13, 330)),
    ),
}


def draw(canvas: Canvas, dice: Dice, mood: str) -> None:
    massif = MOODS[mood]
    sun = (dice.between(180, 250), dice.between(110, 150))
    draw_sky(canvas, massif.sky, 330)
    draw_sun(canvas, massif.sky, sun, dice.between(26, 32), 290)
    draw_clouds(canvas, dice, massif.sky, 5, (70, 190))
    draw_ranges(canvas, dice, massif)
    for peak in peaks(dice):
        draw_peak(canvas, dice, peak, massif)
    pines = Pines(pine_symbols(canvas, dice), dice)
    draw_mist(canvas, massif.haze, 300, FOOT + 22)
    draw_hills(canvas, dice, massif, pines)
    _draw_lake(canvas, dice, massif, sun[0])
    _draw_foreground(canvas, dice, massif, pines)


def draw_ranges(canvas: Canvas, dice: Dice, massif: Massif) -> None:
    """Two far ranges that melt into the haze."""
    for near, base, height in ((0.4, 272, 86), (0.72, 300, 74)):
        noise = Noise(dice)
        color = mix(massif.sky.low, massif.rock[0], near)

        def top(x: float, n: Noise = noise, b: float = base, h: float = height) -> float:
            return b - h * max(0.0, 1 - 1.3 * abs(n.fbm(x / 170, 4)))

        fade = canvas.down(base - height, FOOT, [(0, color), (1, massif.haze)])
        canvas.add(path(smooth_area(skyline(top, 13), FOOT + 10), fade))


@dataclass(frozen=True, slots=True)
class Peak:
    apex: Point
    left: float
    right: float
    depth: float


def peaks(dice: Dice) -> list[Peak]:
    """Four hero peaks, the tallest a little right of the middle and in front."""
    return [
        Peak((dice.between(165, 205), dice.between(166, 186)), 160, 185, 0.34),
        Peak((dice.between(668, 706), dice.between(146, 168)), 190, 190, 0.3),
        Peak((dice.between(318, 350), dice.between(128, 148)), 205, 190, 0.16),
        Peak((dice.between(488, 530), dice.between(82, 98)), 235, 240, 0.0),
    ]


def draw_peak(canvas: Canvas, dice: Dice, peak: Peak, massif: Massif) -> None:
    """Light falls from the left: a warm face, a cool face, and snow on the upper part of both."""
    x, y = peak.apex
    foot = FOOT + 12
    left = jagged(dice, peak.apex, (x - peak.left, foot), 4, 20)
    right = jagged(dice, peak.apex, (x + peak.right, foot), 4, 20)
    ridge = jagged(dice, peak.apex, (x + peak.right * dice.between(0.1, 0.3), foot), 4, 26)
    for edge, other, face in ((left, ridge, 0), (right, ridge, 1)):
        rock = mix(massif.rock[face], massif.haze, peak.depth)
        snow = mix(massif.snow[face], massif.haze, peak.depth * 0.9)
        fade = canvas.down(
            y + 60,
            foot,
            [(0, rock), (0.55, mix(rock, massif.haze, 0.2)), (1, mix(rock, massif.haze, 0.86))],
        )
        canvas.add(path(polygon([*edge, *other[::-1]]), fade))
        _draw_rock(canvas, dice, (edge, other), mix(rock, massif.rock[1], 0.5))
        canvas.add(path(_snow(dice, edge, other, y + (foot - y) * (0.47 + 0.1 * face)), snow))
    _draw_gullies(canvas, dice, (left, ridge), massif, peak.depth)


def _upper(edge: list[Point], limit: float) -> list[Point]:
    """The part of an edge above a height, ending exactly on it."""
    kept = [edge[0]]
    for start, end in pairwise(edge):
        if end[1] >= limit:
            share = (limit - start[1]) / ((end[1] - start[1]) or 1)
            return [*kept, (start[0] + (end[0] - start[0]) * share, limit)]
        kept.append(end)
    return kept


def _snow(dice: Dice, edge: list[Point], ridge: list[Point], limit: float) -> str:
    outer, inner = _upper(edge, limit + 26), _upper(ridge, limit)
    start, end = outer[-1], inner[-1]
    teeth: list[Point] = []
    count = dice.whole(4, 6)
    for index in range(1, count * 2):
        t = index / (count * 2)
        x = start[0] + (end[0] - start[0]) * t + dice.between(-3, 3)
        level = start[1] + (end[1] - start[1]) * t
        move = dice.between(8, 34) if index % 2 == 0 else -dice.between(20, 46)
        teeth.append((x, level + move))
    return polygon([*outer, *teeth, *inner[::-1]])


def _draw_rock(
    canvas: Canvas, dice: Dice, faces: tuple[list[Point], list[Point]], color: Lch
) -> None:
    """Slanting facets on the bare rock under the snow."""
    edge, ridge = faces
    data = ""
    for index in range(9, 15, 2):
        t = dice.between(0.2, 0.8)
        x = edge[index][0] + (ridge[index][0] - edge[index][0]) * t
        y = edge[index][1] + (ridge[index][1] - edge[index][1]) * t
        wide, tall = dice.between(6, 15), dice.between(24, 52)
        data += polygon(
            [(x, y), (x + wide * dice.between(0.5, 1), y + tall * 0.7), (x - 2, y + tall)]
        )
    canvas.add(path(data, color, opacity=0.35))


def _draw_gullies(
    canvas: Canvas, dice: Dice, faces: tuple[list[Point], list[Point]], massif: Massif, depth: float
) -> None:
    """Thin blue shadows that run down the lit snow from the ridge."""
    edge, ridge = faces
    data = ""
    for index in (2, 4, 6):
        start = ridge[index]
        reach = (start[0] - edge[index][0]) * dice.between(0.3, 0.6)
        tall = dice.between(26, 44) + index * 3
        data += polygon(
            [
                start,
                (start[0] - reach * 0.45, start[1] + tall * 0.62),
                (start[0] - reach, start[1] + tall),
                (start[0] - reach * 0.3, start[1] + tall * 0.9),
                ridge[index + 1],
            ]
        )
    shade = mix(massif.snow[1], massif.haze, depth)
    canvas.add(path(data, shade, opacity=0.6))


def draw_mist(canvas: Canvas, color: Lch, top: float, bottom: float) -> None:
    tones = ((0.0, 0.0), (0.04, 0.0), (0.7, 0.75), (0.96, 0.0), (1.0, 0.0))
    fade = canvas.down(top, bottom, [(offset, color, opacity) for offset, opacity in tones])
    canvas.add(rect((0, top, 800, bottom - top), fade))


def draw_hills(canvas: Canvas, dice: Dice, massif: Massif, pines: Pines) -> None:
    """Three forested hills, each with pines along its back where the noise allows."""
    for row, (base, swing) in enumerate(((366, 9), (388, 10), (408, 8))):
        noise, wood = Noise(dice), Noise(dice)
        color = massif.hills[row]

        def top(x: float, n: Noise = noise, b: float = base, s: float = swing) -> float:
            return b + s * n.fbm(x / 210, 2)

        trees = []
        x = -6.0
        while x < 806:
            x += dice.between(5, 9) + row * 1.8
            if wood.at(x / 90) > -0.12:
                height = dice.between(11, 19) + row * 7
                trees.append(pines.at((x, top(x) + 3), height))
        canvas.add(
            f'<g fill="{mix(color, massif.dark, 0.12 + 0.1 * row).hex}">{"".join(trees)}</g>'
        )
        fade = canvas.down(base - 10, base + 44, [(0, color), (1, mix(color, massif.haze, 0.34))])
        canvas.add(path(smooth_area(skyline(top, 30), LAKE + 4), fade))


def _draw_lake(canvas: Canvas, dice: Dice, massif: Massif, light_x: float) -> None:
    near, far = massif.water
    canvas.add(rect((0, LAKE, 800, 76), canvas.down(LAKE, 500, [(0, near), (1, far)])))
    shape = [(300, LAKE), (700, LAKE), (560, LAKE + 40), (512, LAKE + 56), (470, LAKE + 42)]
    mirror = canvas.down(LAKE, LAKE + 60, [(0, massif.rock[1], 0.34), (1, massif.rock[1], 0.06)])
    canvas.add(path(polygon(shape), mirror))
    canvas.add(rect((0, LAKE, 800, 2), WHITE, opacity=0.4))
    draw_glitter(canvas, dice, Water(LAKE + 2, 490, light_x + 120), WHITE, 40)


def _draw_foreground(canvas: Canvas, dice: Dice, massif: Massif, pines: Pines) -> None:
    noise = Noise(dice)

    def bank(x: float) -> float:
        return 478 + 9 * noise.at(x / 230) - 24 * max(0.0, 1 - x / 300) ** 1.5

    hut_x = dice.between(170, 205)
    canvas.add(path(smooth_area(skyline(bank, 40), 500), massif.dark))
    draw_hut(canvas, Hut((hut_x, bank(hut_x) + 3), 0.82, mix(massif.snow[0], WHITE, 0.3)))
    places = [
        (12, 156),
        (46, 190),
        (84, 132),
        (122, 96),
        (790, 128),
        (762, 98),
        (728, 66),
        (240, 72),
        (700, 44),
    ]
    trees = [
        pines.at((x + dice.between(-9, 9), bank(x) + 12), height * dice.between(0.86, 1.1))
        for x, height in places
    ]
    canvas.add(f'<g fill="{massif.dark.hex}">{"".join(trees)}</g>')
