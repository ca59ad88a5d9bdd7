"""What documents on paper are made of: QR codes, and drawings as backgrounds."""

import base64
from typing import Any

import segno
from markupsafe import Markup

from marketplace.web.art import draw


def qr(address: str, title: str, *, level: str = "q", light: str | None = None) -> Markup:
    """A QR code as one SVG picture with its words, four modules of quiet around it.

    `light` fills what is between the dark modules; on paper and on light boxes nothing has to.
    """
    code = segno.make(address, error=level, micro=False)
    drawn = code.svg_inline(border=4, omitsize=True, title=title, dark="#161929", light=light)
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704  our own drawing


def picture_data(kind: str, slug: str, **options: Any) -> str:
    """A drawing as an address of its own, for backgrounds: decoration carries no tag."""
    return data_address("image/svg+xml", draw(kind, slug, **options).encode())


def data_address(media_type: str, content: bytes) -> str:
    """Content as an address of its own: a document fetches nothing."""
    return f"data:{media_type};base64,{base64.b64encode(content).decode()}"
