"""A mountain lake: peaks over the woods, still water, a jetty to sit on."""

from __future__ import annotations

from marketplace.web.art.canvas import Canvas, group, path, rect, stroke
from marketplace.web.art.color import WHITE, Lch
from marketplace.web.art.flora import Pines, pine_symbols, reeds
from marketplace.web.art.geometry import polygon, skyline, smooth_area
from marketplace.web.art.scenes import alps, forest
from marketplace.web.art.scenes.alps import Massif
from marketplace.web.art.scenes.forest import Lake
from marketplace.web.art.seeded import Dice, Noise
from marketplace.web.art.sky import draw_birds, draw_clouds, draw_sky, draw_sun

MOODS = {"day": ("day", "spring"), "dawn": ("dawn", "amber")}


def draw(canvas: Canvas, dice: Dice, mood: str) -> None:
    high, low = MOODS[mood]
    massif = alps.MOODS[high]
    base = forest.MOODS[low]
    lake = Lake(massif.sky, massif.dark, massif.haze, massif.water, base.boat)
    sun = (dice.between(190, 250), dice.between(84, 116))
    draw_sky(canvas, massif.sky, 330)
    draw_sun(canvas, massif.sky, sun, 30)
    draw_clouds(canvas, dice, massif.sky, 4, (60, 150))
    draw_birds(canvas, dice, (sun[0] + 150, sun[1] + 24), massif.dark)
    _draw_mountains(canvas, dice, massif)
    pines = Pines(pine_symbols(canvas, dice), dice)
    rows = forest.draw_woods(canvas, dice, lake, pines, 420)
    forest.draw_lake(canvas, dice, lake, rows[1:], sun[0] + 60)
    _draw_jetty(canvas)
    _draw_bank(canvas, dice, massif)


def _draw_mountains(canvas: Canvas, dice: Dice, massif: Massif) -> None:
    with canvas.grouped(transform="translate(0 -46)"):
        alps.draw_ranges(canvas, dice, massif)
        for peak in alps.peaks(dice):
            alps.draw_peak(canvas, dice, peak, massif)
    alps.draw_mist(canvas, massif.haze, 196, forest.HORIZON)


def _draw_jetty(canvas: Canvas) -> None:
    wood = Lch(0.6, 0.065, 58)
    dark = Lch(0.36, 0.05, 48)
    deck = [(556, 392), (596, 392), (690, 500), (560, 500)]
    boards = "".join(
        f"M{x1} {y}L{x2} {y}"
        for x1, x2, y in (
            (556, 600, 397),
            (556, 606, 404),
            (557, 613, 412),
            (557, 621, 421),
            (557, 630, 431),
            (558, 640, 443),
            (558, 651, 456),
            (559, 664, 470),
            (559, 679, 487),
        )
    )
    canvas.add(
        rect((552, 386, 5, 42), dark),
        rect((597, 386, 5, 46), dark),
        rect((552, 440, 7, 56), dark),
        rect((646, 432, 7, 60), dark),
        path(polygon([(556, 392), (560, 500), (548, 500), (550, 394)]), dark),
        path(polygon(deck), wood),
        stroke(boards, dark, 1.5, opacity=0.6),
        group(
            path("M-70-8Q-62 16-30 18H36Q64 14 76-12Q40 0 0 0T-70-8z", Lch(0.6, 0.17, 30)),
            path("M-70-8Q-30 4 2 3T76-12Q44-8 2-6T-70-8z", Lch(0.42, 0.11, 30)),
            stroke("M-60 4Q-30 12 36 10", WHITE, 1.6, opacity=0.5),
            stroke("M-30-2L44-16", Lch(0.85, 0.06, 75), 3),
            transform="translate(462 420)scale(.95)",
        ),
        stroke("M526 408Q540 414 553 402", dark, 1.6),
    )


def _draw_bank(canvas: Canvas, dice: Dice, massif: Massif) -> None:
    noise = Noise(dice)

    def bank(x: float) -> float:
        return 486 + 7 * noise.at(x / 150) - 26 * max(0.0, 1 - x / 260)

    tall = Pines(pine_symbols(canvas, dice, 2, tiers=14), dice)
    dark = massif.dark
    trees = [
        tall.at((x, bank(x) + 12), height * dice.between(0.9, 1.1))
        for x, height in ((4, 330), (64, 246), (118, 150), (800, 260), (756, 140))
    ]
    canvas.add(
        stroke(reeds(dice, 150, 320, 496, 18) + reeds(dice, 690, 780, 498, 8), dark, 2),
        path(smooth_area(skyline(bank, 40), 502), dark),
        group(*trees, fill=dark),
    )
