"""Words as they are compared in a search: no case, no accents, no signs."""

import re
import unicodedata
from collections.abc import Iterable

LONGEST_QUERY = 80
MOST_WORDS = 6
LONGEST_WORD = 40
MOST_TERMS = 4_000
"""So many different terms of one field are kept; far more than anybody writes."""

_APART = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th", "ـ": ""}
)
# Scripts written without spaces between words: Thai, Lao, Burmese, Khmer, kana, Han.
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u9fff"
    "\U00020000-\U0003ffff]+)"
)


def fold(text: str) -> str:
    """`Tromsø Café` and `tromso cafe` are the same text."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(sign for sign in plain.translate(_APART) if _is_told(sign))


def _is_told(sign: str) -> bool:
    return not unicodedata.combining(sign) and unicodedata.category(sign) != "Cf"


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order."""
    return _words(fold(text))


def _words(folded: str) -> list[str]:
    return "".join(sign if _in_a_word(sign) else " " for sign in folded).split()


def _in_a_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LNM"


def asked_words(query: str) -> list[str]:
    """The words somebody searches for, as many as are looked at."""
    return words_of(query[:LONGEST_QUERY])[:MOST_WORDS]


def asked_terms(words: Iterable[str]) -> list[str]:
    """What has to begin terms of a reward so that all of `words` are found in it."""
    terms = (term for word in words for term in _terms(word, is_asked=True))
    return list(dict.fromkeys(terms))


def kept_terms(texts: Iterable[str]) -> list[str]:
    """What is kept of texts to be found by: their words, and `tshirt` for a T-shirt too."""
    terms: dict[str, None] = {}
    for piece in (piece for text in texts for piece in fold(text).split()):
        words = _words(piece)
        joined = ["".join(words)] if len(words) > 1 else []
        terms |= dict.fromkeys(term for word in (*words, *joined) for term in _terms(word))
    return list(terms)[:MOST_TERMS]


def _terms(word: str, *, is_asked: bool = False) -> list[str]:
    """A word; where no spaces are written, each two neighboring signs of it.

    The last sign of a text stands alone as well, so that a single sign is found wherever it is.
    """
    terms: list[str] = []
    for place, run in enumerate(_UNSPACED.split(word)):
        if place % 2 == 0:
            terms += [run[:LONGEST_WORD]] if run else []
        else:
            count = max(len(run) - 1, 1) if is_asked else len(run)
            terms += [run[at : at + 2] for at in range(count)]
    return terms
