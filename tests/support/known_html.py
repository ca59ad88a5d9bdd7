"""Pages read quickly where they are made of what was read to the letter before.

html5lib says what is wrong with a page to the letter, and takes most of the time of a test that
looks at pages. What it says of a tag depends on the tag and on the elements that are open around
it. So a page whose tags all stood in just these elements on pages without a fault has none, either.
Whatever this reader does not understand is left to html5lib: an element that is closed by another,
an attribute without quotes or given twice, a byte or an ampersand out of place.
"""

import html
import re
from collections import Counter
from xml.etree.ElementTree import Element, TreeBuilder

_NAME = r"\s+(viewBox|pathLength|[a-z][a-z0-9:-]*)"
_ATTRIBUTE = re.compile(rf'{_NAME}(?:="([^"]*)")?')
_PART = re.compile(
    rf'<(/?)([a-z][a-z0-9-]*)((?:{_NAME.replace("(", "(?:")}(?:="[^"]*")?)*)\s*(/?)>|([^<]+)'
)
_DOCTYPE = re.compile(r"\s*<!doctype html>", re.IGNORECASE)
_STRANGE = re.compile(
    r"[^\t\n\r -~\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd]"
    r"|&(?!(?:amp|lt|gt|quot|nbsp|#[1-9][0-9]{1,3});)"
)
_ONCE = ("html", "head", "body")
_WORDS_ONLY = {
    *("iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp"),
}
_EMPTY = {
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"),
    *("track", "wbr"),
}

_known: set[str] = set()


class _NotUnderstood(Exception):
    """html5lib has to read this page."""


def read_known(page: str) -> Element | None:
    """The root of a page that is made of known parts alone; nothing for every other."""
    try:
        root, parts = _read(page)
    except _NotUnderstood:
        return None
    return root if parts <= _known else None


def learn(page: str) -> None:
    """Take the parts of a page for known: html5lib found no fault in it."""
    try:
        _known.update(_read(page)[1])
    except _NotUnderstood:
        return


def _read(page: str) -> tuple[Element, set[str]]:
    """The root of a page and its parts: each with the elements around it."""
    begin = _DOCTYPE.match(page)
    if not begin or _STRANGE.search(page):
        raise _NotUnderstood
    reader, at = _Reader(), begin.end()
    for part in _PART.finditer(page, at):
        if part.start() != at:
            raise _NotUnderstood
        at = part.end()
        reader.take(*part.groups())
    if at != len(page):
        raise _NotUnderstood
    return reader.root(), reader.parts


class _Reader:
    """Builds a page of tags that are closed in the order in which they were opened."""

    def __init__(self) -> None:
        self.parts: set[str] = set()
        self._tree = TreeBuilder()
        self._open: list[tuple[str, str]] = [("", "")]  # the tag, and all those around it
        self._times = Counter()

    def take(self, closes: str, tag: str, attributes: str, leaf: str, words: str | None) -> None:
        if words is not None:
            self._words(words)
        elif closes:
            self._end(tag, attributes or leaf)
        else:
            self._start(tag, attributes, leaf)

    def root(self) -> Element:
        if len(self._open) > 1 or any(self._times[tag] != 1 for tag in _ONCE):
            raise _NotUnderstood
        return self._tree.close()

    def _words(self, words: str) -> None:
        if not words.isspace():
            self.parts.add(f"{self._open[-1][1]} #words")
        self._tree.data(html.unescape(words) if "&" in words else words)

    def _end(self, tag: str, more: str) -> None:
        if more or self._open[-1][0] != tag:
            raise _NotUnderstood
        self._open.pop()
        self._tree.end(tag)

    def _start(self, tag: str, attributes: str, leaf: str) -> None:
        around = self._open[-1]
        if around[0] in _WORDS_ONLY or (leaf and tag not in _EMPTY and " svg" not in around[1]):
            raise _NotUnderstood
        told = _told(attributes)
        path = f"{around[1]} {tag}"
        self.parts.add(f"{path} #hidden" if told.get("type") == "hidden" else path)
        self._times[tag] += 1
        self._tree.start(tag, told)
        if leaf or tag in _EMPTY:
            self._tree.end(tag)
        else:
            self._open.append((tag, path))


def _told(attributes: str) -> dict[str, str]:
    pairs = _ATTRIBUTE.findall(attributes)
    told = {name: html.unescape(said) if "&" in said else said for name, said in pairs}
    if len(told) != len(pairs):
        raise _NotUnderstood
    return told
