"""What somebody asks of a package, and whether its terms allow that."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from catalog.offers import DepartureDates, Offer
from catalog.packages.terms import PackageTerms
from marketplace.web.filters import day


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Dates asked for: the first choice, another one where there is, nights, how many travel.

    `cover_id` is the colleague who stands in at work meanwhile; `seen_terms` the version of the
    terms that were read.
    """

    first_on: date
    second_on: date | None
    nights: int
    travelers: int
    cover_id: int
    seen_terms: int


def problems_with(terms: PackageTerms, wish: Wish, *, today: date) -> dict[str, str]:
    """Why the terms do not allow a wish, by the field it is about; empty when they do."""
    low, high = terms.nights_from, terms.nights_to
    found = {}
    if not low <= wish.nights <= high:
        found["nights"] = f"It takes {terms.nights_words}. Enter a number within that."
    if not 1 <= wish.travelers <= terms.travelers_most:
        found["travelers"] = f"{terms.travelers_words}. Enter 1 to {terms.travelers_most}."
    nights = min(max(wish.nights, low), high)
    if text := _problem_with_start(terms, wish.first_on, nights, today):
        found["first_on"] = text
    if wish.second_on is not None:
        same = "Enter another day than the first choice, or leave it empty."
        text = same if wish.second_on == wish.first_on else ""
        text = text or _problem_with_start(terms, wish.second_on, nights, today)
        found |= {"second_on": text} if text else {}
    return found


def _problem_with_start(terms: PackageTerms, first: date, nights: int, today: date) -> str:
    earliest, latest = terms.first_start(today), terms.last_start(today)
    if first < earliest:
        return f"It can begin from {day(earliest)} on. Enter that day or a later one."
    if first > latest:
        return f"It can begin until {day(latest)}. Enter that day or an earlier one."
    if closed := terms.closed_on(first, nights):
        return f"Nobody goes on {closed.words}. Enter nights before or after that."
    return ""


def dates_of(terms: PackageTerms, first_on: date, nights: int) -> DepartureDates:
    """The dates that somebody asks for, as those of a departure made for them."""
    return DepartureDates(
        starts_on=first_on,
        ends_on=first_on + timedelta(days=nights),
        cutoff_on=first_on - timedelta(days=terms.notice_days),
        place=terms.place,
        min_group=1,
        country=terms.country,
    )


def on_dates(offer: Offer, terms: PackageTerms, wish: Wish) -> Offer:
    """The offer on the dates of the first choice."""
    return replace(offer, departure=dates_of(terms, wish.first_on, wish.nights))
