"""What a line has that can be sent back, a person's returns, and the desk's pile of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.return_terms import ReturnTerms, terms_in
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.fulfillment.models import FulfillmentTask, Shipment, ShipmentEvent
from redemption.fulfillment.queries import units_going_back
from redemption.fulfillment.states import ShipmentState
from redemption.models import RedemptionLine
from redemption.queries import named
from redemption.sending_back.models import GoodsReturn, ReturnEvent
from redemption.sending_back.policies import Arrived, ReturnFacts, arrived_on
from redemption.sending_back.states import OPEN, ReturnState

LISTED = 100


def return_facts(line: RedemptionLine) -> ReturnFacts:
    """What the rules look at, of a line as it stands."""
    own_word = sa.exists().where(
        ShipmentEvent.shipment_id == Shipment.id,
        ShipmentEvent.to_state == ShipmentState.DELIVERED,
        ShipmentEvent.actor_id == line.holder_id,
    )
    rows = session().execute(
        sa.select(Shipment.delivered_at, Shipment.sent_on, Shipment.units, own_word)
        .join(FulfillmentTask, FulfillmentTask.id == Shipment.task_id)
        .where(FulfillmentTask.line_id == line.id, Shipment.state == ShipmentState.DELIVERED)
    )
    arrived = [
        Arrived(arrived_on(at.date(), sent_on, is_own_word=is_own), units)
        for at, sent_on, units, is_own in rows
        if at is not None
    ]
    terms = terms_in(line.snapshot["return_terms"])
    return ReturnFacts(line.state, terms, arrived, units_going_back(line.id))


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """One return, for its person and for the desk."""

    id: int
    number: int
    units: int
    percent: int
    reason: str
    state: ReturnState
    due_on: date
    answer: str
    received_units: int
    damaged_units: int
    asked_at: datetime
    facts: dict[str, Any]
    quantity: int
    unit_points: int
    reference: str
    employee_id: int
    for_whom: str

    @property
    def terms(self) -> ReturnTerms:
        """The terms that the request was made under."""
        return terms_in(self.facts["return_terms"])

    @property
    def points(self) -> int:
        """What comes back when all of it arrives, never more than is left of what was spent."""
        return self.units * self.unit_points * self.percent // 100

    def is_late(self, today: date) -> bool:
        """Whether the desk, or what was sent, is overdue."""
        return self.state in OPEN and self.due_on < today


_ROW = (
    sa.select(
        *(
            getattr(GoodsReturn, name)
            for name in ReturnRow.__dataclass_fields__
            if hasattr(GoodsReturn, name) and name != "employee_id"
        ),
        RedemptionLine.snapshot.label("facts"),
        RedemptionLine.quantity,
        RedemptionLine.unit_points,
        RedemptionLine.reference,
        GoodsReturn.employee_id,
        Employee.name.label("for_whom"),
    )
    .join(RedemptionLine, RedemptionLine.id == GoodsReturn.line_id)
    .join(Employee, Employee.id == GoodsReturn.employee_id)
)


def _row(found: Any) -> ReturnRow:
    return ReturnRow(**found._asdict())


def returns_of(line_id: int) -> list[ReturnRow]:
    """The returns of a line, the newest first."""
    wanted = _ROW.where(GoodsReturn.line_id == line_id).order_by(GoodsReturn.number.desc())
    return [_row(found) for found in session().execute(wanted)]


def pile(*, is_open: bool = True) -> list[ReturnRow]:
    """The returns that wait for the desk or the post, or those that are over."""
    which = GoodsReturn.state.in_(OPEN) if is_open else GoodsReturn.state.not_in(OPEN)
    order = (GoodsReturn.due_on, GoodsReturn.id) if is_open else (GoodsReturn.changed_at.desc(),)
    return [
        _row(one) for one in session().execute(_ROW.where(which).order_by(*order).limit(LISTED))
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a return."""

    to: ReturnState
    who: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class ReturnPage:
    """Everything to decide on a return by."""

    row: ReturnRow
    story: tuple[Step, ...]


def return_page(return_id: int) -> ReturnPage:
    """One return with its story, for the desk. Raises NotFound."""
    found = session().execute(_ROW.where(GoodsReturn.id == return_id)).one_or_none()
    if found is None:
        raise NotFound("There is no such return.")
    rows = session().execute(
        sa.select(ReturnEvent, Employee.name)
        .outerjoin(Employee, Employee.id == ReturnEvent.actor_id)
        .where(ReturnEvent.return_id == return_id)
        .order_by(ReturnEvent.seq)
    )
    story = tuple(Step(one.to_state, name or "Laurel", one.at, one.note) for one, name in rows)
    return ReturnPage(_row(found), story)


@dataclass(frozen=True, slots=True)
class OwnLine:
    """A line of one's own and what can be sent back of it."""

    line_id: int
    reference: str
    snapshot: dict[str, Any]
    unit_points: int
    facts: ReturnFacts


def own_line(actor: Actor, reference: str) -> OwnLine:
    """The line of one's own request. Raises NotFound."""
    line = session().get_one(RedemptionLine, named.own_line(actor, reference))
    if line.recipient_id is not None:
        raise NotFound("A gift can't be sent back: it belongs to the colleague who took it.")
    return OwnLine(line.id, reference, line.snapshot, line.unit_points, return_facts(line))


def own_returns(actor: Actor, line_id: int) -> tuple[RedemptionLine, list[ReturnRow]] | None:
    """A line of one's own that goods are returned of or may be; None for any other."""
    line = session().get(RedemptionLine, line_id)
    if line is None or line.recipient_id is not None or line.employee_id != actor.employee_id:
        return None
    return line, returns_of(line_id)
