"""A person's own points: the balance, every entry and its story, and the same as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.kernel.tabular.writing import OutValue
from marketplace.ledger.queries import Points, points_of
from marketplace.ledger.queries.balances import Columns, Row, Statement, widened
from marketplace.ledger.queries.statement import (
    SOURCES,
    StatementEntry,
    points_statement,
    whole_statement,
)
from marketplace.ledger.states import TransferKind
from marketplace.ledger.stories import Entry, Story, stories_of
from marketplace.ledger.worth import about_words
from marketplace.web.arguments import id_asked
from marketplace.web.downloads import csv_download
from marketplace.web.filters import day
from marketplace.web.navigation import HomeCard, home_card, rows_beside_counts
from marketplace.web.pages import current_actor, render_page, requires
from marketplace.web.shell import Balance, show_balance

bp = Blueprint("points", __name__)


KIND_WORDS = {
    TransferKind.GRANT: "Earned",
    TransferKind.CAPTURE: "Spent",
    TransferKind.REFUND: "Given back",
    TransferKind.GRACE: "Extended",
    TransferKind.EXPIRY: "Expired",
    TransferKind.CLAW_BACK: "Taken back",
    TransferKind.HOLD: "Set aside",
}
KIND_ICONS = {
    TransferKind.GRANT: "sparkles",
    TransferKind.CAPTURE: "gift",
    TransferKind.REFUND: "undo-2",
    TransferKind.GRACE: "calendar-plus",
    TransferKind.EXPIRY: "hourglass",
    TransferKind.CLAW_BACK: "corner-up-left",
    TransferKind.HOLD: "clock",
}
SOURCE_WORDS = {
    "earned": "Earned",
    "spent": "Spent",
    "returned": "Given back",
    "expired": "Expired",
    "corrected": "Taken back",
}
CSV_COLUMNS = ("Date", "What", "Why", "How it came about", "Points", "Balance", "Reference")


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry as the page and the file show it."""

    kind: str
    icon: str
    what: str
    title: str
    facts: tuple[tuple[str, str], ...]
    path: str | None
    day: str
    at: datetime
    points: int
    balance: int | None
    until: str | None
    reference: str


def points_now(actor: Actor, at: datetime) -> Points:
    """The actor's points, read once per request however many parts of the page ask."""
    known = _known_points()
    if actor.id not in known:
        rows = partial(rows_beside_counts, actor)
        known[actor.id] = points_of(actor.id, at=at, rows=rows)
    return known[actor.id]


def points_beside(
    actor: Actor, at: datetime, columns: Columns, values: dict[str, Any]
) -> tuple[Points, Row]:
    """The actor's points as `points_now`, and a row with columns of the page's own.

    All in one statement. `columns` are made once and kept.
    """
    read: list[Row] = []

    def rows(statement: Statement, asked: dict[str, Any]) -> Sequence[Any]:
        read.extend(rows_beside_counts(actor, widened(statement, columns), asked | values))
        return read

    points = _known_points()[actor.id] = points_of(actor.id, at=at, rows=rows)
    return points, read[0]


def _known_points() -> dict[int, Points]:
    return request.environ.setdefault("laurel.points", {})


@show_balance
def balance_of(actor: Actor, at: datetime) -> Balance:
    """What the points pill shows."""
    points = points_now(actor, at)
    return Balance(
        points.available, points.held, points.expiring_soon, partial(about_words, points.value)
    )


@home_card(order=30)
def expiring_card(actor: Actor, at: datetime) -> HomeCard | None:
    """Points that end soon, while there is time to enjoy them."""
    points = points_now(actor, at)
    if not points.expiring_on:
        return None
    return HomeCard(
        title=f"{points.expiring_soon:,} points end soon",
        text=f"The first of them on {day(points.expiring_on)}. What would you look forward to?",
        url=url_for("points.show"),
        action="See your points",
        icon="hourglass",
    )


@bp.get("/points")
@requires(Permission.POINTS_VIEW_OWN)
def show() -> ResponseReturnValue:
    """Balance, what is set aside, and every entry with its reason."""
    actor, source, before = current_actor(), _source(), id_asked("before")
    statement = points_statement(actor.id, source=source, before=before)
    stories = _stories([*statement.set_aside, *statement.entries])
    return render_page(
        "ledger/points.html",
        points=points_now(actor, clock.now()),
        entries=[_row(entry, stories) for entry in statement.entries],
        set_aside=[_row(entry, stories) for entry in statement.set_aside],
        sources=_source_links(source),
        source_word=SOURCE_WORDS.get(source or "", ""),
        next_href=statement.before and url_for(".show", source=source, before=statement.before),
        first_href=before and url_for(".show", source=source),
    )


@bp.get("/points.csv")
@requires(Permission.POINTS_VIEW_OWN)
def download() -> ResponseReturnValue:
    """Every entry as a file that a spreadsheet opens safely."""
    rows = _csv_rows(current_actor().id)
    return csv_download(rows, CSV_COLUMNS, f"points-{clock.today()}.csv")


def _source() -> str | None:
    given = request.args.get("source", "")
    if given and given not in SOURCES:
        raise BadInput("There is no such kind of entry. Choose one of those above the list.")
    return given or None


def _source_links(current: str | None) -> list[dict[str, object]]:
    links = [{"label": "All", "href": url_for(".show"), "is_current": current is None}]
    return links + [
        {"label": word, "href": url_for(".show", source=name), "is_current": name == current}
        for name, word in SOURCE_WORDS.items()
    ]


def _stories(entries: list[StatementEntry]) -> dict[int, Story]:
    return stories_of(Entry(entry.transfer_id, entry.reference) for entry in entries)


def _row(entry: StatementEntry, stories: dict[int, Story]) -> EntryRow:
    story = stories.get(entry.transfer_id) or Story(entry.reason)
    return EntryRow(
        kind=entry.kind.value,
        icon=KIND_ICONS[entry.kind],
        what=KIND_WORDS[entry.kind],
        title=story.title,
        facts=story.facts,
        path=story.path,
        day=day(entry.posted_at),
        at=entry.posted_at,
        points=entry.points,
        balance=entry.balance,
        until=day(entry.until) if entry.until else None,
        reference=entry.reference,
    )


def _csv_rows(employee_id: int) -> Iterator[tuple[OutValue, ...]]:
    for part in whole_statement(employee_id):
        stories = _stories(part)
        for row in (_row(entry, stories) for entry in part):
            yield (
                row.at.date(),
                row.what,
                row.title,
                " ".join(f"{label}: {text}." for label, text in row.facts),
                row.points,
                row.balance,
                row.reference,
            )
