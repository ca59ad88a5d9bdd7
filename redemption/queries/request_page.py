"""What people see of one request: its state, what they can do, and its story."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.return_terms import cancel_words, terms_in
from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.utc_day import utc_day
from marketplace.ledger.models import Hold, PointValueRate
from marketplace.ledger.queries import (
    RATE,
    rate_holds,
    rate_of,
    returned_columns,
    returned_of,
)
from marketplace.ledger.worth import about_words
from marketplace.people.models import Employee
from redemption.approvals.clock_words import closes_on
from redemption.approvals.policies import may_remind_at
from redemption.approvals.states import ASKED, NoteKind, StepState
from redemption.gifts.given import NOT_TAKEN, GivenGift
from redemption.instead.models import Shortage
from redemption.instead.states import LIVE, ShortageState
from redemption.journeys.dates import as_begun
from redemption.models import (
    DeliveryAddress,
    Redemption,
    RedemptionLine,
)
from redemption.panels import PanelMaker, makers_in, panel_columns
from redemption.policies import (
    Address,
    CancelObstacle,
    cancel_obstacle,
    percent_back,
    trip_days,
)
from redemption.queries.addresses import address_of
from redemption.queries.facts import facts_in, story_columns
from redemption.queries.standing import standing_columns, standing_in
from redemption.queries.under_way import is_under_way
from redemption.roll_up import ON_ITS_WAY
from redemption.states import LineState
from redemption.story import Facts, Missing, TimelineItem, open_question, timeline
from redemption.words import came_back


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One request as its owner sees it."""

    reference: str
    whole: str  # the request it stands in together with others; empty where it is alone
    among: int  # lines of that request
    line_id: int
    snapshot: dict[str, Any]
    quantity: int
    points: int
    about: str  # what its points were worth on the day it was asked for: `about €480`
    state: LineState
    submitted_at: datetime
    address: Address | None
    starts_on: date | None
    ends_on: date | None
    cancel_obstacle: CancelObstacle | None
    remind_at: datetime | None  # from when on a reminder may be sent; None: nobody is asked
    open_question: str
    question_from: str
    story: tuple[TimelineItem, ...]
    was_approved: bool  # somebody had to say yes
    closes: str  # from the working day before it does: `Closes on Friday, 4 Dec 2026 …`
    came_back: str  # what became of the points, once they came back
    gift: GivenGift | None  # to a colleague; none where it is for oneself
    can_still: str  # until when it can be canceled, by its terms
    back_points: int  # what comes back when it is canceled now, by its terms
    kept_points: int  # what stays spent then
    percent_back: int  # the share that is
    missing: Missing | None  # there is none to send for now
    is_under_way: bool  # it left and has not arrived yet
    makers: tuple[PanelMaker, ...]  # of the panels that other rooms add

    @property
    def state_words(self) -> str:
        """The state for its owner: what needed no approval was never approved either."""
        if self.gift and self.state is LineState.APPROVED and not self.gift.is_taken:
            return NOT_TAKEN
        if self.is_under_way:
            return ON_ITS_WAY
        is_plain = self.state is LineState.APPROVED and not self.was_approved
        return (LineState.FULFILLING if is_plain else self.state).label


def request_page(actor: Actor, reference: str, *, at: datetime) -> RequestPage:
    """One line of one's own request. Raises NotFound for anyone else's."""
    row = session().execute(_own(actor, reference)).one_or_none()
    if row is None:
        raise NotFound("There is no such request, or it belongs to someone else.")
    line, returned, missing = row.RedemptionLine, returned_of(row), _missing(row.Shortage)
    facts = replace(facts_in(line, row, at=at), returned=returned, missing=missing)
    trip = line.snapshot["departure"]
    question = open_question(facts)
    return RequestPage(
        reference=reference,
        whole=row.Redemption.reference if line.reference != row.Redemption.reference else "",
        among=row.among,
        line_id=line.id,
        snapshot=line.snapshot,
        quantity=line.quantity,
        points=line.points,
        about=about_words(rate_of(row), line.points),
        state=line.state,
        submitted_at=row.Redemption.submitted_at,
        address=None if facts.gift else address_of(row.DeliveryAddress),
        starts_on=date.fromisoformat(trip["starts_on"]) if trip else None,
        ends_on=date.fromisoformat(trip["ends_on"]) if trip else None,
        remind_at=_remind_at(facts),
        open_question=question.text if question else "",
        question_from=question.who if question else "",
        story=tuple(timeline(facts)),
        was_approved=bool(facts.steps),
        closes=_closes(facts, at),
        came_back=came_back(returned),
        gift=facts.gift,
        missing=missing,
        is_under_way=row.is_under_way,
        makers=makers_in(row),
        **_when_canceled(line, row, facts, at),
    )


def _when_canceled(line: RedemptionLine, row: Any, facts: Facts, at: datetime) -> dict[str, Any]:
    """Whether and until when it can be canceled, and what came back if it were now."""
    held = as_begun(line.snapshot, row.begins_on)
    percent = _percent_back(line, held, at)
    back, kept = _coming_back(line, facts, percent)
    return {
        "cancel_obstacle": cancel_obstacle(standing_in(line, row), at=at),
        "can_still": _can_still(line, held),
        "back_points": back,
        "kept_points": kept,
        "percent_back": percent,
    }


def _percent_back(line: RedemptionLine, held: dict[str, Any], at: datetime) -> int:
    return percent_back(held, at=at) if line.state is LineState.FULFILLED else 100


def _coming_back(line: RedemptionLine, facts: Facts, percent: int) -> tuple[int, int]:
    """Of the points that are not back how many come back, as a refund rounds, and how many not."""
    before = line.returned_units * line.unit_points
    share = line.points * percent // 100 - before * percent // 100
    rest = line.points - sum(one.points for one in facts.refunds)
    return min(rest, share), rest - min(rest, share)


def _missing(row: Shortage | None) -> Missing | None:
    if row is None or row.state not in LIVE:
        return None
    return Missing(row.answer_by, is_awaited=row.state is ShortageState.WAITS)


def _can_still(line: RedemptionLine, held: dict[str, Any]) -> str:
    """Until when it can be canceled, in a sentence."""
    trip = trip_days(held, line.points)
    return cancel_words(terms_in(held["return_terms"]), Kind(held["kind"]), trip)


def _own(actor: Actor, reference: str) -> sa.Select[*tuple[Any, ...]]:
    """One's own request with what became of its points, and the rate of the day it was made."""
    beside = aliased(RedemptionLine)
    among = (
        sa.select(sa.func.count())
        .where(beside.redemption_id == Redemption.id)
        .scalar_subquery()
        .label("among")
    )
    return (
        sa.select(
            Redemption,
            RedemptionLine,
            DeliveryAddress,
            Shortage,
            among,
            is_under_way(),
            *story_columns(),
            *panel_columns(),
            *standing_columns(),
            *returned_columns(),
            *RATE,
        )
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .join(Hold, Hold.id == RedemptionLine.hold_id)
        .outerjoin(DeliveryAddress, DeliveryAddress.line_id == RedemptionLine.id)
        .outerjoin(Shortage, Shortage.line_id == RedemptionLine.id)
        .join(Employee, Employee.id == Redemption.employee_id)
        .outerjoin(PointValueRate, rate_holds(Employee.country, utc_day(Redemption.submitted_at)))
        .where(
            RedemptionLine.reference == reference,
            RedemptionLine.employee_id == actor.employee_id,
        )
    )


def _waits(state: LineState) -> bool:
    return state is LineState.PENDING_APPROVAL


def _closes(facts: Facts, at: datetime) -> str:
    clocks = [step.clock for step in facts.steps if step.state is StepState.OPEN and step.clock]
    is_near = any(at >= clock.times.warn_at for clock in clocks)
    if not _waits(facts.state) or facts.decide_by is None or not is_near:
        return ""
    return closes_on(facts.decide_by)


def _remind_at(facts: Facts) -> datetime | None:
    opened = [one.opened_at for one in facts.steps if one.state in ASKED and one.opened_at]
    if not _waits(facts.state) or not opened:
        return None
    nudges = [said.at for said in facts.said if said.kind is NoteKind.REMINDER]
    return may_remind_at(opened[0], nudges[-1] if nudges else None)
