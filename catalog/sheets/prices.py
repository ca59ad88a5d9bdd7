"""Prices beside the one of today in a cell: planned ones, and those of one country.

`1500 from 2026-12-01 until 2026-12-24; 1900 PT; none DE from 2027-01-01 09:30`, moments in UTC.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, time

from catalog.bounds import MOST_POINTS
from catalog.operations import NewPrice
from catalog.shelf.timeline import Price, newest_of
from marketplace.kernel.parsing import CannotRead, parse_whole_number

_MOMENT = r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?"
_ENTRY = re.compile(
    rf"(?P<points>[0-9]+|none)(?: (?P<country>[a-z]{{2}}))?"
    rf"(?: from (?P<begins>{_MOMENT}))?(?: until (?P<ends>{_MOMENT}))?",
    re.IGNORECASE,
)
_ENTER = "Enter points, a country and moments, for example 1500 from 2026-12-01 until 2026-12-24."


def read_price(text: str) -> NewPrice:
    """One entry. Raises CannotRead with what to enter."""
    found = _ENTRY.fullmatch(" ".join(text.split()))
    if found is None:
        raise CannotRead(_ENTER, f"“{text}” is no such price.")
    country = (found["country"] or "").upper() or None
    begins, ends = _moment(found["begins"]), _moment(found["ends"])
    if found["points"].lower() == "none":
        if country is None:
            raise CannotRead("Enter the country whose prices end: none PT.", "This names none.")
        return NewPrice(points=None, country=country, valid_from=begins, valid_until=ends)
    if country is None and begins is None and ends is None:
        raise CannotRead(_ENTER, f"“{text}” is the price of today; it has a column of its own.")
    points = parse_whole_number(found["points"], low=1, high=MOST_POINTS)
    return NewPrice(points=points, country=country, valid_from=begins, valid_until=ends)


def written_price(price: NewPrice) -> str:
    """An entry as `read_price` reads it."""
    parts = [str(price.points or "none"), price.country or ""]
    parts += [f"from {_written(price.valid_from)}" if price.valid_from else ""]
    parts += [f"until {_written(price.valid_until)}" if price.valid_until else ""]
    return " ".join(filter(None, parts))


def other_prices(versions: Sequence[Price], at: datetime) -> list[str]:
    """What a variant will cost, and costs in single countries, beside its price everywhere now."""
    if len(versions) < 2:
        return []
    places = dict.fromkeys(one.country for one in versions)
    return [
        written_price(price)
        for place in sorted(places, key=str)
        for price in _told([one for one in versions if one.country == place], at)
    ]


def _told(versions: Sequence[Price], at: datetime) -> Iterator[NewPrice]:
    """The turns of one country's prices that no entry before has said already."""
    said: set[int] = set()
    for begins, price in _turns(versions, at):
        if price.id in said:
            continue  # it goes on when the one above it ends by itself
        said.add(price.id)
        is_now = begins == at
        if is_now and (price.country is None or price.points is None):
            continue
        starts = None if is_now else begins
        yield NewPrice(
            points=price.points,
            country=price.country,
            valid_from=starts,
            valid_until=price.valid_until,
        )


def _turns(versions: Sequence[Price], at: datetime) -> Iterator[tuple[datetime, Price]]:
    moments = {at} | {one.valid_from for one in versions} | {one.valid_until for one in versions}
    for moment in sorted(one for one in moments if one is not None and one >= at):
        if newest := newest_of(versions, moment):
            yield moment, newest


def entries(texts: Iterable[str]) -> list[str]:
    """Entries as they are written here, each once."""
    return sorted({written_price(read_price(text)) for text in texts})


def _moment(text: str | None) -> datetime | None:
    return None if text is None else moment_in(text, _ENTER, f"“{text}” is no such moment.")


def moment_in(text: str, enter: str, problem: str) -> datetime:
    """A day, or a day and a time, in UTC. Raises CannotRead with what to enter."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as no_moment:
        raise CannotRead(enter, problem) from no_moment


def _written(moment: datetime) -> str:
    plain = moment.astimezone(UTC).replace(tzinfo=None)
    return f"{plain:%Y-%m-%d}" if plain.time() == time() else plain.isoformat(" ")
