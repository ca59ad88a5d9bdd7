"""What a line has that can be sent back, a person's returns, and the desk's pile of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.return_terms import ReturnTerms, terms_in
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.json_rows import moment_in, rows_as_json, rows_in
from marketplace.people.models import Employee
from redemption.fulfillment.models import FulfillmentTask, Shipment, ShipmentEvent
from redemption.fulfillment.queries import going_back
from redemption.fulfillment.states import ShipmentState
from redemption.models import RedemptionLine
from redemption.policies import DELIVERED
from redemption.queries import named
from redemption.sending_back.models import GoodsReturn, ReturnEvent
from redemption.sending_back.policies import Arrived, ReturnFacts, arrived_on
from redemption.sending_back.states import OPEN, ReturnState
from redemption.states import AFTER_SPENDING

LISTED = 100


_OWN_WORD = (
    sa.exists()
    .where(
        ShipmentEvent.shipment_id == Shipment.id,
        ShipmentEvent.to_state == ShipmentState.DELIVERED,
        ShipmentEvent.actor_id == RedemptionLine.holder_id,
    )
    .correlate(Shipment, RedemptionLine)
    .label("own_word")
)
_ARRIVED = rows_as_json(
    sa.select(Shipment.delivered_at, Shipment.sent_on, Shipment.units, _OWN_WORD)
    .join(FulfillmentTask, FulfillmentTask.id == Shipment.task_id)
    .where(
        FulfillmentTask.line_id == RedemptionLine.id,
        Shipment.state == ShipmentState.DELIVERED,
        Shipment.delivered_at.is_not(None),
    )
    .correlate(RedemptionLine)
).label("arrived")
_GONE = going_back(RedemptionLine.id).label("gone")


def return_facts(line: RedemptionLine) -> ReturnFacts:
    """What the rules look at, of a line as it stands."""
    known = sa.select(_ARRIVED, _GONE).where(RedemptionLine.id == line.id)
    return _facts(line, session().execute(known).one())


def _arrived(at: str, sent_on: str, units: int, is_own_word: int) -> Arrived:
    said, sent = moment_in(at).date(), date.fromisoformat(sent_on)
    return Arrived(arrived_on(said, sent, is_own_word=bool(is_own_word)), units)


def _facts(line: RedemptionLine, row: Any) -> ReturnFacts:
    arrived = [
        Arrived(
            arrived_on(moment_in(at).date(), date.fromisoformat(sent_on), is_own_word=bool(is_own)),
            units,
        )
        for at, sent_on, units, is_own in rows_in(row.arrived)
    ]
    return ReturnFacts(line.state, terms_in(line.snapshot["return_terms"]), arrived, row.gone)


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


_COLUMNS = (
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
_ROW = (
    sa.select(*_COLUMNS)
    .join(RedemptionLine, RedemptionLine.id == GoodsReturn.line_id)
    .join(Employee, Employee.id == GoodsReturn.employee_id)
)


def _row(found: Any) -> ReturnRow:
    names = ReturnRow.__dataclass_fields__
    return ReturnRow(**{name: getattr(found, name) for name in names})


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


def may_be_returned() -> sa.ColumnElement[bool]:
    """Whether something of a line came back after it was spent, or may by its terms."""
    days = RedemptionLine.snapshot["return_terms", "return_days"].as_integer()
    was_asked = sa.exists().where(GoodsReturn.line_id == RedemptionLine.id)
    is_sent = RedemptionLine.snapshot["kind"].as_string().in_([kind.value for kind in DELIVERED])
    is_spent = RedemptionLine.state.in_(AFTER_SPENDING)
    return sa.and_(is_spent, is_sent, sa.or_(days > 0, was_asked))


@dataclass(frozen=True, slots=True)
class OwnReturns:
    """What the rules say of a line of one's own, and its returns, the newest first."""

    facts: ReturnFacts
    rows: tuple[ReturnRow, ...]


def own_returns(actor: Actor, line_id: int) -> OwnReturns | None:
    """The returns of a line that is the actor's and no gift; None for any other."""
    found = (
        session()
        .execute(
            sa.select(RedemptionLine, _ARRIVED, _GONE, *_COLUMNS)
            .outerjoin(GoodsReturn, GoodsReturn.line_id == RedemptionLine.id)
            .outerjoin(Employee, Employee.id == GoodsReturn.employee_id)
            .where(
                RedemptionLine.id == line_id,
                RedemptionLine.employee_id == actor.employee_id,
                RedemptionLine.recipient_id.is_(None),
            )
            .order_by(GoodsReturn.number.desc())
        )
        .all()
    )
    if not found:
        return None
    rows = tuple(_row(one) for one in found if one.id is not None)
    return OwnReturns(_facts(found[0].RedemptionLine, found[0]), rows)
