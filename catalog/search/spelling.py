"""How far two words are apart, and what they share when they are close. Pure."""

from collections.abc import Iterable
from itertools import combinations

SHORTEST = 4
LONG = 7
BEGINNING = 7
"""Only this many letters are looked at for what remains: enough for words two edits apart."""


def edits_forgiven(word: str) -> int:
    """None below four letters and in numbers, one below seven, two from there on."""
    if len(word) < SHORTEST or not word.isalpha():
        return 0
    return 1 if len(word) < LONG else 2


def remains(word: str) -> set[str]:
    """What is left of the beginning of `word` when as many letters as may be wrong are struck."""
    start, most = word[:BEGINNING], 1 if len(word) < LONG - 2 else 2
    return {
        "".join(kept)
        for struck in range(most + 1)
        for kept in combinations(start, len(start) - struck)
    }


def edits_between(one: str, other: str) -> int:
    """Letters put in, left out, exchanged, or swapped with their neighbor."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, wanted in enumerate(other, 1):
            best = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                best = min(best, earlier[j - 2] + 1)
            row.append(best)
    return row[-1]


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word that was most likely meant; None when none is near enough."""
    forgiven = edits_forgiven(word)
    near = [
        (edits, other[0] != word[0], abs(len(other) - len(word)), other)
        for other in known
        if 0 < (edits := edits_between(word, other)) <= forgiven
    ]
    return min(near)[-1] if near else None
