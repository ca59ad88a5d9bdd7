"""QR codes: one drawing for pages and paper."""

import segno
from markupsafe import Markup


def qr(address: str, title: str, *, level: str = "q", light: str | None = None) -> Markup:
    """A QR code as one SVG picture with its words, four modules of quiet around it.

    `light` fills what is between the dark modules; on paper and on light boxes nothing has to.
    """
    code = segno.make(address, error=level, micro=False)
    drawn = code.svg_inline(border=4, omitsize=True, title=title, dark="#161929", light=light)
    return Markup(drawn.replace("<svg ", '<svg role="img" ', 1))  # noqa: S704  our own drawing
