"""A credential inside its picture, so that the picture alone can be verified; and out again."""

import re
import struct
import zlib
from collections.abc import Iterator

from redemption.credentials.errors import NothingBaked

KEYWORD = b"openbadgecredential"
NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"
LARGEST_FILE = 5 * 1024 * 1024

_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER_ENDS = len(_PNG) + 25  # length, type, thirteen bytes of facts, checksum
# Separator, not packed, method 0, no language, no translated keyword.
_PLAIN_TEXT = b"\0" + b"\0\0" + b"\0" + b"\0"
_JWS = r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+"
_IN_SVG = re.compile(rf'<openbadges:credential\s[^>]*verify="({_JWS})"')


def bake_png(picture: bytes, token: str) -> bytes:
    """The PNG with the signed credential in a text chunk of its own, before the pixels."""
    body = KEYWORD + _PLAIN_TEXT + token.encode()
    checksum = zlib.crc32(b"iTXt" + body)
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", checksum)
    return picture[:_HEADER_ENDS] + chunk + picture[_HEADER_ENDS:]


def bake_svg(picture: str, token: str) -> str:
    """The SVG with the signed credential as its first element."""
    opening, close, rest = picture.partition(">")
    named = opening.replace("<svg", f'<svg xmlns:openbadges="{NAMESPACE}"', 1)
    return f'{named}{close}<openbadges:credential verify="{token}"/>{rest}'


def extract(content: bytes) -> str:
    """The signed credential in a PNG, an SVG or a file that is nothing else.

    Raises NothingBaked when there is none.
    """
    if content.startswith(_PNG):
        found = next((text for text in _texts(content)), "")
    else:
        text = content[:LARGEST_FILE].decode("utf-8", "replace").strip()
        inside = _IN_SVG.search(text)
        found = inside[1] if inside else text
    if not re.fullmatch(_JWS, found):
        raise NothingBaked
    return found


def _texts(content: bytes) -> Iterator[str]:
    """The plain texts under our keyword; a chunk whose checksum is wrong is none."""
    for kind, body in _chunks(content):
        keyword, _, rest = body.partition(b"\0")
        if kind == b"iTXt" and keyword == KEYWORD and rest[:2] == b"\0\0":
            text = rest[2:].split(b"\0", 2)[-1]
            yield text.decode("utf-8", "replace")


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(_PNG)
    while place + 12 <= len(content):
        (length,) = struct.unpack_from(">I", content, place)
        kind, body = content[place + 4 : place + 8], content[place + 8 : place + 8 + length]
        end = place + 12 + length
        if end > len(content) or content[end - 4 : end] != struct.pack(
            ">I", zlib.crc32(kind + body)
        ):
            return
        yield kind, body
        place = end
