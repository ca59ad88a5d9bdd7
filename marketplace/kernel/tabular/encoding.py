"""Which encoding a file is in: proven by its bytes, or asked for; never guessed silently.

Marks at the beginning (BOM) and strict UTF-8 settle most files, UTF-16 without a mark shows by its
zero bytes, and for the rest `code_pages` weighs the evidence.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from marketplace.kernel.tabular.code_pages import CodePageEvidence
from marketplace.kernel.tabular.problems import CannotReadTable

CHUNK = 1 << 16
LONGEST_LINE = 1_000_000
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SCHEMES = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "utf-7"})


def known_encoding(name: str) -> str | None:
    """The plain name of an encoding of text, or nothing."""
    try:
        found = codecs.lookup(name.replace(" ", "-")).name
        same = " ".encode(found).decode(found) == " "
    except (LookupError, ValueError, TypeError):
        return None
    return found if same and found.replace("_", "-") not in _SCHEMES else None


def find_encoding(stream: BinaryIO, given: str | None = None) -> str:
    """The encoding of a whole file, read in bounded memory and checked against every byte.

    `given` is what the profile says. A line over 1 MB, bytes that do not fit, and a file that
    several code pages read differently are refused with `CannotReadTable`.
    """
    mark = _mark(stream)
    if given and mark and _family(given) != _family(mark):
        raise CannotReadTable(
            f"The file begins with the mark of {_family(mark)}, but the profile says {given}. "
            "Leave the encoding out of the profile, or save the file again."
        )
    if name := mark or given:
        _check_decodes(stream, name)
        return name
    traits = _look_through(stream)
    if wide := traits.utf_16():
        _check_decodes(stream, wide)
        return wide
    if traits.is_utf_8:
        return "utf-8"
    if any(traits.zeros):
        raise CannotReadTable(
            "This is no table: it holds bytes no text has. Save it as CSV or XLSX."
        )
    return _legacy(stream)


def _mark(stream: BinaryIO) -> str | None:
    stream.seek(0)
    head = stream.read(4)
    return next((name for mark, name in _MARKS if head.startswith(mark)), None)


def _family(name: str) -> str:
    return next((kin for kin in ("utf-8", "utf-16", "utf-32") if name.startswith(kin)), name)


@dataclass(slots=True)
class _Traits:
    """What one pass over the bytes has shown."""

    size: int = 0
    zeros: list[int] = field(default_factory=lambda: [0, 0])
    newlines: int = 0
    wide_newlines: list[int] = field(default_factory=lambda: [0, 0])
    is_utf_8: bool = True

    def look_at(self, chunk: bytes) -> None:
        """Count zero bytes in either half of the byte pairs, and newlines that have one beside."""
        if b"\0" in chunk:
            at = self.size % 2
            self.zeros[at] += chunk[::2].count(0)
            self.zeros[1 - at] += chunk[1::2].count(0)
            self.wide_newlines[0] += chunk.count(b"\0\n")
            self.wide_newlines[1] += chunk.count(b"\n\0")
        self.newlines += chunk.count(b"\n")
        self.size += len(chunk)

    def utf_16(self) -> str | None:
        """UTF-16 without a mark: zeros in one half of the pairs only, one beside most newlines."""
        half = 1 if self.zeros[1] else 0
        if self.size % 2 or not self.zeros[half] or self.zeros[1 - half]:
            return None
        if not self.newlines or self.wide_newlines[half] * 2 < self.newlines:
            return None
        return "utf-16-le" if half else "utf-16-be"


def _look_through(stream: BinaryIO) -> _Traits:
    traits, decoder = _Traits(), codecs.getincrementaldecoder("utf-8")()
    for chunk in _chunks(stream):
        traits.look_at(chunk)
        traits.is_utf_8 = traits.is_utf_8 and _fits(decoder, chunk)
    traits.is_utf_8 = traits.is_utf_8 and _fits(decoder, b"", final=True)
    return traits


def _fits(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeError:  # UTF-16 and UTF-32 without a mark say it with this one
        return False
    return True


def _check_decodes(stream: BinaryIO, encoding: str) -> None:
    decoder, line = codecs.getincrementaldecoder(encoding)(), 1
    for chunk in _chunks(stream):
        if not _fits(decoder, chunk):
            raise _does_not_fit(encoding, line)
        line += chunk.count(b"\n")
    if not _fits(decoder, b"", final=True):
        raise _does_not_fit(encoding, line)


def _does_not_fit(encoding: str, line: int) -> CannotReadTable:
    return CannotReadTable(
        f"The file is not {encoding}: bytes near line {line:,} do not fit. Give the encoding it "
        "was saved in (file.encoding), or save it as UTF-8."
    )


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The file piece by piece; a line that never ends stops the reading early."""
    stream.seek(0)
    since, line = 0, 1
    while chunk := stream.read(CHUNK):
        first = chunk.find(b"\n")
        since = since + len(chunk) if first < 0 else len(chunk) - chunk.rfind(b"\n")
        if since > LONGEST_LINE:
            raise line_too_long(line)
        line += chunk.count(b"\n")
        yield chunk


def line_too_long(line: int) -> CannotReadTable:
    """The refusal of a line nobody could have meant."""
    return CannotReadTable(
        f"Line {line:,} is longer than {LONGEST_LINE:,} characters. Check that this is a table "
        "with one row per line."
    )


def _legacy(stream: BinaryIO) -> str:
    evidence = CodePageEvidence()
    stream.seek(0)
    while line := stream.readline(LONGEST_LINE):
        if not line.isascii():
            evidence.weigh(line)
    return evidence.verdict()
