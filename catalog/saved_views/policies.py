"""What a saved view may hold. Pure."""

import re
from urllib.parse import parse_qsl, urlencode

from catalog.search_words import fold

LONGEST_NAME = 40
LONGEST_ADDRESS = 500
MOST_FILTERS = 20
_FILTER = re.compile(r"[a-z_]{1,20}")
_OF_ONE_LOOK = frozenset({"after", "exact"})
"""What belongs to one look at the shelf and not to its filters."""


def canonical(query: str) -> str:
    """The filters of a query string in one order; empty when there is none, or it is too long.

    Two addresses that show the same have the same one, so nothing is saved twice.
    """
    pairs = {
        (name, text)
        for name, value in parse_qsl(query)
        if _FILTER.fullmatch(name) and name not in _OF_ONE_LOOK and (text := _tidy(value))
    }
    found = urlencode(sorted(pairs)) if len(pairs) <= MOST_FILTERS else ""
    return found if len(found) <= LONGEST_ADDRESS else ""


def name_key(name: str) -> str:
    """A name as compared: no case, no accents, one blank between words."""
    return fold(" ".join(name.split()))


def _tidy(value: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())
