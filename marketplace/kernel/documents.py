"""PDFs and painted drawings: the only door to WeasyPrint and to PDFium.

Nothing is fetched but our own static files and `data:`. Documents come out tagged (PDF/UA-1), and
everything the same bytes every time.
"""

import os
from base64 import b64encode
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import unquote, urlparse

from flask import render_template

from marketplace.kernel.settings import ROOT

STATIC = (ROOT / "static").resolve()
STATIC_SCHEME = "laurel-static"
CLEAR = (0, 0, 0, 0)
# PDFium works for one thread at a time, and a process has many.
_ONE_AT_A_TIME = Lock()
KINDS = {".css": "text/css", ".woff2": "font/ttf", ".svg": "image/svg+xml"}


class Refused(ValueError):
    """A document asked for something outside our own static files."""


def _static_file(url: str) -> Path:
    parts = urlparse(url)
    path = (STATIC / unquote(f"{parts.netloc}{parts.path}").lstrip("/")).resolve()
    if parts.scheme != STATIC_SCHEME or not path.is_relative_to(STATIC) or not path.is_file():
        raise Refused(f"A document may not fetch {url[:80]!r}.")
    return path


@cache
def _unpacked(font: Path) -> bytes:
    """A WOFF2 font as TrueType, once a process: in each document it would take most of the time."""
    from fontTools.ttLib.woff2 import decompress

    unpacked = BytesIO()
    decompress(BytesIO(font.read_bytes()), unpacked)
    return unpacked.getvalue()


def draw(template: str, **context: Any) -> bytes:
    """Render `templates/documents/…` to a tagged PDF.

    Raises Refused when the document names anything but our own static files.
    """
    # Embedded fonts carry the time of their making; this keeps the bytes the same.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "1767225600")  # noqa: TID251  fontTools reads it
    return _written(render_template(template, **context), variant="pdf/ua-1")


def _written(html: str, *, variant: str | None = None) -> bytes:
    import weasyprint
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):
        """Our static files by `laurel-static:…`; everything else is refused."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = _static_file(url)
            content = _unpacked(path) if path.suffix == ".woff2" else path.read_bytes()
            kind = KINDS.get(path.suffix, "image/png")
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    document = weasyprint.HTML(
        string=html,
        base_url=f"{STATIC_SCHEME}:",
        url_fetcher=OwnFilesOnly(allowed_protocols={"data"}),
    )
    return document.write_pdf(pdf_variant=variant, uncompressed_pdf=False)  # pyright: ignore[reportReturnType]


def paint(drawing: str, pixels: int) -> bytes:
    """A square SVG of our own as a PNG of so many pixels a side, on clear ground."""
    import pypdfium2

    data = b64encode(drawing.encode()).decode()
    page = (
        "<style>@page { size: 100px; margin: 0; } body { margin: 0; }"
        " img { display: block; inline-size: 100px; }</style>"
        f'<img src="data:image/svg+xml;base64,{data}" alt="">'
    )
    written, painted = _written(page), BytesIO()
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(written)
        try:
            first = document[0]
            bitmap = first.render(scale=pixels / first.get_width(), fill_color=CLEAR)
            bitmap.to_pil().save(painted, "PNG", optimize=True)
        finally:
            document.close()
    return painted.getvalue()
