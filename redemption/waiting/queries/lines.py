"""The lines as those who order see them: how many wait for what, since when, and who."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.models import UNITS_AT_HAND, Departure, Reward, Variant, VariantStock
from catalog.offers import telling_label
from catalog.queries.rows import Row
from catalog.states import Kind
from catalog.trips.models import Trip
from catalog.trips.states import LineRule
from catalog.trips.terms import USUAL
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Department, Employee
from redemption.waiting.models import Wait
from redemption.waiting.states import LIVE, WaitState


@dataclass(frozen=True, slots=True)
class LineRow:
    """The line for one variant. `at_hand` none: as many as are asked for.

    `waiting` people could take theirs now, `units` in all; `paused` people are short of points;
    `kept` units are offered to somebody. `line_rule` none: it is no departure.
    """

    variant_id: int
    reward_id: int
    name: str
    choice: str
    sku: str
    waiting: int
    paused: int
    kept: int
    since: datetime
    at_hand: int | None
    units: int
    line_rule: LineRule | None

    @property
    def still_needed(self) -> int:
        """How many more it takes so that everyone who can pay for theirs gets them."""
        return 0 if self.at_hand is None else max(0, self.units - self.at_hand)


@dataclass(frozen=True, slots=True)
class Waiter:
    """Somebody in a line for so many units. `place` is 0 once they are kept for them."""

    place: int
    name: str
    department: str
    state: WaitState
    units: int
    joined_at: datetime
    kept_until: datetime | None


def lines() -> list[LineRow]:
    """Every line, the longest first."""
    return sorted(_lines(), key=lambda row: (-row.still_needed, -row.waiting, row.since))


def one_line(variant_id: int) -> tuple[LineRow, list[Waiter]]:
    """One line with those who stand in it. Raises NotFound where nobody waits."""
    found = _lines(Wait.variant_id == variant_id)
    if not found:
        raise NotFound("Nobody waits in this line any more. The list shows the lines there are.")
    return found[0], _waiters(variant_id)


def variant_with(sku: str) -> int:
    """The id of the variant with an SKU. Raises NotFound."""
    found = session().scalar(sa.select(Variant.id).where(Variant.sku == sku.strip()))
    if found is None:
        raise NotFound(f"No variant has the SKU {sku.strip()!r}. Look with: catalog variants.")
    return found


def _counted(state: WaitState) -> sa.ColumnElement[int]:
    return sa.func.count().filter(Wait.state == state)


def _units_of(state: WaitState) -> sa.ColumnElement[int]:
    return sa.func.coalesce(sa.func.sum(Wait.units).filter(Wait.state == state), 0)


def _lines(*which: sa.ColumnElement[bool]) -> list[LineRow]:
    states = (WaitState.WAITING, WaitState.PAUSED)
    rows = session().execute(
        sa.select(
            Variant.id,
            Reward.id.label("reward_id"),
            Reward.name,
            Reward.kind,
            Variant.label,
            Variant.sku,
            *(_counted(state).label(state.value) for state in states),
            sa.func.min(Wait.joined_at).label("since"),
            UNITS_AT_HAND.label("at_hand"),
            _units_of(WaitState.WAITING).label("units"),
            _units_of(WaitState.OFFERED).label("kept"),
            Departure.variant_id.label("departure_id"),
            Trip.line_rule,
        )
        .select_from(Wait)
        .join(Variant, Variant.id == Wait.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .join(VariantStock, VariantStock.variant_id == Variant.id)
        .outerjoin(Departure, Departure.variant_id == Variant.id)
        .outerjoin(Trip, Trip.reward_id == Reward.id)
        .where(Wait.state.in_(LIVE), *which)
        .group_by(
            Variant.id,
            Reward.id,
            VariantStock.variant_id,
            Departure.variant_id,
            Trip.reward_id,
        )
    )
    return [_line_row(row) for row in rows]


def _line_row(row: Row) -> LineRow:
    return LineRow(
        variant_id=row.id,
        reward_id=row.reward_id,
        name=row.name,
        choice=telling_label(row.label, Kind(row.kind)),
        sku=row.sku,
        waiting=row.waiting,
        paused=row.paused,
        kept=row.kept,
        since=row.since,
        at_hand=row.at_hand,
        units=row.units,
        line_rule=(row.line_rule or USUAL.line_rule) if row.departure_id else None,
    )


def _waiters(variant_id: int) -> list[Waiter]:
    rows = session().execute(
        sa.select(
            Employee.name,
            sa.func.coalesce(Department.name, "").label("department"),
            Wait.state,
            Wait.units,
            Wait.joined_at,
            Wait.kept_until,
        )
        .join(Employee, Employee.id == Wait.employee_id)
        .outerjoin(Department, Department.id == Employee.department_id)
        .where(Wait.variant_id == variant_id, Wait.state.in_(LIVE))
        .order_by(Wait.state != WaitState.OFFERED, Wait.id)
    )
    found, place = [], 0
    for row in rows:
        place += row.state is not WaitState.OFFERED
        found.append(Waiter(place if row.state is not WaitState.OFFERED else 0, *row))
    return found
