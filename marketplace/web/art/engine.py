"""From a request to one SVG text."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import lru_cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable

from marketplace.web.art.badges import SIZE as BADGE_SIZE
from marketplace.web.art.badges import BadgeOptions, draw_badge
from marketplace.web.art.brand import SIZE as BRAND_SIZE
from marketplace.web.art.brand import draw_brand
from marketplace.web.art.canvas import Canvas
from marketplace.web.art.card_patterns import HEIGHT as CARD_HEIGHT
from marketplace.web.art.card_patterns import WIDTH as CARD_WIDTH
from marketplace.web.art.cards import choose_face, draw_card
from marketplace.web.art.color import Lch
from marketplace.web.art.empty import SIZE as EMPTY_SIZE
from marketplace.web.art.empty import draw_empty
from marketplace.web.art.guilloche import HEIGHT as PAGE_HEIGHT
from marketplace.web.art.guilloche import WIDTH as PAGE_WIDTH
from marketplace.web.art.guilloche import draw_guilloche
from marketplace.web.art.merchandise import draw_merchandise
from marketplace.web.art.merchandise.stage import HEIGHT as STAGE_HEIGHT
from marketplace.web.art.merchandise.stage import STAGE_HUES
from marketplace.web.art.merchandise.stage import WIDTH as STAGE_WIDTH
from marketplace.web.art.options import VARIANT, OptionValue, checked
from marketplace.web.art.scenes import draw_scene
from marketplace.web.art.seeded import Dice, seed_of
from marketplace.web.art.sky import HEIGHT as SCENE_HEIGHT
from marketplace.web.art.sky import WIDTH as SCENE_WIDTH

BRAND_HUE = 168

Options = dict[str, OptionValue]
Drawing = Callable[[Canvas, Dice, Options], None]


def _scene(canvas: Canvas, dice: Dice, options: Options) -> None:
    mood = options.get("mood")
    draw_scene(canvas, dice, str(options.get("scene", "unknown")), str(mood) if mood else None)


def _gift_card(canvas: Canvas, dice: Dice, options: Options) -> None:
    hue = options.get("hue")
    draw_card(canvas, dice, None if hue is None else int(hue), str(options.get("icon", "gift")))


def _badge(canvas: Canvas, dice: Dice, options: Options) -> None:
    draw_badge(
        canvas,
        dice,
        BadgeOptions(
            str(options.get("metal", "gold")),
            str(options.get("icon", "award")),
            int(options.get("level", 1)),
            bool(options.get("locked", False)),
        ),
    )


def _merchandise(canvas: Canvas, dice: Dice, options: Options) -> None:
    draw_merchandise(canvas, dice, str(options.get("object", "package")))


def _brand(canvas: Canvas, _dice: Dice, options: Options) -> None:
    draw_brand(canvas, int(options.get("hue", BRAND_HUE)))


def _guilloche(canvas: Canvas, dice: Dice, options: Options) -> None:
    draw_guilloche(canvas, dice, int(options.get("hue", BRAND_HUE)))


def _empty(canvas: Canvas, dice: Dice, options: Options) -> None:
    draw_empty(canvas, dice, str(options.get("icon", "sparkles")))


_DRAWINGS: dict[str, tuple[Drawing, int, int]] = {
    "scene": (_scene, SCENE_WIDTH, SCENE_HEIGHT),
    "gift_card": (_gift_card, CARD_WIDTH, CARD_HEIGHT),
    "badge": (_badge, BADGE_SIZE, BADGE_SIZE),
    "merchandise": (_merchandise, STAGE_WIDTH, STAGE_HEIGHT),
    "brand": (_brand, BRAND_SIZE, BRAND_SIZE),
    "guilloche": (_guilloche, PAGE_WIDTH, PAGE_HEIGHT),
    "empty": (_empty, EMPTY_SIZE, EMPTY_SIZE),
}
_CROPPED = {"scene", "merchandise"}


def draw(kind: str, slug: str, *, variant: int = 0, **options: object) -> str:
    """One complete SVG, always the same for the same arguments.

    The slug (with the variant, 0 to 9999) decides everything the options leave open.
    Raises ValueError that names what is allowed.
    """
    known = checked(kind, options)
    return _drawn(kind, slug, VARIANT.read("variant", variant), tuple(sorted(known.items())))


@lru_cache(maxsize=128)
def _drawn(kind: str, slug: str, variant: int, options: tuple[tuple[str, OptionValue], ...]) -> str:
    drawing, width, height = _DRAWINGS[kind]
    mark = hashlib.sha256(repr((kind, slug, variant, options)).encode()).hexdigest()[:6]
    canvas = Canvas(width, height, f"a{mark}-", crop=kind in _CROPPED)
    drawing(canvas, Dice(seed_of(kind, slug, variant)), dict(options))
    return canvas.svg()


def card_ink(slug: str, *, variant: int = 0, hue: int | None = None) -> str:
    """The hex color in which words over this gift card are readable."""
    return choose_face(Dice(seed_of("gift_card", slug, variant)), hue).ink.hex


def stage_colors(slug: str) -> tuple[str, str]:
    """The two tints behind a card or medal that must not be cropped, from top left on."""
    hue = Dice(seed_of("stage", slug, 0)).pick(STAGE_HUES)
    return Lch(0.93, 0.045, hue).hex, Lch(0.86, 0.075, hue + 35).hex


@lru_cache(maxsize=1)
def art_version() -> str:
    """A short hash of the engine and the icons, for URLs that may be cached forever."""
    digest = hashlib.sha256(version("dj-lucide").encode())
    for source in _sources(files("marketplace.web.art")):
        digest.update(source)
    return digest.hexdigest()[:10]


def _sources(folder: Traversable) -> list[bytes]:
    found: list[bytes] = []
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".py"):
            found.append(entry.read_bytes())
        elif entry.is_dir() and not entry.name.startswith("__"):
            found += _sources(entry)
    return found
