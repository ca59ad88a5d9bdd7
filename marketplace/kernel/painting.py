"""The process that draws: WeasyPrint and PDFium live here alone, with limits and without secrets.

`python -m marketplace.kernel.painting FD LIMITS…` answers on a socket until its other end closes;
what is said there is in `painter`. Nothing is fetched but our own static files and `data:`.
"""

import json
import logging
import resource
import signal
import socket
import sys
from base64 import b64encode
from functools import cache
from io import BytesIO
from math import ceil
from pathlib import Path
from time import process_time
from typing import Any
from urllib.parse import unquote, urlparse

from marketplace.kernel.painter import DONE, READY, REFUSED, Limits, Refused, Wire
from marketplace.kernel.settings import ROOT

STATIC = (ROOT / "static").resolve()
STATIC_SCHEME = "laurel-static"
CLEAR = (0, 0, 0, 0)
KINDS = {".css": "text/css", ".woff2": "font/ttf", ".svg": "image/svg+xml"}


def static_file(url: str) -> Path:
    """The file behind an address of ours. Raises Refused for every other."""
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


def write(html: str, *, variant: str | None = None) -> bytes:
    """A page as a PDF. Raises Refused when it names anything but our own static files."""
    import weasyprint
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFilesOnly(URLFetcher):
        """Our static files by `laurel-static:…`; everything else is refused."""

        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            path = static_file(url)
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
    """A square SVG as a PNG of so many pixels a side, on clear ground."""
    import pypdfium2

    data = b64encode(drawing.encode()).decode()
    page = (
        "<style>@page { size: 100px; margin: 0; } body { margin: 0; }"
        " img { display: block; inline-size: 100px; }</style>"
        f'<img src="data:image/svg+xml;base64,{data}" alt="">'
    )
    painted, document = BytesIO(), pypdfium2.PdfDocument(write(page))
    try:
        first = document[0]
        bitmap = first.render(scale=pixels / first.get_width(), fill_color=CLEAR)
        bitmap.to_pil().save(painted, "PNG", optimize=True)
    finally:
        document.close()
    return painted.getvalue()


DEEDS = {"write": write, "paint": paint}


def answer(asked: bytes) -> tuple[bytes, bytes]:
    """What became of one order: done with its bytes, or refused with why."""
    order = json.loads(asked)
    try:
        return DONE, DEEDS[order.pop("deed")](**order)
    except Refused as refusal:
        return REFUSED, str(refusal).encode()


def serve(wire: Wire, limits: Limits) -> None:
    """Draw one document after another; whatever goes wrong in one ends the process."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import weasyprint  # noqa: F401  before the first is asked for, as it takes a while

    wire.send(READY, b"")
    while asked := wire.receive():
        _limit_time(limits)
        said, body = answer(asked[1])
        signal.alarm(0)
        wire.send(said, body)


def _limit_time(limits: Limits) -> None:
    """From here on the system ends us in time, whether we compute, wait or are orphans."""
    computed = ceil(process_time())
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (computed + limits.computing, hard))
    signal.alarm(limits.clock)


def main() -> None:
    """Serve the socket and keep to the limits that the command names."""
    logging.basicConfig(level=logging.WARNING)
    end, *limits = map(int, sys.argv[1:])
    serve(Wire(socket.socket(fileno=end)), Limits(*limits))


if __name__ == "__main__":
    main()
