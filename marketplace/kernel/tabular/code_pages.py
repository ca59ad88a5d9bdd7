"""Telling legacy code pages apart by evidence: which of them read words, and whether they agree.

A page is out as soon as it turns one word of the file into something no word looks like: an
invisible character, a sign between letters, a capital after a small letter, two scripts in one
word. One of the remaining pages is taken only when all of them read the same text.
"""

import re
import unicodedata
from functools import lru_cache

from marketplace.kernel.tabular.problems import CannotReadTable, shown

MULTI_BYTE = ("cp932", "gb18030", "big5", "cp949")
CODE_PAGES = (
    *("cp1252", "iso8859_15", "cp1250", "iso8859_2", "cp850", "cp437", "cp852", "cp857", "cp860"),
    *("cp865", "mac_roman", "cp1251", "iso8859_5", "cp866", "koi8_r", "cp1253", "iso8859_7"),
    *("cp1254", "cp1257", "cp1255", "cp1256", *MULTI_BYTE),
)
MOST_SAMPLES = 5
MOST_REMEMBERED = 20_000
_PIECE = re.compile(rb'[^\t\r\n,;"]*[\x80-\xff][^\t\r\n,;"]*')
_JOINS_LETTERS = frozenset("’ʼ´·-‐‑–—\u00ad")
_NO_LETTERS = frozenset("ªºƒµ")
_EAST_ASIAN = {"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "IDEOGRAPHIC"}


class CodePageEvidence:
    """What the doubtful words of one file say about the code page it was written in."""

    def __init__(self) -> None:
        self._alive = list(CODE_PAGES)
        self._seen: set[bytes] = set()
        self._bytes: set[int] = set()
        self._samples: list[bytes] = []

    def weigh(self, line: bytes) -> None:
        """Let every page still possible read the doubtful pieces of a line."""
        for piece in _PIECE.findall(line):
            if piece in self._seen:
                continue
            if len(self._seen) >= MOST_REMEMBERED:
                self._seen.clear()
            self._seen.add(piece)
            self._alive = [page for page in self._alive if _reads(page, piece)]
            self._sample(piece)

    def verdict(self) -> str:
        """The page that is proven, or `CannotReadTable` with what each page would read."""
        if self._alive and self._agree():
            return self._alive[0]
        readings: dict[tuple[str, ...], list[str]] = {}
        for page in self._alive or CODE_PAGES:
            if (reading := self._reading(page)) is not None:
                readings.setdefault(reading, []).append(page)
        if not readings:
            raise CannotReadTable("This is no text in any encoding we know. Save it as UTF-8.")
        ways = "; ".join(
            f"{' or '.join(pages)}: {', '.join(f'“{word}”' for word in reading)}"
            for reading, pages in readings.items()
        )
        raise CannotReadTable(
            "The file is not UTF-8, and its letters can be read in more than one way. Name the "
            f"right encoding in the profile (file.encoding), or save the file as UTF-8. {ways}.",
            candidates={page: words for words, pages in readings.items() for page in pages},
        )

    def _sample(self, piece: bytes) -> None:
        """Remember the bytes in doubt, and one cell for each of the first few of them."""
        for cell in piece.split(b"|"):
            new = {byte for byte in cell if byte > 127} - self._bytes
            if new and len(self._samples) < MOST_SAMPLES:
                at = next(i for i, byte in enumerate(cell) if byte in new)
                self._samples.append(cell[max(0, at - 20) : at + 20].strip())
            self._bytes |= new

    def _agree(self) -> bool:
        if len(self._alive) == 1:
            return True
        if any(page in MULTI_BYTE for page in self._alive):
            return False
        return len({bytes(self._bytes).decode(page, "replace") for page in self._alive}) == 1

    def _reading(self, page: str) -> tuple[str, ...] | None:
        strictness = "replace" if self._alive else "strict"  # a sample may be cut inside a letter
        try:
            return tuple(shown(sample.decode(page, strictness)) for sample in self._samples)
        except UnicodeDecodeError:
            return None


def _reads(page: str, piece: bytes) -> bool:
    try:
        return looks_like_text(piece.decode(page))
    except UnicodeDecodeError:
        return False


def looks_like_text(text: str) -> bool:
    """Whether the characters beyond ASCII stand where a person would write them."""
    kinds = [_kind(char) for char in text]
    for at, char in enumerate(text):
        if char.isascii():
            continue
        before = kinds[at - 1] if at else ""
        after = kinds[at + 1] if at + 1 < len(text) else ""
        if _out_of_place(char, text[at - 1 : at], before, kinds[at], after):
            return False
    return True


def _out_of_place(char: str, left: str, before: str, kind: str, after: str) -> bool:
    if kind == "none":
        return True
    if kind == "sign":
        return bool(_is_script(before) and _is_script(after)) and char not in _JOINS_LETTERS
    if not _is_script(kind):
        return False
    if kind == "east":
        between = before == "LATIN" and after == "LATIN"
        return between or (before == "LATIN" and left.islower() and after != "east")
    if any(_is_script(other) and other != kind for other in (before, after)):
        return True
    return char.isupper() and left.islower()


def _is_script(kind: str) -> bool:
    return kind not in {"", "none", "sign", "space", "mark"}


@lru_cache(maxsize=4096)
def _kind(char: str) -> str:
    """The script of a letter, or `space`, `mark`, `sign`, or `none` for what no text holds."""
    category = unicodedata.category(char)
    if category in {"Cc", "Cn", "Co", "Cs"} and char not in "\t\r\n":
        return "none"
    if "\u2500" <= char <= "\u259f":
        return "none"
    if char.isspace():
        return "space"
    if category.startswith("M"):
        return "mark"
    if category[0] != "L" or category == "Lm" or char in _NO_LETTERS:
        return "sign"
    script = unicodedata.name(char, "sign").split(" ")[0]
    return "east" if script in _EAST_ASIAN else script
