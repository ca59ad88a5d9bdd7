"""The company may choose any brand hue: no choice makes words hard to read."""

import math
import re
from functools import cache
from pathlib import Path

import pytest

CSS = Path(__file__).parents[2] / "static" / "css"
THEMES = ("light", "dark")
GROUNDS = ("canvas", "surface", "raised", "sunk")
WORDS = [
    *(
        (ink, ground)
        for ink in ("ink", "ink-2", "ink-3", "brand-text", "ok-text", "danger-text")
        for ground in GROUNDS
    ),
    ("on-brand", "brand"),
    ("on-brand", "brand-hover"),
    ("on-brand-tint", "brand-tint"),
    ("points-text", "points-tint"),
    *((f"{tone}-text", f"{tone}-tint") for tone in ("ok", "info", "warn", "danger")),
    ("on-danger", "danger-fill"),
    ("on-inverse", "inverse"),
    ("on-art", "scrim"),
    ("hue-text", "surface"),
    ("hue-text", "hue-tint"),
    ("on-hue-fill", "hue-fill"),
]
EDGES = [
    *(
        (line, ground)
        for line in ("line-strong", "focus", "brand", "danger-fill")
        for ground in GROUNDS
    ),
    *((f"chart-{number}", "surface") for number in range(1, 7)),
    ("heart", "surface"),
]
OKLCH = re.compile(r"oklch\(([\d.]+) ([\d.]+) ([\d.]+|var\(--[\w-]+\))\)")


def read_tokens(css: str) -> dict[str, dict[str, str]]:
    """The color of each token in each theme, as it is written."""
    tokens: dict[str, dict[str, str]] = {}
    for name, value in re.findall(r"--([\w-]+): ([^;]+);", css):
        if pair := re.fullmatch(r"light-dark\((.+\)|#\w+), (.+)\)", value):
            tokens[name] = dict(zip(THEMES, pair.groups(), strict=True))
        elif value.startswith(("#", "oklch(")):
            tokens.setdefault(name, dict.fromkeys(THEMES, value))
    return tokens


TOKENS = read_tokens((CSS / "tokens.css").read_text("utf-8"))


@cache
def luminance(color: str, hue: int) -> float:
    """Relative luminance of a written color, out-of-gamut parts clipped as browsers do."""
    if color == "#fff":
        return 1.0
    found = OKLCH.fullmatch(color)
    assert found, f"The color {color!r} is written in a way this test cannot read."
    lightness, chroma = float(found[1]), float(found[2])
    angle = math.radians(hue if found[3].startswith("var(") else float(found[3]))
    red, green, blue = (min(1.0, max(0.0, part)) for part in linear_rgb(lightness, chroma, angle))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear_rgb(lightness: float, chroma: float, angle: float) -> tuple[float, float, float]:
    a, b = chroma * math.cos(angle), chroma * math.sin(angle)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def contrast(front: str, back: str, hue: int) -> float:
    bright, dark = sorted((luminance(front, hue), luminance(back, hue)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def worst(front: str, back: str, theme: str) -> tuple[float, int]:
    """The lowest contrast over all hues, and the hue that has it."""
    return min(
        (contrast(TOKENS[front][theme], TOKENS[back][theme], hue), hue) for hue in range(360)
    )


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("words", "ground"), WORDS)
def test_words_can_be_read_with_every_hue(words, ground, theme):
    lowest, hue = worst(words, ground, theme)
    assert lowest >= 4.5, f"{words} on {ground} falls to {lowest:.2f} at hue {hue}."


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_of_controls_can_be_seen_with_every_hue(edge, ground, theme):
    lowest, hue = worst(edge, ground, theme)
    assert lowest >= 3, f"{edge} on {ground} falls to {lowest:.2f} at hue {hue}."


def test_the_measure_itself_knows_black_on_white_and_notices_pale_words():
    assert contrast("oklch(0 0 0)", "#fff", 0) == pytest.approx(21)
    assert contrast("oklch(0.7 0.16 60)", "#fff", 0) < 4.5


def test_colors_are_written_in_the_tokens_alone():
    literal = re.compile(r"oklch\([\d.]+ [\d.]+ [\d.]+\)|rgb\(|hsl\(|#[0-9a-fA-F]{3,8}\b")
    apart = {
        "tokens.css",
        "print.css",
        "reward-art.css",
    }  # paper and artwork look alike in both themes
    sheets = [file for file in CSS.rglob("*.css") if file.name not in apart]
    assert [file.name for file in sheets if literal.search(file.read_text("utf-8"))] == []
