"""A white ship on the open sea: the beach's air and water without its shore."""

from __future__ import annotations

from marketplace.web.art.canvas import Canvas, group, path, rect, stroke
from marketplace.web.art.color import WHITE, Lch, mix
from marketplace.web.art.geometry import Point, number, skyline, smooth_area
from marketplace.web.art.scenes.beach import (
    MOODS,
    Shore,
    draw_headlands,
    draw_sea,
    draw_sea_and_sky,
)
from marketplace.web.art.seeded import Dice, Noise

__all__ = ["MOODS", "draw"]

_DECKS = ((-150, 196, -84), (-132, 164, -108), (-106, 132, -132), (-70, 96, -154))


def draw(canvas: Canvas, dice: Dice, mood: str) -> None:
    shore = MOODS[mood]
    sun = (dice.between(500, 600), 214.0 if mood == "sunset" else dice.between(92, 140))
    draw_sea_and_sky(canvas, dice, shore, sun)
    draw_headlands(canvas, dice, shore)
    draw_sea(canvas, dice, shore, sun[0])
    _draw_ship(canvas, (dice.between(380, 420), 388), shore)
    _draw_swell(canvas, dice, shore)


def _draw_ship(canvas: Canvas, place: Point, shore: Shore) -> None:
    dusk = mix(WHITE, shore.sky.mid, 0.3)
    white = canvas.down(-190, 0, [(0, mix(WHITE, shore.sky.low, 0.2)), (1, dusk)])
    navy = mix(Lch(0.34, 0.1, 255), shore.sea[2], 0.25)
    shade = mix(dusk, navy, 0.42)
    glass = mix(navy, shore.sky.mid, 0.2)
    decks = "".join(_deck(deck, white, shade) for deck in _DECKS)
    panes = "".join(
        f"M{x} {top}v9"
        for left, right, top in ((-138, 170, -77), (-120, 140, -101), (-94, 110, -125))
        for x in range(left, right, 13)
    )
    ports = "".join(f"M{x}-34h0" for x in range(-172, 190, 17))
    canvas.add(
        group(
            _funnel(shore, navy),
            decks,
            stroke(panes, glass, 6),
            path("M60-147H92l-7 12H60z", glass),
            path("M-208-62H236Q224-22 192 4H-180Q-200-8-208-62z", white),
            path("M-203-30Q-199-4-180 4H192Q210-12 221-30z", navy),
            rect((-206, -32, 428, 3.5), shore.parasol[0]),
            stroke(ports, glass, 5),
            "".join(
                path(f"M{x}-66h24q-1 9-6 9h-12q-5 0-6-9z", shore.parasol[0])
                for x in (-120, -84, -48, -12, 24)
            ),
            stroke("M112-154V-196M112-184H126", shade, 2.4),
            stroke("M-208-62L112-194L236-62", shade, 0.9, opacity=0.7),
            transform=f"translate({number(place[0])} {number(place[1])})scale(1.06)",
        )
    )


def _deck(deck: tuple[int, int, int], white: str, shade: Lch) -> str:
    left, right, top = deck
    wall = path(f"M{left} {top}H{right}l-10 24H{left + 4}z", white)
    return wall + rect((left + 4, top + 21, right - left - 12, 3), shade, opacity=0.6)


def _funnel(shore: Shore, navy: Lch) -> str:
    return (
        stroke("M-34-206Q-62-222-92-214T-160-226", WHITE, 13, opacity=0.26)
        + stroke("M-34-206Q-56-219-80-216", WHITE, 9, opacity=0.3)
        + path("M-52-150L-44-202H-10L-2-150z", navy)
        + path("M-47-184H-7L-5-172H-49z", shore.parasol[0])
    )


def _draw_swell(canvas: Canvas, dice: Dice, shore: Shore) -> None:
    """Three swells in front of the hull, each with a bright back."""
    for row, base in enumerate((390, 424, 460)):
        long, short = Noise(dice), Noise(dice)
        color = mix(shore.sea[1], shore.sea[2], 0.45 + 0.3 * row)

        def top(
            x: float, a: Noise = long, b: Noise = short, y: float = base, n: int = row
        ) -> float:
            return y + (5 + 3 * n) * a.at(x / (110 + 30 * n)) + 2.5 * b.at(x / 34)

        points = skyline(top, 22)
        fade = canvas.down(
            base - 12, base + 60, [(0, mix(color, shore.sea[0], 0.4)), (1, color.lighter(-0.03))]
        )
        canvas.add(
            path(
                smooth_area([(x, y - 3) for x, y in points], 502),
                mix(shore.sea[0], WHITE, 0.3),
                opacity=0.5,
            ),
            path(smooth_area(points, 502), fade),
        )
