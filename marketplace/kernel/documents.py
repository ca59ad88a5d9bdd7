"""PDFs: the only door to WeasyPrint. Nothing is fetched but our own static files and `data:`.

Documents come out tagged (PDF/UA-1) and the same bytes every time.
"""

import os
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from flask import render_template

from marketplace.kernel.settings import ROOT

STATIC = (ROOT / "static").resolve()
STATIC_SCHEME = "laurel-static"
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

    # Embedded fonts carry the time of their making; this keeps the bytes the same.
    os.environ.setdefault("SOURCE_DATE_EPOCH", "1767225600")  # noqa: TID251  fontTools reads it
    html = render_template(template, **context)
    document = weasyprint.HTML(
        string=html,
        base_url=f"{STATIC_SCHEME}:",
        url_fetcher=OwnFilesOnly(allowed_protocols={"data"}),
    )
    return document.write_pdf(pdf_variant="pdf/ua-1", uncompressed_pdf=False)  # pyright: ignore[reportReturnType]
