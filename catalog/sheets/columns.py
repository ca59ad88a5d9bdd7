"""The columns of a sheet: their headings, what they mean, and how a cell is read and written.

A value is what JSON can hold: text, a whole number, yes or no, a list of texts, or nothing. Days
and moments are ISO texts, money is the amount as written until its currency is known.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.audiences.names import is_country
from catalog.bounds import MOST_POINTS, MOST_UNITS
from catalog.late_returns import written_steps
from catalog.return_terms import MOST_DAYS, CancelUntil, Decider
from catalog.sheets.prices import entries, moment_in
from catalog.states import Kind, LimitPeriod, RewardState
from marketplace.access.roles import Role
from marketplace.kernel.parsing import (
    CannotRead,
    currency_places,
    parse_date,
    parse_decimal,
    parse_whole_number,
)

Read = Callable[[str], Any]
SEPARATOR = ";"
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9:.]{5,15})?").fullmatch


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `of_reward` is repeated on each row of a reward, `is_needed` by what is new."""

    heading: str
    help: str
    example: str
    read: Read
    of_reward: bool = False
    is_needed: bool = False


def _text(most: int) -> Read:
    def read(text: str) -> str:
        if len(text) > most:
            raise CannotRead(f"Enter at most {most:,} characters.", f"This has {len(text):,}.")
        return text.replace("\r\n", "\n").replace("\r", "\n")

    return read


def _whole(low: int, high: int) -> Read:
    return lambda text: parse_whole_number(text, low=low, high=high)


def _amount(text: str) -> str:
    if parse_decimal(text) < 0:
        raise CannotRead("Enter an amount from 0, for example 41.50.", "This is below 0.")
    return text


def _currency(text: str) -> str:
    currency_places(text.upper())
    return text.upper()


def _word(*words: str) -> Read:
    def read(text: str) -> str:
        word = text.lower().replace(" ", "_")
        if word not in words:
            raise CannotRead(f"Enter one of: {', '.join(words)}.", "This is none of the words.")
        return word

    return read


def _yes(text: str) -> bool:
    return _word("yes", "no")(text) == "yes"


def _names(text: str) -> list[str]:
    return sorted({part.strip() for part in text.split(SEPARATOR) if part.strip()})


def _roles(text: str) -> list[str]:
    return sorted({_word(*Role)(name) for name in _names(text)})


def _countries(text: str) -> list[str]:
    codes = [name.upper() for name in _names(text)]
    if any(not re.fullmatch("[A-Z]{2}", code) for code in codes):
        raise CannotRead("Enter codes of two letters, for example DE; PT.", "This is no country.")
    return sorted(codes)


def _country(text: str) -> str:
    if not is_country(text.upper()):
        raise CannotRead("Enter a code of two letters, for example PT.", "This is no country.")
    return text.upper()


def choices_of(attributes: Mapping[str, Any]) -> list[str]:
    """Sizes and colors as a cell names them: `Size: M`."""
    return [f"{name}: {value}" for name, value in attributes.items()]


def attributes_in(choices: Iterable[str]) -> dict[str, str]:
    """The same the other way."""
    pairs = (one.partition(": ") for one in choices)
    return {name: value for name, _, value in pairs}


def _choices(text: str) -> list[str]:
    pairs = [[half.strip() for half in part.split(":", 1)] for part in text.split(SEPARATOR)]
    if any(len(pair) < 2 or not all(pair) for pair in pairs):
        raise CannotRead("Enter a name and a value: Size: M; Color: Blue.", "This names none.")
    if len({name for name, _ in pairs}) < len(pairs) or max(map(len, map(": ".join, pairs))) > 60:
        raise CannotRead("Enter each name once, with at most 60 characters.", "These are not.")
    return choices_of(dict(pairs))


def _prices(text: str) -> list[str]:
    return entries(part for part in text.split(SEPARATOR) if part.strip())


def _lines(text: str) -> list[str]:
    return [line.strip() for line in _text(2_000)(text).split("\n") if line.strip()]


def _day(text: str) -> str:
    return parse_date(text).isoformat()


def _moment(text: str) -> str:
    enter = "Enter a day, or a day and a time in UTC: 2026-12-01 or 2026-12-01 09:30."
    if not _MOMENT(text):
        raise CannotRead(enter, "This is no such moment.")
    return moment_in(text, enter, "This is no such moment.").isoformat()


_STATES = (RewardState.DRAFT, RewardState.PUBLISHED, RewardState.RETIRED)
COLUMNS: Mapping[str, Column] = {
    "reward": Column(
        "Reward",
        "Its address; what makes rows one reward. Empty: made from the name.",
        "trail-mug",
        _text(60),
        of_reward=True,
    ),
    "sku": Column(
        "Stock number",
        "What makes a row the same row next time. Empty: found by its label, or made.",
        "MUG-BLUE",
        _text(120),
    ),
    "kind": Column(
        "Kind", f"One of: {', '.join(Kind)}.", "merchandise", _word(*Kind), True, is_needed=True
    ),
    "name": Column("Name", "As on the card.", "Trail mug", _text(120), True, is_needed=True),
    "tier": Column("Tier", "Its name.", "Starter", _text(120), True, is_needed=True),
    "state": Column(
        "State",
        "draft, published or retired. Empty: as it is; what is new is a draft.",
        "draft",
        _word(*_STATES),
        True,
    ),
    "label": Column(
        "Label", "The amount, size or date people choose.", "Blue", _text(120), is_needed=True
    ),
    "points": Column(
        "Points", "The price from now on.", "1800", _whole(1, MOST_POINTS), is_needed=True
    ),
    "prices": Column(
        "Other prices",
        "Planned, for a while or in one country, with ; between; moments in UTC. What is not named "
        "stays. 1500 from 2026-12-01 until 2026-12-24; 1900 PT; none PT ends Portugal's own.",
        "",
        _prices,
    ),
    "choices": Column(
        "Size and color", "Names and values with ; between: Size: M; Color: Blue.", "", _choices
    ),
    "capacity": Column(
        "In all",
        "How many there are, with those set aside and gone. Empty: no limit.",
        "40",
        _whole(0, MOST_UNITS),
    ),
    "on_sale": Column("On sale", "yes or no. Empty: as it is.", "yes", _yes),
    "cash": Column("Value", "Its face or taxable value.", "18.00", _amount),
    "highest": Column(
        "Highest value", "Of a range: any amount from the value up to this.", "", _amount
    ),
    "step": Column("Steps", "Of a range: amounts go in steps of so much.", "", _amount),
    "cash_currency": Column("Value currency", "Three letters.", "EUR", _currency),
    "cost": Column("Cost", "What you pay. For managers only.", "12.50", _amount),
    "market_price": Column("Market price", "What it costs elsewhere.", "19.90", _amount),
    "cost_currency": Column("Cost currency", "Of both, three letters.", "EUR", _currency),
    "starts_on": Column("Leaves on", "The first day of a departure.", "", _day),
    "ends_on": Column("Back on", "Its last day.", "", _day),
    "cutoff_on": Column("Ask until", "The last day to ask for it.", "", _day),
    "place": Column("Place", "Where it goes.", "", _text(120)),
    "destination": Column("Goes to", "The country, two letters.", "", _country),
    "min_group": Column("Smallest group", "Empty: 1.", "", _whole(1, 10_000)),
    "note": Column("Note", "A few words after the kind.", "0.4 liters", _text(60), True),
    "summary": Column("Summary", "One sentence.", "Keeps tea hot.", _text(200), True),
    "story": Column("Story", "More about it.", "", _text(2_000), True),
    "brand": Column("Brand", "Of a gift card, say.", "", _text(120), True),
    "included": Column("Included", "One thing a line.", "", _lines, True),
    "next_steps": Column("What happens after", "Said to who asks.", "", _text(1_000), True),
    "terms": Column("Good to know", "Terms.", "", _text(4_000), True),
    "approver_note": Column("Note for approvers", "Only they read it.", "", _text(1_000), True),
    "lead_days": Column("Working days", "Until it is ready.", "5", _whole(0, 3_650), True),
    "limit_per_person": Column("Limit", "So often a person.", "", _whole(1, 10_000), True),
    "limit_period": Column(
        "Limit counted", f"One of: {', '.join(LimitPeriod)}.", "", _word(*LimitPeriod), True
    ),
    "cancel_until": Column(
        "Cancel until",
        "approval, preparation, leaves (packed, booked, sent or shown) or cutoff (trips). "
        "Empty: as usual for its kind.",
        "leaves",
        _word(*(one for one in CancelUntil if one is not CancelUntil.ORDERED)),
        True,
    ),
    "return_days": Column(
        "Days to send back", "After it arrived; 0: not at all.", "14", _whole(0, MOST_DAYS), True
    ),
    "return_percent": Column(
        "Percent back", "Of spent points that come back.", "100", _whole(0, 100), True
    ),
    "return_condition": Column("Return condition", "In what state.", "unopened", _text(80), True),
    "returns_decided_by": Column(
        "Returns decided by", "desk or itself.", "desk", _word(*Decider), True
    ),
    "late_return": Column(
        "Late returns",
        "Of trips: days before departure and percent that come back after the last day to ask.",
        "60:50, 30:25",
        written_steps,
        True,
    ),
    "featured": Column("Featured", "yes or no.", "no", _yes, True),
    "visible_from": Column("Offered from", "Day and time in UTC.", "", _moment, True),
    "visible_until": Column("Offered until", "Day and time in UTC.", "", _moment, True),
    "departments": Column(
        "Departments", "Names with ; between. Empty: everyone.", "", _names, of_reward=True
    ),
    "sites": Column("Sites", "Names with ; between.", "", _names, True),
    "countries": Column("Countries", "Two letters with ; between.", "", _countries, True),
    "roles": Column("Roles", f"Of: {', '.join(Role)}.", "", _roles, True),
    "tenure_months": Column("Months of service", "At least so many.", "", _whole(1, 1_200), True),
}
MONEY: Mapping[str, str] = {
    **dict.fromkeys(("cash", "highest", "step"), "cash_currency"),
    **dict.fromkeys(("cost", "market_price"), "cost_currency"),
}
"""The columns that are money, and the one that says in which currency."""
OF_REWARD = tuple(name for name, column in COLUMNS.items() if column.of_reward)
OF_VARIANT = tuple(name for name, column in COLUMNS.items() if not column.of_reward)
AUDIENCE = ("departments", "sites", "countries", "roles", "tenure_months")
WINDOW = ("visible_from", "visible_until")
RANGE = ("highest", "step")
DEPARTURE = ("starts_on", "ends_on", "cutoff_on", "place", "destination", "min_group")
KEPT_WHEN_EMPTY = frozenset(
    {"reward", "sku", "kind", "name", "tier", "state", "label", "points", "on_sale", "featured"}
    | {"prices"}
)
_EMPTY: Mapping[str, Any] = {"included": [], "lead_days": 0} | {
    name: [] for name in ("departments", "sites", "countries", "roles", "choices")
}
_TEXTS = frozenset(
    {"note", "summary", "story", "brand", "next_steps", "terms", "approver_note"}
    | {"return_condition", "late_return"}
)


def read_cell(name: str, text: str | None) -> Any:
    """What a cell says. Raises CannotRead with what to enter."""
    if text is None:
        return "" if name in _TEXTS else _EMPTY.get(name)
    return COLUMNS[name].read(text)


def written(name: str, value: Any) -> Any:
    """A value as it stands in a cell."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ("\n" if name == "included" else f"{SEPARATOR} ").join(value)
    if value and name in WINDOW:
        return value.replace("T", " ").removesuffix("+00:00")
    return value
