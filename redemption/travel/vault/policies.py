"""What may be entered about a traveler, how it shows when it is masked, how long it stays."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from catalog.audiences.names import is_country
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel.parsing import CannotRead, hidden_sign, parse_date
from redemption.travel.vault.names import is_latin
from redemption.travel.vault.states import NEEDS, Purpose, VaultField

OLDEST_YEARS = 120
LONGEST_NAME = 60
LONGEST_TEXT = 500
LONGEST_VALIDITY_YEARS = 15
SHOWN_OF_NUMBER = 3
SHORTEST_REASON, LONGEST_REASON = 10, 200
SHORTEST_TOLD = 4
_F = VaultField
_DOTS = "•••"
_NAME_SIGNS = frozenset(" -'’.")
_NUMBER = re.compile("(?=.*[0-9])[A-Z0-9]{5,20}")
_PHONE = re.compile("[+][1-9][0-9]{6,14}")

Read = Callable[[str, date], str]


@dataclass(frozen=True, slots=True)
class Lives:
    """Days after the last day of a trip, or after a place was canceled."""

    identity: int
    needs: int
    canceled: int

    def after(self, ends_on: date) -> dict[Purpose, date]:
        """The day on which each is deleted after a trip that ends on this one."""
        return {
            Purpose.IDENTITY: ends_on + timedelta(days=self.identity),
            Purpose.NEEDS: ends_on + timedelta(days=self.needs),
        }

    def after_cancellation(self, canceled_on: date) -> date:
        """The day on which both are deleted."""
        return canceled_on + timedelta(days=self.canceled)


def is_own(actor: Actor, employee_id: int | None) -> bool:
    """Whether the data of an employee is one's own; that of a guest is nobody's."""
    return actor.employee_id is not None and actor.employee_id == employee_id


def may_see(actor: Actor, employee_id: int | None) -> bool:
    """Whether it is one's own, or one's role reads travel data."""
    return is_own(actor, employee_id) or actor.may(Permission.TRAVEL_DOCUMENTS)


def age_on(born: date, day: date) -> int:
    """Whole years; who was born on 29 February has a birthday on 1 March in other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def read_value(field: VaultField, text: str, *, today: date) -> str:
    """What was entered, as it is kept; empty stays empty. Raises CannotRead, without the value."""
    plain = unicodedata.normalize("NFC", text.strip())
    return _READERS[field](plain, today) if plain else ""


def problems(entered: Mapping[VaultField, str]) -> dict[VaultField, str]:
    """What is wrong with values as they are kept, beside each other: what to enter, by field."""
    found: dict[VaultField, str] = {}
    born, issued, expires = (
        date.fromisoformat(entered[field]) if entered.get(field) else None
        for field in (_F.BIRTH_DATE, _F.ISSUED_ON, _F.EXPIRES_ON)
    )
    if issued and expires and expires <= issued:
        found[_F.EXPIRES_ON] = "Enter a day after the passport was issued."
    elif issued and expires and age_on(issued, expires) > LONGEST_VALIDITY_YEARS:
        found[_F.EXPIRES_ON] = "No passport is valid for so long. Look at both days again."
    if born and issued and issued < born:
        found[_F.ISSUED_ON] = "Enter a day after the date of birth."
    for one, other in ((_F.CONTACT_NAME, _F.CONTACT_PHONE), (_F.CONTACT_PHONE, _F.CONTACT_NAME)):
        if entered.get(one) and not entered.get(other):
            found[other] = f"Enter this, too, or leave both empty: {other.label.lower()}."
    return found


def masked(field: VaultField, value: str) -> str:
    """What others see of a value without a reason."""
    if field is _F.PASSPORT_NUMBER:
        return _DOTS + value[-SHOWN_OF_NUMBER:]
    return f"{_DOTS} {value[:4]}" if field in {_F.EXPIRES_ON, _F.ISSUED_ON} else _DOTS


def reason_problem(reason: str) -> str:
    """What is wrong with the reason for a reading; empty when nothing is."""
    if not SHORTEST_REASON <= len(reason.strip()) <= LONGEST_REASON:
        return (
            f"Write in {SHORTEST_REASON} to {LONGEST_REASON} characters what you need it for. "
            "The person reads it word for word."
        )
    return ""


def tells_value(reason: str, values: Iterable[str]) -> bool:
    """Whether a reason holds a value that it asks for; values of a few signs don’t count."""
    said = reason.casefold()
    return any(value.casefold() in said for value in values if len(value) >= SHORTEST_TOLD)


def _name(text: str, _today: date) -> str:
    name = " ".join(text.split())
    is_written = all(s in _NAME_SIGNS or unicodedata.category(s)[0] in "LM" for s in name)
    if not is_written or not is_latin(name) or len(name) > LONGEST_NAME:
        raise CannotRead(
            "Write it in Latin letters as in the passport, with blanks, hyphens and apostrophes, "
            f"at most {LONGEST_NAME} of them. The last two lines of its photo page have it, too."
        )
    return name


def _number(text: str, _today: date) -> str:
    number = re.sub("[ -]", "", text).upper()
    if not _NUMBER.fullmatch(number):
        raise CannotRead(
            "Enter the number at the top right of the photo page: 5 to 20 letters and digits."
        )
    return number


def _country(text: str, _today: date) -> str:
    if not is_country(text.upper()):
        raise CannotRead("Choose a country, or enter its two letters: PT for Portugal.")
    return text.upper()


def _sex(text: str, _today: date) -> str:
    if text.upper() not in {"F", "M", "X"}:
        raise CannotRead("Enter what stands in the passport: F, M or X.")
    return text.upper()


def _born(text: str, today: date) -> str:
    born = parse_date(text)
    if not born <= today or age_on(born, today) > OLDEST_YEARS:
        raise CannotRead("Enter the date of birth: a day in the past, such as 1990-03-31.")
    return born.isoformat()


def _issued(text: str, today: date) -> str:
    issued = parse_date(text)
    if issued > today or age_on(issued, today) > LONGEST_VALIDITY_YEARS:
        raise CannotRead("Enter the day the passport was issued, not one to come: 2024-03-31.")
    return issued.isoformat()


def _expires(text: str, today: date) -> str:
    expires = parse_date(text)
    if abs(expires.year - today.year) > LONGEST_VALIDITY_YEARS:
        raise CannotRead("Enter the last day of the passport, such as 2031-03-31.")
    return expires.isoformat()


def _text(text: str, _today: date) -> str:
    if hidden_sign(text, lines=True) or len(text) > LONGEST_TEXT:
        raise CannotRead(f"Use letters, digits and signs only, at most {LONGEST_TEXT} of them.")
    return text


def _contact(text: str, _today: date) -> str:
    name = " ".join(text.split())
    if hidden_sign(name) or len(name) > LONGEST_NAME:
        raise CannotRead(f"Enter a name of at most {LONGEST_NAME} letters.")
    return name


def _phone(text: str, _today: date) -> str:
    number = re.sub(r"[ ()./\-\u00a0]", "", text)
    if not _PHONE.fullmatch(number):
        raise CannotRead("Enter the number with its country: +351 912 345 678.")
    return number


_READERS: dict[VaultField, Read] = {
    _F.FAMILY_NAME: _name,
    _F.GIVEN_NAMES: _name,
    _F.PASSPORT_NUMBER: _number,
    _F.NATIONALITY: _country,
    _F.BIRTH_DATE: _born,
    _F.SEX: _sex,
    _F.ISSUED_ON: _issued,
    _F.EXPIRES_ON: _expires,
    _F.ISSUING_COUNTRY: _country,
    _F.DIET: _text,
    _F.ACCESS_NEEDS: _text,
    _F.CONTACT_NAME: _contact,
    _F.CONTACT_PHONE: _phone,
}


def has_needs(fields: Mapping[VaultField, str]) -> bool:
    """Whether anything of it needs an agreement."""
    return any(value for field, value in fields.items() if field in NEEDS)
