"""What people see of what is missing for them, what the desk sees of it, and what is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.queries.instead import Missing
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.fulfillment.models import FulfillmentTask
from redemption.instead.models import Shortage
from redemption.instead.policies import missing_of
from redemption.instead.states import LIVE, ShortageState
from redemption.models import DeliveryAddress, Redemption, RedemptionLine
from redemption.policies import Address
from redemption.queries.addresses import address_of
from redemption.states import GIVEN_BACK, LineState

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class ShortagePage:
    """One line that can't be delivered for now, as its person sees it.

    `taken` is the reference of what they took instead.
    """

    id: int
    state: ShortageState
    reason: str
    answer_by: datetime
    reference: str
    facts: dict[str, Any]
    points: int
    missing: Missing
    address: Address | None
    taken: str

    @property
    def is_live(self) -> bool:
        """Whether there is something to choose."""
        return self.state in LIVE


_TAKEN = aliased(Redemption)


def shortage_page(actor: Actor, shortage_id: int) -> ShortagePage:
    """One's own. Raises NotFound for anyone else's."""
    found = _own(actor, Shortage.id == shortage_id)
    if found is None:
        raise NotFound("There is no such request, or it belongs to someone else.")
    return found


def has_shortage() -> sa.ColumnElement[bool]:
    """Whether something of a line is or was missing."""
    missing = sa.exists().where(Shortage.line_id == RedemptionLine.id)
    return missing.correlate(RedemptionLine)  # also where the shortage itself is read beside it


def shortage_on_line(actor: Actor, line_id: int) -> ShortagePage | None:
    """The one of a line of one's own; none where nothing was ever missing."""
    return _own(actor, Shortage.line_id == line_id)


def _own(actor: Actor, which: sa.ColumnElement[bool]) -> ShortagePage | None:
    row = session().execute(_of(actor).where(which)).one_or_none()
    return None if row is None else _page(row)


def _of(actor: Actor) -> sa.Select[*tuple[Any, ...]]:
    """Everything that is or was missing for somebody."""
    return (
        sa.select(
            Shortage,
            RedemptionLine,
            RedemptionLine.reference,
            DeliveryAddress,
            sa.func.coalesce(_TAKEN.reference, "").label("taken"),
        )
        .join(RedemptionLine, RedemptionLine.id == Shortage.line_id)
        .outerjoin(DeliveryAddress, DeliveryAddress.line_id == RedemptionLine.id)
        .outerjoin(_TAKEN, _TAKEN.id == Shortage.taken_id)
        .where(RedemptionLine.employee_id == actor.employee_id)
    )


def _page(row: Any) -> ShortagePage:
    line, shortage = row.RedemptionLine, row.Shortage
    return ShortagePage(
        id=shortage.id,
        state=shortage.state,
        reason=shortage.reason,
        answer_by=shortage.answer_by,
        reference=row.reference,
        facts=line.snapshot,
        points=line.points,
        missing=missing_of(line),
        address=address_of(row.DeliveryAddress),
        taken=row.taken,
    )


@dataclass(frozen=True, slots=True)
class ShortageRow:
    """One line of which the desk has none, and whether its person has said what should happen."""

    id: int
    reference: str
    name: str
    who: str
    state: ShortageState
    reason: str
    answer_by: datetime
    task_id: int


def live_shortages() -> list[ShortageRow]:
    """What is missing now, what has to be answered first on top."""
    rows = session().execute(
        sa.select(
            Shortage.id,
            RedemptionLine.reference,
            RedemptionLine.snapshot["name"].as_string(),
            Employee.name,
            Shortage.state,
            Shortage.reason,
            Shortage.answer_by,
            FulfillmentTask.id,
        )
        .join(RedemptionLine, RedemptionLine.id == Shortage.line_id)
        .join(Employee, Employee.id == RedemptionLine.employee_id)
        .join(FulfillmentTask, FulfillmentTask.line_id == RedemptionLine.id)
        .where(Shortage.state.in_(LIVE))
        .order_by(Shortage.answer_by, Shortage.id)
    )
    return [ShortageRow(*row) for row in rows]


def live_on_request(actor: Actor, reference: str) -> int:
    """The id of what is missing of one's own request. Raises NotFound where nothing is."""
    found = session().scalar(
        sa.select(Shortage.id)
        .join(RedemptionLine, RedemptionLine.id == Shortage.line_id)
        .where(
            RedemptionLine.reference == reference.upper(),
            RedemptionLine.employee_id == actor.employee_id,
            Shortage.state.in_(LIVE),
        )
        .order_by(Shortage.id)
    )
    if found is None:
        raise NotFound(f"Nothing is missing of {reference.upper()}. Look with: shortages list.")
    return found


def open_choices(actor: Actor) -> sa.ScalarSelect[int]:
    """How many choices somebody is asked to make."""
    return (
        sa.select(sa.func.count())
        .select_from(Shortage)
        .join(RedemptionLine, RedemptionLine.id == Shortage.line_id)
        .where(
            RedemptionLine.employee_id == actor.employee_id, Shortage.state == ShortageState.OPEN
        )
        .scalar_subquery()
    )


def to_choose(actor: Actor) -> list[ShortagePage]:
    """What somebody is asked about, what has to be answered first on top."""
    rows = session().execute(
        _of(actor).where(Shortage.state == ShortageState.OPEN).order_by(Shortage.answer_by)
    )
    return [_page(row) for row in rows]


def unanswered(*, at: datetime) -> list[int]:
    """Lines of which nobody said in time what should happen."""
    late = sa.select(Shortage.line_id).where(
        Shortage.state == ShortageState.OPEN, Shortage.answer_by <= at
    )
    return list(session().scalars(late.order_by(Shortage.id).limit(AT_ONCE)))


def sent_after_all() -> list[int]:
    """Lines that are live here though they were delivered, or are over."""
    gone = (
        sa.select(Shortage.line_id)
        .join(RedemptionLine, RedemptionLine.id == Shortage.line_id)
        .where(
            Shortage.state.in_(LIVE),
            RedemptionLine.state.in_(GIVEN_BACK | {LineState.FULFILLED}),
        )
    )
    return list(session().scalars(gone.order_by(Shortage.id).limit(AT_ONCE)))
