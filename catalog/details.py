"""Details asked for when a reward is redeemed: an engraving, a charity, the day of a course.

A curator writes what is asked; one rule judges the answers for the page and for the operation.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from catalog.errors import WrongDetails
from marketplace.kernel.parsing import CannotRead, hidden_sign, parse_date
from marketplace.web.filters import day

SHORT, LONG, MOST_DETAILS, MOST_CHOICES = 200, 2_000, 12, 40


class DetailKind(StrEnum):
    """How a detail is answered."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    DATE = "date"

    @property
    def label(self) -> str:
        """The kind in words, as curators choose it."""
        return {
            "text": "A line of text",
            "long_text": "Several lines of text",
            "choice": "One of several choices",
            "date": "A day",
        }[self]

    @property
    def most(self) -> int:
        """The longest answer anybody may ask for, in characters."""
        return LONG if self is DetailKind.LONG_TEXT else SHORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One thing asked. `most` is the longest text; `first_on` and `last_on` bound a day."""

    name: str
    label: str
    kind: DetailKind
    help: str = ""
    is_required: bool = True
    most: int = SHORT
    choices: tuple[str, ...] = ()
    first_on: date | None = None
    last_on: date | None = None


def rows_of(details: Sequence[Detail]) -> list[dict[str, Any]]:
    """Details as they are kept in a reward."""
    return [
        asdict(one)
        | {
            "choices": list(one.choices),
            "first_on": one.first_on and one.first_on.isoformat(),
            "last_on": one.last_on and one.last_on.isoformat(),
        }
        for one in details
    ]


def details_of(rows: Sequence[Mapping[str, Any]]) -> tuple[Detail, ...]:
    """The details kept in a reward."""
    return tuple(_detail_of(row) for row in rows)


def _detail_of(row: Mapping[str, Any]) -> Detail:
    days = {name: row[name] and date.fromisoformat(row[name]) for name in ("first_on", "last_on")}
    kept = {"kind": DetailKind(row["kind"]), "choices": tuple(row["choices"]), **days}
    return Detail(**{**row, **kept})


def digest(details: Sequence[Detail]) -> str:
    """What tells one set of questions from another; empty when nothing is asked."""
    if not details:
        return ""
    text = json.dumps(rows_of(details), sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def problem_with(detail: Detail, text: str, *, today: date) -> str:
    """Why a text is no answer, said to the person; empty when it is one."""
    said = text.strip()
    if not said:
        return f"{_ENTER[detail.kind]}: {detail.label}." if detail.is_required else ""
    if detail.kind is DetailKind.CHOICE:
        return "" if said in detail.choices else "Choose one of those listed."
    if detail.kind is DetailKind.DATE:
        return _problem_with_day(detail, said, today)
    return _problem_with_text(detail, said)


def _problem_with_text(detail: Detail, said: str) -> str:
    if len(said) > detail.most:
        return f"Keep it under {detail.most:,} characters; this has {len(said):,}."
    if hidden_sign(said, lines=True):
        return "Use letters, digits and signs only."
    if detail.kind is DetailKind.TEXT and len(said.splitlines()) > 1:
        return "Write it in one line."
    return ""


_ENTER = {
    DetailKind.TEXT: "Enter this",
    DetailKind.LONG_TEXT: "Write this",
    DetailKind.CHOICE: "Choose one",
    DetailKind.DATE: "Enter a day",
}


def _problem_with_day(detail: Detail, said: str, today: date) -> str:
    first, last = bounds_of(detail, today)
    try:
        wanted = parse_date(said)
    except CannotRead:
        return "Enter a day as year, month and day, for example 2027-05-14."
    if wanted < first:
        return f"Enter a day from {day(first)} on."
    if last and wanted > last:
        return f"Enter a day until {day(last)}."
    return ""


def bounds_of(detail: Detail, today: date) -> tuple[date, date | None]:
    """The first and the last day that can be entered; no day is in the past."""
    return max(today, detail.first_on or today), detail.last_on


def answers_to(
    details: Sequence[Detail], given: Mapping[str, str], *, today: date
) -> list[dict[str, str]]:
    """The answers as a request keeps them: name, label, value, and the words to show.

    Raises WrongDetails that names every wrong one, and names nobody asked for.
    """
    problems = {
        one.label: problem_with(one, given.get(one.name, ""), today=today) for one in details
    }
    wrong = {label: text for label, text in problems.items() if text}
    unasked = sorted(set(given) - {one.name for one in details})
    if wrong or unasked:
        raise WrongDetails(wrong, unasked)
    said = [(one, given.get(one.name, "").strip()) for one in details]
    return [
        {"name": one.name, "label": one.label, "value": text, "said": _said(one, text)}
        for one, text in said
        if text
    ]


def _said(detail: Detail, text: str) -> str:
    return day(parse_date(text)) if detail.kind is DetailKind.DATE else text
