"""Words as they are compared in a search: no case, no accents, no signs."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST_QUERY = 80
MOST_WORDS = 6
_APART = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"}
)
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """`Tromsø Café` and `tromso cafe` are the same text."""
    plain = unicodedata.normalize("NFKD", text.casefold()).translate(_APART)
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _WORD.findall(fold(text))


def search_text(parts: Iterable[str]) -> str:
    """All words with a space before each, so that a word's beginning is found as ` beginning`."""
    seen = dict.fromkeys(word for part in parts for word in words_of(part))
    return "".join(f" {word}" for word in seen)


def asked_words(query: str) -> list[str]:
    """The words somebody searches for, as many as are looked at."""
    return words_of(query[:LONGEST_QUERY])[:MOST_WORDS]
