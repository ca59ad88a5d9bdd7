"""How far the next place is, in words."""

from datetime import date
from typing import Protocol

from marketplace.programs.contests.ratios import amount_to_match, percent
from marketplace.programs.contests.states import ContestForm
from marketplace.programs.contests.terms import ContestTerms
from marketplace.programs.contests.words import Metrics, amount_in_words, ordinal


class Standing(Protocol):
    """What a gap is measured between."""

    @property
    def name(self) -> str: ...
    @property
    def rank(self) -> int | None: ...
    @property
    def figure(self) -> int | None: ...
    @property
    def amount(self) -> int | None: ...
    @property
    def base(self) -> int | None: ...
    @property
    def reached_on(self) -> date | None: ...


def gap_in_words(
    terms: ContestTerms, metrics: Metrics, mine: Standing, ahead: Standing | None
) -> str:
    """What is missing to draw level with the next better rank; empty where nothing can be said."""
    if mine.rank is None or mine.amount is None or terms.form is ContestForm.RAFFLE:
        return ""
    if terms.form is ContestForm.THRESHOLD:
        return _to_the_number(terms, metrics, mine)
    if mine.rank == 1:
        return "Nobody is ahead of you."
    if ahead is None or ahead.rank is None:
        return ""
    if ahead.amount is None or ahead.figure is None:
        return f"The next better rank is {ordinal(ahead.rank)}."
    return _to_the_next(terms, metrics, mine, ahead)


def _to_the_number(terms: ContestTerms, metrics: Metrics, mine: Standing) -> str:
    missing = (terms.threshold or 0) - (mine.amount or 0)
    if mine.reached_on is not None or missing <= 0:
        return "You reached the number."
    return f"{amount_in_words(terms, metrics, missing)} to go."


def _to_the_next(terms: ContestTerms, metrics: Metrics, mine: Standing, ahead: Standing) -> str:
    where = f"{ahead.name} in {ordinal(ahead.rank or 1)} place"
    if terms.own_measures:
        behind = abs((ahead.figure or 0) - (mine.figure or 0))
        return f"{percent(behind)} behind {where}."
    missing = amount_to_match((mine.amount or 0, mine.base), (ahead.amount or 0, ahead.base))
    if missing < 0:
        return f"{_step(terms, metrics, -missing, 'less')} would draw level with {where}."
    return f"{_step(terms, metrics, missing, 'more')} to draw level with {where}."


def _step(terms: ContestTerms, metrics: Metrics, amount: int, way: str) -> str:
    if terms.form is ContestForm.SCORE:
        return f"{amount:,} {way} in the score"
    return f"{amount_in_words(terms, metrics, amount)} {way}"
