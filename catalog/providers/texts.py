"""Words that come from outside as plain text: no markup, nothing invisible, nothing turned."""

import re
import unicodedata
from html.parser import HTMLParser

from marketplace.kernel.parsing import JOINERS

_ENDS_A_LINE = frozenset({"p", "br", "li", "div", "tr", "h1", "h2", "h3", "h4"})
_NO_WORDS = frozenset({"script", "style"})
_HIDDEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn"})
_NO_TAG = re.compile(r"<[!?][^<>]*>")
_LONE = re.compile(r"<(?![A-Za-z/][^<>]*>)")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._silent += tag in _NO_WORDS
        if tag in _ENDS_A_LINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._silent = max(self._silent - (tag in _NO_WORDS), 0)

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def plain(text: str, most: int) -> str:
    """The words of a text that may hold markup, lines kept, at most `most` characters.

    Signs that show nothing or turn the direction of what follows are dropped; letters that are
    written from right to left stay.
    """
    reader = _Words()
    reader.feed(_whole_tags(unicodedata.normalize("NFC", text)))
    reader.close()
    seen = "".join(_seen(sign) for sign in "".join(reader.parts))
    lines = (" ".join(line.split()) for line in seen.split("\n"))
    return "\n".join(line for line in lines if line)[:most].strip()


def _whole_tags(text: str) -> str:
    """The text without comments, and with no tag that nothing ends.

    The parser looks for the end of each of those through all the rest: minutes for 100 KB of them.
    """
    first, *rest = text.split("<!--")
    told = first + "".join(part.partition("-->")[2] for part in rest)
    return _LONE.sub("&lt;", _NO_TAG.sub("", told))


def _seen(sign: str) -> str:
    if sign == "\n" or sign in JOINERS:
        return sign
    kind = unicodedata.category(sign)
    return " " if kind == "Cc" else "" if kind in _HIDDEN else sign


def plain_line(text: str, most: int) -> str:
    """The same in one line."""
    return " ".join(plain(text, most).split())
