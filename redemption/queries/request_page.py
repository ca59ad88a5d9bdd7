"""What people see of one request: its state, what they can do, and its story."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
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
from marketplace.people.states import EmployeeStatus
from redemption.approvals.away.told import away_said, told_away
from redemption.approvals.clock import Times
from redemption.approvals.clock_words import Clock, closes_on
from redemption.approvals.models import (
    ApprovalAssignee,
    ApprovalClock,
    ApprovalNote,
    ApprovalStep,
)
from redemption.approvals.policies import for_whom, may_remind_at
from redemption.approvals.states import ASKED, NoteKind, StepState
from redemption.gifts.given import NOT_TAKEN, GivenGift
from redemption.models import (
    DeliveryAddress,
    LineRefund,
    Redemption,
    RedemptionEvent,
    RedemptionLine,
)
from redemption.policies import (
    Address,
    CancelObstacle,
    cancel_obstacle,
)
from redemption.queries.given import given_gift
from redemption.queries.standing import standing_columns, standing_in
from redemption.queries.usual_wait import usual_wait
from redemption.states import AFTER_SPENDING, LineState
from redemption.story import (
    Facts,
    Move,
    Refunded,
    Said,
    StepTold,
    TimelineItem,
    came_back,
    timeline,
    who_decides,
)


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
    can_still: str  # until when it can be canceled, while it can
    back_points: int  # what comes back when it is canceled now, by its terms

    @property
    def state_words(self) -> str:
        """The state for its owner: what needed no approval was never approved either."""
        if self.gift and self.state is LineState.APPROVED and not self.gift.is_taken:
            return NOT_TAKEN
        is_plain = self.state is LineState.APPROVED and not self.was_approved
        return (LineState.FULFILLING if is_plain else self.state).label


def request_page(actor: Actor, reference: str, *, at: datetime) -> RequestPage:
    """One line of one's own request. Raises NotFound for anyone else's."""
    row = session().execute(_own(actor, reference)).one_or_none()
    if row is None:
        raise NotFound("There is no such request, or it belongs to someone else.")
    line, returned = row.RedemptionLine, returned_of(row)
    facts = replace(facts_of(line, at=at), returned=returned)
    trip = line.snapshot["departure"]
    question, standing = _open_question(facts), standing_in(line, row)
    obstacle, terms = cancel_obstacle(standing, at=at), standing.terms
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
        cancel_obstacle=obstacle,
        remind_at=_remind_at(facts),
        open_question=question.text if question else "",
        question_from=question.who if question else "",
        story=tuple(timeline(facts)),
        was_approved=bool(facts.steps),
        closes=_closes(facts, at),
        came_back=came_back(returned),
        gift=facts.gift,
        can_still="" if obstacle else _can_still(line),
        back_points=terms.points_back(line.points)
        if line.state is LineState.FULFILLED
        else line.points,
    )


def _can_still(line: RedemptionLine) -> str:
    """Until when it can be canceled, in a sentence."""
    trip = line.snapshot["departure"]
    cutoff_on = date.fromisoformat(trip["cutoff_on"]) if trip else None
    terms = terms_in(line.snapshot["return_terms"])
    return cancel_words(terms, Kind(line.snapshot["kind"]), cutoff_on)


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
            among,
            *standing_columns(),
            *returned_columns(),
            *RATE,
        )
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .join(Hold, Hold.id == RedemptionLine.hold_id)
        .outerjoin(DeliveryAddress, DeliveryAddress.line_id == RedemptionLine.id)
        .join(Employee, Employee.id == Redemption.employee_id)
        .outerjoin(PointValueRate, rate_holds(Employee.country, utc_day(Redemption.submitted_at)))
        .where(
            RedemptionLine.reference == reference,
            RedemptionLine.employee_id == actor.employee_id,
        )
    )


def address_of(row: DeliveryAddress | None) -> Address | None:
    """A stored address as a value."""
    if row is None:
        return None
    return Address(row.recipient, row.street, row.postal_code, row.city, row.country)


def facts_of(line: RedemptionLine, *, at: datetime) -> Facts:
    """What the story of a line is made of; an answer counts once it took effect."""
    steps = _steps(line.id, at)
    return Facts(
        state=line.state,
        points=line.points,
        moves=_answered(_moves(line.id), steps),
        steps=steps,
        said=_said(line.id),
        refunds=refunds_of(line.id) if line.state in AFTER_SPENDING else (),
        next_steps=line.snapshot["next_steps"],
        is_own=line.snapshot["is_own"],
        counted=line.snapshot["counted"],
        needs_rest=line.snapshot["needs_rest"],
        gift=given_gift(line.id) if line.recipient_id is not None else None,
        decide_by=line.decide_by,
        usual=usual_wait(line.snapshot["kind"], at=at)
        if line.state is LineState.PENDING_APPROVAL
        else None,
    )


def refunds_of(line_id: int) -> list[Refunded]:
    """What came back of a line after it was spent, in order."""
    rows = session().execute(
        sa.select(LineRefund, Employee.name)
        .outerjoin(Employee, Employee.id == LineRefund.actor_id)
        .where(LineRefund.line_id == line_id)
        .order_by(LineRefund.seq)
    )
    return [
        Refunded(
            one.cause, one.units, one.points, one.kept_points, name or "Laurel", one.at, one.note
        )
        for one, name in rows
    ]


def _waits(state: LineState) -> bool:
    return state is LineState.PENDING_APPROVAL


def _moves(line_id: int) -> list[Move]:
    rows = session().execute(
        sa.select(RedemptionEvent, Employee.name)
        .outerjoin(Employee, Employee.id == RedemptionEvent.actor_id)
        .where(RedemptionEvent.line_id == line_id)
        .order_by(RedemptionEvent.seq)
    )
    return [Move(event.to_state, event.at, name or "Laurel", event.note) for event, name in rows]


def _answered(moves: list[Move], steps: list[StepTold]) -> list[Move]:
    """The moves, with whose answer a no was where somebody gave it in another's place."""
    no = next((step.decided_by for step in steps if step.state is StepState.DECLINED), "")
    return [replace(one, who=no) if no and one.to is LineState.DECLINED else one for one in moves]


def _steps(line_id: int, at: datetime) -> list[StepTold]:
    decider = aliased(Employee)
    rows = (
        session()
        .execute(
            sa.select(
                ApprovalStep,
                ApprovalClock,
                ApprovalAssignee.escalated_at,
                ApprovalAssignee.because,
                decider.name.label("decided_by"),
                away_said(at).label("away"),
                Employee.id,
                Employee.name,
                Employee.status,
            )
            .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
            .join(Employee, Employee.id == ApprovalAssignee.employee_id)
            .outerjoin(ApprovalClock, ApprovalClock.step_id == ApprovalStep.id)
            .outerjoin(decider, decider.id == ApprovalStep.decided_by_id)
            .where(ApprovalStep.line_id == line_id)
            .order_by(ApprovalStep.seq, ApprovalAssignee.id)
        )
        .all()
    )
    by_step = groupby(rows, key=lambda row: row.ApprovalStep)
    return [_step(step, list(asked)) for step, asked in by_step]


def _step(step: ApprovalStep, asked: list[Any]) -> StepTold:
    here = [row for row in asked if row.status == EmployeeStatus.ACTIVE] or asked
    decided = [for_whom(row.decided_by, row.name) for row in asked if row.id == step.asked_id]
    return StepTold(
        seq=step.seq,
        gate=step.gate,
        needed=step.needed,
        state=step.state,
        names=tuple(row.name for row in here),
        opened_at=step.opened_at,
        settled_at=step.settled_at,
        decided_by=decided[0] if step.settled_at is not None and decided else "",
        by_policy=step.by_policy,
        clock=_clock(asked[0].ApprovalClock, here),
        away=_away(here),
    )


def _away(here: list[Any]) -> tuple[str, ...]:
    """Who is away of those asked, who answers for them, and who is asked as others are away."""
    instead = {row.because: [] for row in here if row.because}
    for row in here:
        if row.because:
            instead[row.because].append(row.name)
    asked = [f"{why}, so {who_decides(names)} is asked" for why, names in instead.items()]
    return (*asked, *(told_away(row.name, row.away) for row in here if row.away))


def _clock(row: ApprovalClock | None, here: list[Any]) -> Clock | None:
    if row is None:
        return None
    return Clock(
        times=Times(row.remind_at, row.escalate_at, row.warn_at, row.closes_at, row.passes_at),
        reminded_at=row.reminded_at,
        escalated_at=row.escalated_at,
        looked_at=row.looked_at,
        kept_for=row.kept_for,
        asked=who_decides([one.name for one in here if one.escalated_at is None]),
        added=who_decides([one.name for one in here if one.escalated_at is not None]),
    )


def _said(line_id: int) -> list[Said]:
    rows = session().execute(
        sa.select(ApprovalNote.kind, Employee.name, ApprovalNote.text, ApprovalNote.at)
        .join(Employee, Employee.id == ApprovalNote.author_id)
        .where(ApprovalNote.line_id == line_id)
        .order_by(ApprovalNote.id)
    )
    return [Said(*row) for row in rows]


def _open_question(facts: Facts) -> Said | None:
    """The last question, unless it was answered or nobody waits any more."""
    talk = [said for said in facts.said if said.kind is not NoteKind.REMINDER]
    if (
        facts.state is not LineState.PENDING_APPROVAL
        or not talk
        or talk[-1].kind is NoteKind.ANSWER
    ):
        return None
    return talk[-1]


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
