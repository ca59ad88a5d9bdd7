"""Canaries: travel data that is told from everything else, and a nose that finds it anywhere.

Each value of letters begins with the mark of whose it is and is one word, so it is found within
other words, without its end, and however a page or a PDF breaks its lines. Days are found in each
way they are written.
"""

import base64
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from email.message import Message
from functools import cached_property

import pikepdf
import pypdfium2

from redemption.travel.vault.states import DAYS, NEEDS, VaultField

F = VaultField
Found = set[tuple[str, VaultField]]
FIRST_DAY_OF_SHEETS = date(1899, 12, 30)
SHOWN_OF_NUMBER = 3


@dataclass(frozen=True)
class Canary:
    """The travel data of one person. `mark` begins all words, `digits` are those of numbers."""

    mark: str
    digits: str
    born: date
    issued: date
    expires: date

    @property
    def values(self) -> dict[VaultField, str]:
        """What the person enters."""
        words = (F.FAMILY_NAME, F.GIVEN_NAMES, F.DIET, F.ACCESS_NEEDS, F.CONTACT_NAME)
        days = {F.BIRTH_DATE: self.born, F.ISSUED_ON: self.issued, F.EXPIRES_ON: self.expires}
        return {
            **{field: f"{self.mark}{field.value.split('_')[0]}" for field in words},
            **{field: day.isoformat() for field, day in days.items()},
            F.PASSPORT_NUMBER: f"{self.mark.upper()}{self.digits}",
            F.CONTACT_PHONE: f"+64{self.digits}",
        }

    def of(self, *fields: VaultField) -> dict[str, str]:
        """Some of it as a form sends it."""
        return {field.value: self.values[field] for field in fields}

    def entered(self, *, needs: bool) -> dict[str, str]:
        """What stands in the passport, or what they need, as a form sends it."""
        return self.of(*(field for field in self.values if (field in NEEDS) is needs))

    @cached_property
    def plain(self) -> list[tuple[VaultField, bytes]]:
        """Each value in small letters, as it may be written."""
        return [
            (field, text.casefold().encode())
            for field, value in self.values.items()
            for text in _written(field, value)
        ]

    @cached_property
    def disguised(self) -> list[tuple[VaultField, bytes]]:
        """The same as it is kept, packed as tables, cookies and letters pack bytes."""
        return [
            (field, packed.lower())
            for field, value in self.values.items()
            for packed in _packed(next(_written(field, value)))
        ]


def _written(field: VaultField, value: str) -> Iterator[str]:
    if field is F.PASSPORT_NUMBER:
        yield value[:-SHOWN_OF_NUMBER]  # what a masked one hides
    elif field in DAYS:
        day = date.fromisoformat(value)
        forms = ("%Y-%m-%d", "%Y%m%d", "%-d %b %Y", "%-d %B %Y", "%b %-d, %Y", "%B %-d, %Y")
        yield from (day.strftime(form) for form in (*forms, "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y"))
        yield f"<v>{(day - FIRST_DAY_OF_SHEETS).days}</v>"
    else:
        yield value.lstrip("+")


def _packed(text: str) -> Iterator[bytes]:
    plain = text.encode()
    yield plain.hex().encode()
    yield text.encode("utf-16-le")
    for shift in range(3):  # where it begins in what is packed decides how it looks
        packed = base64.b64encode(b"\0" * shift + plain).rstrip(b"=")
        yield packed[shift and shift + 1 : -1]


@dataclass(frozen=True)
class Nose:
    """Finds the canaries of people, who are named by their handles."""

    canaries: dict[str, Canary]

    def in_words(self, content: bytes) -> Found:
        """Whose values stand in something, and in what is packed in it."""
        return {one for part in unpacked(content) for one in self._found(part, is_deep=False)}

    def in_bytes(self, content: bytes) -> Found:
        """The same with values in disguise: as hexadecimal digits, in base64, in two bytes each."""
        return self.in_words(content) | self._found(content, is_deep=True)

    def _found(self, content: bytes, *, is_deep: bool) -> Found:
        small = content.lower()
        return {
            (who, field)
            for who, canary in self.canaries.items()
            for field, text in (canary.disguised if is_deep else canary.plain)
            if text in small
        }


def unpacked(content: bytes) -> Iterator[bytes]:
    """Something as it is, and what is in it: files of a sheet, words of a PDF, joined lines."""
    yield content
    if content.startswith(b"\x1f\x8b"):
        yield from unpacked(gzip.decompress(content))
    elif content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for name in packed.namelist():
                yield from unpacked(packed.read(name))
    elif content.startswith(b"%PDF-"):
        with suppress(pypdfium2.PdfiumError):  # what is none, and only begins like one
            yield from _of_pdf(content)
    elif content.startswith(b"BEGIN:VCALENDAR"):
        yield re.sub(rb"\r?\n[ \t]", b"", content)


def _of_pdf(content: bytes) -> Iterator[bytes]:
    document = pypdfium2.PdfDocument(io.BytesIO(content))
    try:
        words = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()
    yield re.sub(r"\s+", " ", words).encode(errors="replace")
    yield re.sub(r"[\s\x02\u00ad-]", "", words).encode(errors="replace")
    with pikepdf.open(io.BytesIO(content)) as pdf:
        yield "\n".join(str(value) for value in pdf.docinfo.values()).encode()
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Stream):
                yield _stream(thing)


def _stream(thing: pikepdf.Stream) -> bytes:
    try:
        return thing.read_bytes()
    except pikepdf.PdfError:  # a picture, packed as pictures are
        return thing.read_raw_bytes()


def parts_of(letter: Message) -> Iterator[bytes]:
    """The headers of a letter and each of its parts, as who reads it sees them."""
    yield "\n".join(str(value) for value in letter.values()).encode()
    for part in letter.walk():
        if not part.is_multipart():
            payload = part.get_payload(decode=True)
            assert isinstance(payload, bytes)
            yield payload


def in_cookie(cookie: str) -> bytes:
    """What a cookie of Flask says: signed, but open to whoever looks."""
    value = cookie.partition("=")[2].partition(";")[0]
    is_packed, payload = value.startswith("."), value.lstrip(".").partition(".")[0]
    try:
        content = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        return zlib.decompress(content) if is_packed else content
    except (ValueError, zlib.error):
        return value.encode()


def of(who: str, fields: Sequence[VaultField]) -> Found:
    """These fields of somebody."""
    return {(who, field) for field in fields}
