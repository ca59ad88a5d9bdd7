"""Whether 03/04 is in March or April: decided by the whole column, or asked."""

import re
from collections.abc import Iterable, Sequence
from itertools import combinations

from marketplace.kernel.parsing import date_reader
from marketplace.kernel.tabular.problems import CannotReadTable, shown

USUAL_DATES = (
    "YYYY-MM-DD",
    "YYYY/MM/DD",
    "YYYYMMDD",
    "DD.MM.YYYY",
    "DD/MM/YYYY",
    "MM/DD/YYYY",
    "DD-MM-YYYY",
    "MM-DD-YYYY",
)
MOST_REMEMBERED = 50_000


def conflicts(formats: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of formats that can read one text as two different days."""
    shapes = [(re.sub("MM?|DD?", "#", form.replace("MON", "@")), form) for form in formats]
    return [(a, b) for (x, a), (y, b) in combinations(shapes, 2) if x == y]


def settle_formats(texts: Iterable[str], formats: Sequence[str], field: str) -> tuple[str, ...]:
    """The formats without those the column disproves.

    Where no value tells day from month, or values speak for both orders, `CannotReadTable` names
    the two readings.
    """
    trials = [_Trial(a, b) for a, b in conflicts(formats)]
    seen = set[str]()
    for text in texts:
        if text not in seen:
            if len(seen) >= MOST_REMEMBERED:
                seen.clear()
            seen.add(text)
            for trial in trials:
                trial.weigh(text)
    losers = {loser for trial in trials if (loser := trial.loser(field))}
    return tuple(form for form in formats if form not in losers)


class _Trial:
    """Two formats against each other over one column."""

    def __init__(self, first: str, second: str) -> None:
        self.forms = (first, second)
        self._readers = (date_reader(first), date_reader(second))
        self._proofs = ["", ""]
        self._doubtful = ""

    def weigh(self, text: str) -> None:
        one, other = self._readers[0](text), self._readers[1](text)
        if one and other:
            if one != other:
                self._doubtful = self._doubtful or text
        elif one:
            self._proofs[0] = self._proofs[0] or text
        elif other:
            self._proofs[1] = self._proofs[1] or text

    def loser(self, field: str) -> str | None:
        if not self._doubtful:
            return None
        if bool(self._proofs[0]) != bool(self._proofs[1]):
            return self.forms[1] if self._proofs[0] else self.forms[0]
        one, other = (read(self._doubtful) for read in self._readers)
        why = "the column holds both orders" if self._proofs[0] else "no value of the column tells"
        raise CannotReadTable(
            f"“{shown(self._doubtful)}” in “{field}” is {one:%-d %B %Y} as {self.forms[0]} and "
            f"{other:%-d %B %Y} as {self.forms[1]}, and {why}. Name the right one in the profile "
            "(dates)."
        )
