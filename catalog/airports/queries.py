"""Airports by their letters, or by what people call them."""

from dataclasses import dataclass, fields

import sqlalchemy as sa

from catalog.airports.errors import NoSuchAirport, SeveralAirports
from catalog.airports.models import Airport
from catalog.search_words import asked_words
from marketplace.kernel.db import session

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Found:
    """One airport as somebody reads it."""

    iata: str
    name: str
    city: str
    country: str
    time_zone: str | None

    @property
    def words(self) -> str:
        """`LIS, Lisbon, Humberto Delgado Airport, Portugal`."""
        return ", ".join(filter(None, (self.iata, self.city, self.name, self.country)))

    @property
    def short(self) -> str:
        """`Lisbon (LIS)`."""
        return f"{self.city or self.name} ({self.iata})"


_FOUND = sa.select(*(getattr(Airport, one.name) for one in fields(Found)))


def airports_like(text: str, *, limit: int) -> list[Found]:
    """Airports that all words of a text are found in, those with these letters or city first."""
    words = asked_words(text)
    if not words:
        return []
    folded = " ".join(words)
    rank = sa.case(
        (sa.func.lower(Airport.iata) == folded, 0),
        (sa.func.lower(Airport.city) == folded, 1),
        (Airport.searched.contains(f" {folded}", autoescape=True), 2),
        else_=3,
    )
    asked = _FOUND.where(*(Airport.searched.contains(one, autoescape=True) for one in words))
    rows = session().execute(asked.order_by(rank, Airport.city, Airport.iata).limit(limit))
    return [Found(*row) for row in rows]


def airport_of(iata: str) -> Found | None:
    """The airport with these three letters; None where there is none."""
    row = session().execute(_FOUND.where(Airport.iata == iata.upper())).one_or_none()
    return Found(*row) if row else None


def airport_meant(text: str) -> Found:
    """The one airport somebody means: by its letters, or by words that only it has.

    Takes what the list of suggestions puts into a field, too. Raises NoSuchAirport,
    SeveralAirports.
    """
    said = " ".join(text.split())
    exact = airport_of(said[:3])
    if exact is not None and (len(said) == len(exact.iata) or said == exact.words):
        return exact
    found = airports_like(said, limit=MOST_NAMED)
    if not found:
        raise NoSuchAirport(said[:80])
    if len(found) > 1:
        raise SeveralAirports(said[:80], [one.short for one in found])
    return found[0]
