"""The picture of a badge with its credential baked in."""

from functools import lru_cache
from typing import Any

from marketplace.kernel.documents import paint
from marketplace.web.art import draw
from redemption.credentials.baking import bake_png, bake_svg

PIXELS = 800
KEPT_PICTURES = 64


def svg_with(token: str, art: dict[str, Any], slug: str) -> str:
    """The badge as SVG with the signed credential inside."""
    return bake_svg(draw("badge", slug, **_options(art)), token)


def png_with(token: str, art: dict[str, Any], slug: str) -> bytes:
    """The badge as PNG on clear ground with the signed credential inside."""
    return bake_png(_painted(slug, tuple(sorted(_options(art).items()))), token)


def _options(art: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in art.items() if name != "kind"}


@lru_cache(maxsize=KEPT_PICTURES)
def _painted(slug: str, options: tuple[tuple[str, Any], ...]) -> bytes:
    return paint(draw("badge", slug, **dict(options)), PIXELS)
