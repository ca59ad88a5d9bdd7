"""Gift card faces in the shape of a bank card; words and value are set over them by the page."""

from __future__ import annotations

from dataclasses import dataclass

from marketplace.web.art.canvas import Canvas, circle, group, path, placed, rect
from marketplace.web.art.card_patterns import HEIGHT, PATTERNS, WIDTH, Pattern
from marketplace.web.art.color import HUES, WHITE, Lch, nearest_hue
from marketplace.web.art.icons import icon_shapes
from marketplace.web.art.seeded import Dice

RADIUS = 26


@dataclass(frozen=True, slots=True)
class Face:
    """The colors and the pattern of one card."""

    start: Lch
    end: Lch
    ink: Lch
    pattern: Pattern
    dark: bool


def choose_face(dice: Dice, hue: int | None = None) -> Face:
    """The look of a card; a given hue is moved to the nearest one that suits."""
    drawn = dice.pick(HUES)
    base = drawn if hue is None else nearest_hue(hue)
    dark = dice.chance(0.78)
    other = (base + dice.sign() * dice.between(24, 54)) % 360
    pattern = dice.pick(PATTERNS)
    if dark:
        other = nearest_hue(other)
        return Face(Lch(0.53, 0.17, base), Lch(0.33, 0.13, other), WHITE, pattern, dark=True)
    ink = Lch(0.27, 0.1, base)
    return Face(Lch(0.93, 0.05, base), Lch(0.84, 0.085, other), ink, pattern, dark=False)


def draw_card(canvas: Canvas, dice: Dice, hue: int | None, icon: str) -> None:
    face = choose_face(dice, hue)
    outline = rect((0, 0, WIDTH, HEIGHT), "#000", rx=RADIUS)
    clip = canvas.clip(outline)
    with canvas.grouped(clip_path=clip):
        _draw_face(canvas, dice, face)
    edge = WHITE if face.dark else face.end
    canvas.add(
        rect(
            (1, 1, WIDTH - 2, HEIGHT - 2),
            "none",
            rx=RADIUS - 1,
            stroke=edge,
            stroke_width=2,
            opacity=0.28 if face.dark else 0.8,
        ),
        group(
            icon_shapes(icon),
            transform=placed(46, HEIGHT - 104, 2.3),
            fill="none",
            stroke=face.ink,
            stroke_width="2",
            stroke_linecap="round",
            stroke_linejoin="round",
        ),
    )


def _draw_face(canvas: Canvas, dice: Dice, face: Face) -> None:
    canvas.add(
        rect(
            (0, 0, WIDTH, HEIGHT),
            canvas.linear((0, 0), (WIDTH, HEIGHT), [(0, face.start), (1, face.end)]),
        )
    )
    _draw_glows(canvas, dice, face)
    face.pattern(canvas, dice, face.ink if not face.dark else WHITE)
    gloss = canvas.linear((0, 0), (WIDTH * 0.7, HEIGHT * 0.7), [(0, WHITE, 0.2), (1, WHITE, 0.02)])
    canvas.add(path(f"M0 0H{WIDTH}V122Q420 236 0 190z", gloss))
    if face.dark:
        shade = canvas.linear(
            (WIDTH, HEIGHT), (330, 190), [(0, face.end.lighter(-0.08), 0.55), (1, face.end, 0.0)]
        )
        canvas.add(rect((0, 0, WIDTH, HEIGHT), shade))


def _draw_glows(canvas: Canvas, dice: Dice, face: Face) -> None:
    base = face.start.hue
    if face.dark:
        tones = (Lch(0.66, 0.16, base), Lch(0.3, 0.11, face.end.hue), Lch(0.6, 0.17, base + 18))
    else:
        tones = (Lch(0.965, 0.03, base), Lch(0.82, 0.1, face.end.hue), Lch(0.95, 0.045, base - 18))
    places = ((0.3, 0.42), (0.95, 0.4), (0.55, 1.0))
    for tone, (across, down) in zip(tones, places, strict=True):
        center = (
            WIDTH * (across + dice.between(-0.15, 0.15)),
            HEIGHT * (down + dice.between(-0.2, 0.2)),
        )
        reach = dice.between(220, 360)
        glow = canvas.radial(center, reach, [(0, tone, 0.75), (1, tone, 0.0)])
        canvas.add(circle(center, reach, glow))
