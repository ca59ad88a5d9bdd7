"""Ranks: the best first, equal figures share a rank, and the next is skipped (1, 1, 3)."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from marketplace.programs.contests.figures import Figure
from marketplace.programs.contests.ratios import hundredths, ratio
from marketplace.programs.contests.sides import Side
from marketplace.programs.contests.states import ContestForm
from marketplace.programs.contests.terms import ContestTerms

Key = tuple[int, Fraction | int | date]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A competitor on the board; see `ContestStanding` for the meaning of each."""

    competitor: str
    side: Side
    rank: int | None
    place: int | None
    figure: int | None
    amount: int | None
    base: int | None
    reached_on: date | None


def ranked(
    terms: ContestTerms,
    figures: Iterable[Figure],
    *,
    slug: str,
    lower: bool = False,
    drawn: Mapping[str, int] | None = None,
) -> list[Ranked]:
    """Everyone in order. Who has no figure stands at the end without a rank.

    `drawn` gives the order of a draw; those who were not drawn have no place. Who shares a rank
    stands in an order that nobody chose: by a hash of the contest's address and their key.
    """
    keyed = [(_key(terms, one, lower=lower), one) for one in figures]
    keyed.sort(key=lambda pair: (pair[0] is None, pair[0] or (0, 0), _lot(slug, pair[1])))
    ranks = _ranks([key for key, _ in keyed])
    if terms.form is ContestForm.RAFFLE:
        places: dict[str, int] = dict(drawn or {})
    else:
        enough = [(key, one) for key, one in keyed if key is not None and one.qualifies]
        numbers = _ranks([key for key, _ in enough])
        places = {
            one.competitor: number
            for (_, one), number in zip(enough, numbers, strict=True)
            if number is not None
        }
    found = [
        _ranked(terms, one, rank, places.get(one.competitor))
        for (_, one), rank in zip(keyed, ranks, strict=True)
    ]
    if drawn:
        found.sort(key=lambda one: (one.place is None, one.place or 0))
    return found


def _lot(slug: str, one: Figure) -> bytes:
    return hashlib.sha256(f"{slug}:{one.competitor}".encode()).digest()


def _key(terms: ContestTerms, one: Figure, *, lower: bool) -> Key | None:
    """What sorts: less is better. None without a figure."""
    counted = one.counted
    if not counted.has_figure:
        return None
    if terms.is_race and counted.reached_on is not None:
        return (0, counted.reached_on)
    value: Fraction | int = counted.amount
    if counted.base:
        value = ratio(terms.form, counted.amount, counted.base)
    return (1, value if lower else -value)


def _ranks(keys: Sequence[Key | None]) -> list[int | None]:
    found: list[int | None] = []
    for number, key in enumerate(keys, start=1):
        if key is None:
            found.append(None)
        elif number > 1 and key == keys[number - 2]:
            found.append(found[-1])
        else:
            found.append(number)
    return found


def _ranked(terms: ContestTerms, one: Figure, rank: int | None, place: int | None) -> Ranked:
    counted = one.counted
    figure: int | None = None
    if counted.base:
        figure = hundredths(ratio(terms.form, counted.amount, counted.base))
    elif counted.has_figure:
        figure = counted.amount
    return Ranked(
        competitor=one.competitor,
        side=one.side,
        rank=rank,
        place=place,
        figure=figure,
        amount=counted.amount,
        base=counted.base,
        reached_on=counted.reached_on,
    )
