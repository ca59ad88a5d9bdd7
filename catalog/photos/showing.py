"""A photo as pages show it: addresses for every width, words, and the point to keep in view."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from marketplace.web.design import focus_class


@dataclass(frozen=True, slots=True)
class ShownPhoto:
    """What an `<img>` needs. `src` is read everywhere, `srcset` by browsers that take WebP.

    `focus` is a class that keeps the point in view, `color` stands there until the photo does.
    """

    src: str
    srcset: str
    width: int
    height: int
    alt: str
    focus: str
    color: str


def shown_photo(slug: str, photo: Mapping[str, Any]) -> ShownPhoto:
    """What `rewards.photo` says of a reward, for a page."""
    base = url_for("catalog_photos.file", slug=slug, name=photo["digest"])
    webp = ((width, f"{base}-{width}.webp") for width in photo["widths"])
    return ShownPhoto(
        src=f"{base}-{photo['width']}.jpg",
        srcset=", ".join(f"{address} {width}w" for width, address in webp),
        width=photo["width"],
        height=photo["height"],
        alt=photo["alt"],
        focus=focus_class(photo["x"], photo["y"]),
        color=photo["color"],
    )
