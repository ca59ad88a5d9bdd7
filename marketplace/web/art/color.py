"""Colors in OKLCH, turned into sRGB hex so that browsers, mail and PDF agree."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple


class Lch(NamedTuple):
    """A color by lightness 0..1, chroma 0..0.4 and hue in degrees."""

    lightness: float
    chroma: float
    hue: float

    def lighter(self, amount: float) -> Lch:
        return Lch(min(1.0, max(0.0, self.lightness + amount)), self.chroma, self.hue)

    def muted(self, factor: float) -> Lch:
        return Lch(self.lightness, self.chroma * factor, self.hue)

    @property
    def hex(self) -> str:
        return to_hex(self)


HUES = (8, 22, 35, 150, 165, 180, 200, 222, 245, 262, 278, 295, 315, 335, 352)
"""The hues that stay beautiful when saturated and dark: no olive, mustard or brown."""

WHITE = Lch(1.0, 0.0, 0.0)


def nearest_hue(hue: float) -> int:
    """The allowed hue that stands closest on the color wheel."""
    return min(HUES, key=lambda allowed: abs((allowed - hue + 180) % 360 - 180))


def mix(near: Lch, far: Lch, share: float) -> Lch:
    """Blend two colors, going the short way round the hue wheel."""
    near_hue = far.hue if near.chroma < 0.004 else near.hue
    far_hue = near_hue if far.chroma < 0.004 else far.hue
    turn = (far_hue - near_hue + 180) % 360 - 180
    return Lch(
        near.lightness + (far.lightness - near.lightness) * share,
        near.chroma + (far.chroma - near.chroma) * share,
        (near_hue + turn * share) % 360,
    )


@lru_cache(maxsize=4096)
def to_hex(color: Lch) -> str:
    """The sRGB hex value; chroma is reduced until the color fits the gamut."""
    chroma = color.chroma
    rgb = _linear_rgb(color.lightness, chroma, color.hue)
    while chroma > 0 and not _fits(rgb):
        chroma = max(0.0, chroma - 0.004)
        rgb = _linear_rgb(color.lightness, chroma, color.hue)
    return "#" + "".join(f"{_encode(part):02x}" for part in rgb)


def _linear_rgb(lightness: float, chroma: float, hue: float) -> tuple[float, float, float]:
    a = chroma * math.cos(math.radians(hue))
    b = chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _fits(rgb: tuple[float, float, float]) -> bool:
    return all(-0.0005 <= part <= 1.0005 for part in rgb)


def _encode(part: float) -> int:
    part = min(1.0, max(0.0, part))
    gamma = 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
    return round(gamma * 255)
