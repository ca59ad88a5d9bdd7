"""Whether somebody can travel with what they have: pure, and without their values in the words."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from redemption.travel.vault.documents import TravelDocuments
from redemption.travel.vault.names import Match, compared
from redemption.travel.vault.policies import age_on
from redemption.travel.vault.states import VaultField

_F = VaultField
_NEEDED = (
    _F.FAMILY_NAME,
    _F.PASSPORT_NUMBER,
    _F.NATIONALITY,
    _F.BIRTH_DATE,
    _F.EXPIRES_ON,
)


class Severity(StrEnum):
    """`stops`: no ticket before it is solved. `warns`: somebody has to look at it."""

    STOPS = "stops"
    WARNS = "warns"

    @property
    def label(self) -> str:
        """The severity in words."""
        return {"stops": "To be solved", "warns": "To be looked at"}[self.value]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands in the way; `words` tell it to the traveler and hold no value."""

    code: str
    severity: Severity
    words: str
    field: VaultField | None = None

    @property
    def is_missing(self) -> bool:
        """Whether it is only not entered yet."""
        return self.code == "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """What somebody's documents have to do for.

    `country`: two letters. `youngest` years on the day of departure, 0 where age does not count.
    A visa takes `visa_days` days before departure, 0 where none is needed. `ticket_name` as on the
    ticket, empty where there is none yet.
    """

    starts_on: date
    ends_on: date
    country: str
    ticket_name: str = ""
    youngest: int = 0
    visa_days: int = 0
    months_valid: int = 6


def findings(kept: TravelDocuments, journey: Journey, *, today: date) -> list[Finding]:
    """What stands in the way of a journey, what stops it first."""
    found = [
        *_missing(kept, journey),
        *_validity(kept, journey, today),
        *_name(kept, journey),
        *_age(kept, journey),
        *_visa(kept, journey, today),
    ]
    return sorted(found, key=lambda one: one.severity is not Severity.STOPS)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _stops(code: str, words: str, field: VaultField | None = None) -> Finding:
    return Finding(code, Severity.STOPS, words, field)


def _warns(code: str, words: str, field: VaultField | None = None) -> Finding:
    return Finding(code, Severity.WARNS, words, field)


def _missing(kept: TravelDocuments, journey: Journey) -> Iterator[Finding]:
    needed = [*_NEEDED, _F.ISSUED_ON] if _needs_visa(kept, journey) else _NEEDED
    for field in needed:
        if field not in kept:
            yield _stops("missing", f"{field.label}: not entered yet.", field)


def _validity(kept: TravelDocuments, journey: Journey, today: date) -> Iterator[Finding]:
    expires, needed = kept.day(_F.EXPIRES_ON), months_after(journey.ends_on, journey.months_valid)
    if expires is None or expires >= needed:
        return
    until = f"It has to be valid until {needed:%-d %B %Y} at least"
    if expires < today:
        words = f"The passport has expired. {until}."
        yield _stops("expired", words, _F.EXPIRES_ON)
    elif expires < journey.ends_on:
        words = f"The passport expires before the return. {until}."
        yield _stops("expires_before_return", words, _F.EXPIRES_ON)
    else:
        words = f"{until}, {_months(journey.months_valid)} after the return. Renew it in time."
        yield _stops("expires_soon", words.replace("It has", "The passport has"), _F.EXPIRES_ON)


def _months(number: int) -> str:
    return "6 months" if number == 6 else f"{number} month{'' if number == 1 else 's'}"


def _name(kept: TravelDocuments, journey: Journey) -> Iterator[Finding]:
    family = kept.get(_F.FAMILY_NAME)
    if not journey.ticket_name or not family:
        return
    match = compared(family, kept.get(_F.GIVEN_NAMES, ""), journey.ticket_name)
    if match is Match.OTHER:
        yield _stops(
            "other_name",
            "The name on the ticket is not the one in the passport. Airlines refuse that: "
            "correct whichever is wrong.",
            _F.FAMILY_NAME,
        )
    elif match is Match.MIDDLE_DIFFERS:
        yield _warns(
            "middle_names",
            "The ticket has more or fewer middle names than the passport. Most airlines take it; "
            "ask yours.",
            _F.GIVEN_NAMES,
        )


def _age(kept: TravelDocuments, journey: Journey) -> Iterator[Finding]:
    born = kept.day(_F.BIRTH_DATE)
    if born is not None and age_on(born, journey.starts_on) < journey.youngest:
        words = f"Who comes along has to be {journey.youngest} or older on the day of departure."
        yield _stops("too_young", words, _F.BIRTH_DATE)


def _needs_visa(kept: TravelDocuments, journey: Journey) -> bool:
    return journey.visa_days > 0 and kept.get(_F.NATIONALITY) != journey.country


def _visa(kept: TravelDocuments, journey: Journey, today: date) -> Iterator[Finding]:
    if not _needs_visa(kept, journey):
        return
    apply_by, issued = journey.starts_on - timedelta(days=journey.visa_days), kept.day(_F.ISSUED_ON)
    takes = (
        f"A visa takes {journey.visa_days} days, so it had to be asked for by {apply_by:%-d %B %Y}"
    )
    if issued is not None and issued > apply_by:
        words = f"{takes}, and the passport is newer than that. Ask whether it can be had faster."
        yield _warns("issued_late", words, _F.ISSUED_ON)
    elif _F.PASSPORT_NUMBER not in kept and today > apply_by:
        words = f"{takes}, and there is no passport number yet. Ask whether it can be had faster."
        yield _warns("visa_late", words, _F.PASSPORT_NUMBER)
