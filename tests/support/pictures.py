"""Pictures for the tests, made of bytes on the spot: honest ones and hostile ones."""

import io
import struct
import zipfile
import zlib
from typing import Any

from PIL import Image

SCRIPT = b"<script>alert(document.domain)</script>"
SECRET = b"52.5200 N 13.4050 E, SecretCamera 9"


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **options: Any) -> bytes:
    """A small white receipt as a file."""
    return encoded(Image.new("RGB", size, "white"), kind, **options)


def scenery(mode: str = "RGB", size: tuple[int, int] = (1600, 1000)) -> Image.Image:
    """A red sky over two thirds, green ground below."""
    drawn = Image.new("RGB", size, (200, 40, 40))
    drawn.paste((30, 120, 50), (0, size[1] * 2 // 3, *size))
    return drawn.convert(mode)


def photo(kind: str = "JPEG", size: tuple[int, int] = (1600, 1000), **options: Any) -> bytes:
    """The scenery as a file."""
    return encoded(scenery(size=size), kind, **options)


def encoded(drawn: Image.Image, kind: str, **options: Any) -> bytes:
    """A picture as a file of a kind."""
    out = io.BytesIO()
    drawn.save(out, kind, **options)
    return out.getvalue()


def with_a_secret(kind: str) -> bytes:
    """The scenery turned by a quarter in its metadata, which also say where it was taken."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = SECRET.decode(), 6
    more = {"xmp": SECRET} if kind in {"JPEG", "WEBP", "AVIF"} else {}
    return photo(kind, exif=exif, **more)


def an_archive() -> bytes:
    """A whole ZIP with a page in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("index.html", SCRIPT)
    return out.getvalue()


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of chunks by name and data."""
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def bomb(width: int = 9_000, height: int = 9_000) -> bytes:
    """A PNG that says it is so large, 81 million pixels, and holds next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return png((b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))


def endless_passes(passes: int = 5_000) -> bytes:
    """A JPEG whose last pass comes again and again, each of a few bytes and over the whole."""
    whole = encoded(Image.new("L", (640, 400), 128), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * passes + b"\xff\xd9"
