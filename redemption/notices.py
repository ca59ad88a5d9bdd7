"""Letters to the person who asked: it arrived, it was answered, it ended."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.ledger.queries import Returned, returned_from
from marketplace.people.models import Employee
from marketplace.people.queries import Person, people_by_id, person
from marketplace.web.letters import write_letter
from redemption.approvals.away.models import Absence
from redemption.approvals.away.reach import keeps_role, stands_in
from redemption.approvals.models import ApprovalAssignee, ApprovalStep
from redemption.approvals.policies import for_whom
from redemption.approvals.states import ASKED
from redemption.models import LineRefund, Redemption, RedemptionEvent, RedemptionLine
from redemption.states import LineState, RefundCause
from redemption.words import GateTold, came_back, counts_with, title_of, why_asked

OUTCOMES = {
    LineState.APPROVED: "approved",
    LineState.DECLINED: "declined",
    LineState.WITHDRAWN: "cancelled",
    LineState.CANCELLED: "cancelled",
    LineState.REFUNDED: "cancelled",
    LineState.EXPIRED: "request_expired",
    LineState.FAILED: "request_failed",
}
# The letter about several lines of a request that ended at the same moment.
SEVERAL = {"cancelled": "several_cancelled", "request_expired": "several_expired"}
BEING_MADE = frozenset({LineState.FULFILLING, LineState.FULFILLED})


@dataclass(frozen=True, slots=True)
class About:
    """What a letter about a request says."""

    line_id: int
    reference: str
    asker: Person
    holder: Person  # who gets it: a colleague where it is a gift
    name: str
    thing: str  # the same without how many, where a letter is about some of them
    label: str
    points: int
    state: LineState
    starts_on: date | None
    ends_on: date | None
    decide_by: datetime | None
    next_steps: str
    who: str  # who answered or ended it
    reason: str
    returned: Returned  # what became of the points, once they came back
    is_own: bool  # who asked had a hand in its terms
    counts_with: str  # what nobody would be asked so without: `2 requests before`

    @property
    def is_gift(self) -> bool:
        """Whether a colleague pays for it."""
        return self.asker.id != self.holder.id

    @property
    def shortfall(self) -> str:
        """Why not all points that came back can be spent again; empty when they can."""
        return came_back(self.returned) if self.returned.usable < self.points else ""


def about_line(line_id: int) -> About:
    """The facts of one line for its letters."""
    line = session().get_one(RedemptionLine, line_id, populate_existing=True)
    last = (
        session()
        .execute(
            sa.select(RedemptionEvent.actor_id, RedemptionEvent.note)
            .where(RedemptionEvent.line_id == line_id, RedemptionEvent.to_state.not_in(BEING_MADE))
            .order_by(RedemptionEvent.seq.desc())
            .limit(1)
        )
        .one()
    )
    said, trip = line.snapshot, line.snapshot["departure"]
    return About(
        line_id=line_id,
        reference=line.reference,
        asker=person(line.employee_id),
        holder=person(line.holder_id),
        name=title_of(said),
        thing=said["name"],
        label=said["label"],
        points=line.points,
        state=line.state,
        starts_on=date.fromisoformat(trip["starts_on"]) if trip else None,
        ends_on=date.fromisoformat(trip["ends_on"]) if trip else None,
        decide_by=line.decide_by,
        next_steps=said["next_steps"],
        who=_who_ended(line_id, last.actor_id),
        reason=last.note,
        returned=returned_from(line.hold_id),
        is_own=said["is_own"],
        counts_with=counts_with(said["counted"], needs_rest=said["needs_rest"]),
    )


def _who_ended(line_id: int, actor_id: int | None) -> str:
    """Who moved a line last, with whose answer that was where it was one in another's place."""
    if actor_id is None:
        return "Laurel"
    asked_id = session().scalar(
        sa.select(ApprovalStep.asked_id)
        .where(ApprovalStep.line_id == line_id, ApprovalStep.decided_by_id == actor_id)
        .limit(1)
    )
    people = people_by_id({actor_id, asked_id or actor_id})
    return for_whom(people[actor_id].name, people[asked_id or actor_id].name)


def write_received(line_id: int, *, at: datetime) -> None:
    """Tell the requester that the request arrived, and who decides; of several lines once."""
    whole, lines = beside(line_id)
    if len(lines) > 1:
        if line_id == lines[0]:
            _write_several(whole, lines, at)
        return
    about = about_line(line_id)
    write_letter(
        "redemption_received",
        to=about.asker,
        key=f"redemption_received:{line_id}",
        at=at,
        about=about,
        deciders=_deciders(line_id),
        why=why_asked(is_own=about.is_own, counts_with=about.counts_with),
    )


def beside(line_id: int) -> tuple[str, list[int]]:
    """The reference of the whole request, and its lines in their order."""
    own = sa.select(RedemptionLine.redemption_id).where(RedemptionLine.id == line_id)
    rows = session().execute(
        sa.select(Redemption.reference, RedemptionLine.id)
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .where(Redemption.id == own.scalar_subquery())
        .order_by(RedemptionLine.position)
    )
    found = rows.all()
    return found[0].reference, [row.id for row in found]


def _write_several(reference: str, lines: list[int], at: datetime) -> None:
    told = [(about_line(line), _deciders(line)) for line in lines]
    write_letter(
        "several_received",
        to=told[0][0].asker,
        key=f"several_received:{reference}",
        at=at,
        reference=reference,
        lines=told,
        points=sum(about.points for about, _deciders in told),
    )


def _deciders(line_id: int) -> str:
    """`Omar Haddad decides, then 2 of Wei Zhang and Ana Sousa`; empty where nobody has to."""
    told = gates_told(line_id)
    if not told:
        return ""
    first, *later = told
    return ", then ".join([f"{first.words} {first.verb}", *(gate.words for gate in later)])


def gates_told(line_id: int) -> list[GateTold]:
    """Who is asked at each gate of a line."""
    rows = session().execute(
        sa.select(ApprovalStep.gate, ApprovalStep.needed, ApprovalStep.id, Employee.name)
        .join(ApprovalAssignee, ApprovalAssignee.step_id == ApprovalStep.id)
        .join(Employee, Employee.id == ApprovalAssignee.employee_id)
        .where(ApprovalStep.line_id == line_id)
        .order_by(ApprovalStep.seq, ApprovalAssignee.id)
    )
    told: list[GateTold] = []
    for _gate, found in groupby(rows, key=lambda row: row.gate):
        here = list(found)
        steps = groupby(here, key=lambda row: row.id)
        names = [tuple(row.name for row in step) for _id, step in steps]
        told.append(GateTold(tuple(names), here[0].needed))
    return told


def people_of_gate(step_id: int) -> list[Person]:
    """Those who may answer a step, or one beside it that still needs an answer.

    Without who answered another one of the request or lost the role they were asked for.
    """
    this, other = aliased(ApprovalStep), aliased(ApprovalStep)
    has_answered = sa.exists().where(
        other.line_id == ApprovalAssignee.line_id,
        other.id != ApprovalAssignee.step_id,
        other.asked_id == ApprovalAssignee.employee_id,
    )
    asked = session().scalars(
        sa.select(ApprovalAssignee.employee_id)
        .join(ApprovalStep, ApprovalStep.id == ApprovalAssignee.step_id)
        .join(this, this.line_id == ApprovalStep.line_id)
        .where(
            this.id == step_id,
            ApprovalStep.gate == this.gate,
            sa.or_(ApprovalStep.id == step_id, ApprovalStep.state.in_(ASKED)),
            keeps_role(),
            ~has_answered,
        )
        .order_by(ApprovalStep.seq, ApprovalAssignee.id)
    )
    ids = list(dict.fromkeys(asked))
    people = people_by_id(ids)
    return [people[who] for who in ids]


@dataclass(frozen=True, slots=True)
class ToldToo:
    """Somebody who answers in another's place, for the letters; `until` is their last day."""

    stand_in: Person
    asked: Person
    until: date


def stand_ins_of_gate(step_id: int, *, at: datetime) -> list[ToldToo]:
    """Those who answer a step, or one beside it, for somebody who is asked; each once."""
    asked = {who.id: who for who in people_of_gate(step_id) if who.is_active}
    this = aliased(ApprovalStep)
    rows = session().execute(
        sa.select(Absence.stand_in_id, Absence.employee_id, Absence.last_day)
        .join(ApprovalAssignee, ApprovalAssignee.employee_id == Absence.employee_id)
        .join(ApprovalStep, ApprovalStep.id == ApprovalAssignee.step_id)
        .join(this, sa.and_(this.line_id == ApprovalStep.line_id, this.gate == ApprovalStep.gate))
        .where(
            this.id == step_id,
            Absence.employee_id.in_(sorted(asked)),
            stands_in(Absence.stand_in_id, at),
        )
        .order_by(Absence.id)
    )
    first = {row.stand_in_id: row for row in reversed(rows.all())}
    people = people_by_id(first)
    return [
        ToldToo(people[who], asked[row.employee_id], row.last_day)
        for who, row in first.items()
        if people[who].is_active
    ]


def write_outcome(line_id: int, *, at: datetime) -> None:
    """Tell the requester how it went; nothing when there is nothing to say."""
    about = about_line(line_id)
    # a faster worker may prepare it already, and the yes is news all the same
    state = LineState.APPROVED if about.state is LineState.FULFILLING else about.state
    notice = OUTCOMES.get(state)
    if notice is None:
        return
    several = SEVERAL.get(notice)
    together = _ended_together(line_id, notice) if several else []
    if several and len(together) > 1:
        if line_id == together[0]:
            _write_ended(several, together, at)
        return
    key = f"redemption:{line_id}:{state}"
    write_letter(notice, to=about.asker, key=key, at=at, about=about)


def _ended_together(line_id: int, notice: str) -> list[int]:
    """The lines of one request that ended so at the same moment as this one, in their order."""
    this, other = aliased(RedemptionLine), aliased(RedemptionLine)
    ended = [state for state, told in OUTCOMES.items() if told == notice]
    found = session().scalars(
        sa.select(other.id)
        .join(this, this.redemption_id == other.redemption_id)
        .where(
            this.id == line_id,
            other.state.in_(ended),
            other.changed_at == this.changed_at,
        )
        .order_by(other.position)
    )
    return list(found)


def _write_ended(notice: str, line_ids: list[int], at: datetime) -> None:
    whole, _lines = beside(line_ids[0])
    lines = [about_line(line_id) for line_id in line_ids]
    key = f"{notice}:{'+'.join(map(str, line_ids))}"
    facts = {"lines": lines, "whole": whole}
    write_letter(notice, to=lines[0].asker, key=key, at=at, **facts)


def write_refund(line_id: int, source: str, *, at: datetime) -> None:
    """Tell the requester what came back of something that was theirs, and why."""
    row = (
        session()
        .scalars(
            sa.select(LineRefund).where(LineRefund.line_id == line_id, LineRefund.source == source)
        )
        .one()
    )
    write_letter(
        "points_back",
        to=(about := about_line(line_id)).asker,
        key=f"points_back:{line_id}:{source}",
        at=at,
        about=about,
        refund=row,
        is_goodwill=row.cause is RefundCause.GOODWILL,
        who=person(row.actor_id).name if row.actor_id else "Laurel",
    )
