"""The look of a reward: what its picture shows, as curators choose it."""

from typing import Any

from catalog.forms import ArtForm
from catalog.queries import RewardEditor
from catalog.states import Kind
from marketplace.web.art import options_from_args
from marketplace.web.art.badges import METALS
from marketplace.web.art.options import VARIANT
from marketplace.web.art.scenes import MOODS

Art = dict[str, Any]
FACES = 6
LAST_VARIANT = VARIANT.high

FIELDS = {
    "scene": ("scene",),
    "gift_card": ("hue", "icon"),
    "badge": ("metal", "level", "icon"),
    "merchandise": ("object",),
}
CHOICES: dict[str, list[tuple[str, str]]] = {
    "scene": [
        ("unknown", "Whatever fits the name"),
        *(
            (f"{scene}/{mood}", f"{scene.capitalize()}, {mood}")
            for scene, moods in MOODS.items()
            for mood in moods
        ),
    ],
    "metal": [(metal, metal.capitalize()) for metal in METALS],
    "level": [(str(stars), str(stars)) for stars in range(1, 6)],
}
_FIRST_LOOKS: dict[Kind, Art] = {
    Kind.BADGE: {"kind": "badge", "metal": "gold", "icon": "award", "level": 1},
    Kind.CERTIFICATE: {"kind": "badge", "metal": "silver", "icon": "award", "level": 1},
    Kind.GIFT_CARD: {"kind": "gift_card", "icon": "gift"},
    Kind.MERCHANDISE: {"kind": "merchandise", "object": "package"},
    Kind.LEARNING: {"kind": "merchandise", "object": "graduation-cap"},
    Kind.TIME_OFF: {"kind": "scene", "scene": "unknown"},
    Kind.DONATION: {"kind": "merchandise", "object": "hand-heart"},
}


def first_look(kind: Kind) -> Art:
    """The picture of a reward nobody has chosen one for: drawn from its slug."""
    return _FIRST_LOOKS.get(kind, {"kind": "scene", "scene": "unknown"})


def rolled(art: Art, first: int | None = None) -> list[Art]:
    """The same drawn in other ways, from the variant `first` on: a roll of the dice."""
    start = variant_of(art) + 1 if first is None else first
    return [redrawn(art, (start + number) % (VARIANT.high + 1)) for number in range(FACES)]


def redrawn(art: Art, variant: int) -> Art:
    """The same, but drawn as this variant."""
    return {**art, "variant": variant}


def variant_of(art: Art) -> int:
    """Which way it is drawn now."""
    return int(art.get("variant", 0))


def as_form(art: Art) -> dict[str, str]:
    """The picture's options as the form shows them."""
    options = {name: str(value) for name, value in art.items()}
    if art.get("scene") and art.get("mood"):
        options["scene"] = f"{art['scene']}/{art['mood']}"
    return options


def chosen(art: Art, form: ArtForm) -> Art:
    """The picture the form describes. Raises ValueError that names what is allowed."""
    kind = str(art.get("kind", "merchandise"))
    given = {name: str(form[name].data or "").strip() for name in FIELDS[kind]}
    if "/" in given.get("scene", ""):
        given["scene"], given["mood"] = given["scene"].split("/", 1)
    options = options_from_args(kind, {name: value for name, value in given.items() if value})
    return {"kind": kind, **options, **({"variant": art["variant"]} if "variant" in art else {})}


def preview_of(page: RewardEditor) -> dict[str, Any]:
    """What the picture of a reward is drawn from, as on its card."""
    first = page.variants[0] if page.variants else None
    return {
        "art": page.art,
        "photo": page.photo,
        "slug": page.slug,
        "brand": page.brand,
        "name": page.name,
        "cash_minor": first and first.cash_minor,
        "currency": first and first.currency,
    }
