"""Names as passports and airlines write them: capitals of A to Z, by ICAO 9303 part 3.

One letter may have several spellings: Ü is UE on one ticket and U on the next, and both are right.
"""

import re
import unicodedata
from enum import StrEnum

Spelled = list[tuple[str, ...]]

_SPELLINGS = {
    "Ä": ("AE", "A"),
    "Å": ("AA", "A"),
    "Æ": ("AE",),
    "Ð": ("D",),
    "Đ": ("D",),
    "Ə": ("E",),
    "Ħ": ("H",),
    "Ł": ("L",),
    "Ñ": ("N", "NXX"),
    "Ŋ": ("N",),
    "Ö": ("OE", "O"),
    "Ø": ("OE", "O"),
    "Œ": ("OE",),
    "Þ": ("TH",),
    "Ŧ": ("T",),
    "Ü": ("UE", "U", "UXX"),
    "ẞ": ("SS",),
}
_SIGNS = frozenset("-'’‘ʼ`´.·,‐‑")
_TITLES = frozenset({"MR", "MRS", "MS", "MISS", "MSTR", "DR", "PROF"})
_NO_GIVEN_NAME = frozenset({"FNU", "XXX"})
"""What airlines write where a passport has one name only."""


class Match(StrEnum):
    """How a ticket's name stands to a passport's."""

    SAME = "same"
    MIDDLE_DIFFERS = "middle_differs"
    OTHER = "other"


def spelled(text: str) -> Spelled:
    """The ways to write a name, letter by letter; signs and blanks count for nothing."""
    found: Spelled = []
    for letter in unicodedata.normalize("NFC", text).upper():
        if not (letter.isspace() or letter in _SIGNS):
            found.append(_SPELLINGS.get(letter) or (_bare(letter),))
    return found


def in_latin(text: str) -> str:
    """A text with every letter as passports write it, Jörg as Joerg; what has no way stays."""
    return "".join(_latin(letter) for letter in unicodedata.normalize("NFC", text))


def _latin(letter: str) -> str:
    if letter.isascii():
        return letter
    way = (_SPELLINGS.get(letter.upper()) or (_bare(letter),))[0]
    return way.capitalize() if letter.isupper() else way.lower()


def is_latin(text: str) -> bool:
    """Whether a name can be written in the capitals of a passport's last lines."""
    letters = spelled(text)
    ways = [way for letter in letters for way in letter]
    return bool(ways) and all(re.fullmatch("[A-Z]+", way) for way in ways)


def _bare(letter: str) -> str:
    apart = unicodedata.normalize("NFKD", letter)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def is_same(one: Spelled, other: Spelled) -> bool:
    """Whether two names have a spelling in common, without trying every one of them."""
    waiting, seen = [(0, "", 0, "")], set()
    while waiting:
        state = waiting.pop()
        if state in seen:
            continue
        seen.add(state)
        i, left, j, right = state
        if left and right:
            if left[0] == right[0]:
                waiting.append((i, left[1:], j, right[1:]))
        elif not left and i < len(one):
            waiting += [(i + 1, way, j, right) for way in one[i]]
        elif not right and j < len(other):
            waiting += [(i, left, j + 1, way) for way in other[j]]
        elif not left and not right:
            return True
    return False


def compared(family: str, given: str, ticket: str) -> Match:
    """A ticket's name against a passport's family and given names.

    `MUELLER/ANNA MRS` says which is which; without a stroke either order is tried. Middle names
    that only one of them has are no other person.
    """
    outcomes = {
        _given_names(given, wanted_given)
        for wanted_family, wanted_given in _parts(ticket)
        if is_same(spelled(family), spelled(wanted_family))
    }
    return next((match for match in Match if match in outcomes), Match.OTHER)


def _parts(ticket: str) -> list[tuple[str, str]]:
    """What may be family and given names on a ticket."""
    if "/" in ticket:
        family, _, given = ticket.partition("/")
        return [(family, _untitled(given))]
    words = _untitled(ticket).split()
    cuts = [(" ".join(words[:cut]), " ".join(words[cut:])) for cut in range(len(words) + 1)]
    return cuts + [(last, first) for first, last in cuts]


def _untitled(names: str) -> str:
    words = names.split()
    while len(words) > 1 and words[-1].strip(".").upper() in _TITLES:
        words.pop()
    return " ".join(words)


def _given_names(passport: str, ticket: str) -> Match:
    if is_same(spelled(passport), spelled(ticket)):
        return Match.SAME
    ours, theirs = _words(passport), _words(ticket)
    if not ours and theirs:
        return Match.SAME if ticket.strip().upper() in _NO_GIVEN_NAME else Match.OTHER
    for i in range(1, len(ours) + 1):
        for j in range(1, len(theirs) + 1):
            if is_same(spelled("".join(ours[:i])), spelled("".join(theirs[:j]))):
                return Match.MIDDLE_DIFFERS
    return Match.OTHER


def _words(names: str) -> list[str]:
    return [word for word in re.split(r"[\s\-‐‑]+", names) if spelled(word)]
