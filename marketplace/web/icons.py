"""Icons as inline SVG: the one door to the icon package."""

from functools import lru_cache

from lucide.jinja import lucide
from markupsafe import Markup

# These point somewhere and turn around when the page is read from right to left.
DIRECTIONAL = frozenset(
    {
        "arrow-left",
        "arrow-right",
        "chevron-left",
        "chevron-right",
        "chevrons-left",
        "chevrons-right",
        "corner-down-right",
        "log-out",
        "redo-2",
        "reply",
        "send",
        "undo-2",
    }
)


@lru_cache(maxsize=512)
def icon(name: str, size: int = 20, label: str | None = None) -> Markup:
    """Return the icon as SVG of `size` CSS pixels, drawn in the color of the text around it.

    Without a label it is decoration and hidden from screen readers; with a label it is an image.
    Raises `lucide.IconDoesNotExist` for an unknown name.
    """
    classes = "icon icon--directional" if name in DIRECTIONAL else "icon"
    stroke = "1.6" if size >= 48 else "2"
    said = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    svg = lucide(
        name, size=size, **{"class": classes, "stroke-width": stroke, "focusable": "false", **said}
    )
    return Markup(svg)  # noqa: S704  drawn by the icon package, attributes escaped by ElementTree
