"""One request as its approver sees it, and whether they may answer it or take an answer back."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.json_rows import rows_as_json, rows_in
from marketplace.ledger.queries import points_of
from redemption.approvals.models import ApprovalAssignee, ApprovalDecision, ApprovalStep
from redemption.approvals.queries.inbox import InboxRow, asked_of, waits_for, weighed
from redemption.approvals.states import StepState, Verdict
from redemption.journeys.queries.weighing import (
    WeighedWish,
    away_columns,
    away_in,
    weigh_wish,
)
from redemption.models import RedemptionLine
from redemption.queries import facts_of
from redemption.states import GIVEN_BACK, LineState
from redemption.story import TimelineItem, timeline
from redemption.words import title_of


@dataclass(frozen=True, slots=True)
class Decided:
    """The actor's own answer that may still be undone."""

    decision_id: int
    verdict: Verdict
    effective_at: datetime


@dataclass(frozen=True, slots=True)
class DecisionPage(InboxRow):
    """One request with the facts that decide. Beside the list it comes without its story."""

    balance: int  # what they had before this was set aside
    earned_with: tuple[str, ...]
    is_open: bool  # the actor may answer now
    decided: Decided | None
    story: tuple[TimelineItem, ...]
    wished: WeighedWish | None  # the dates asked for, where people choose them
    also_away: tuple[str, ...]  # others of the department who travel then; of a package the same


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One request somebody was asked about, without what they weigh: for forms and answers."""

    line_id: int
    reference: str
    asker: str
    title: str
    kind: str
    points: int
    is_own: bool  # who asks had a hand in the terms of the reward
    content_hash: str
    state: LineState
    is_open: bool  # the actor may answer now


def waiting_page(row: InboxRow, *, at: datetime) -> DecisionPage:
    """A request of the inbox, opened beside the list."""
    return _page(row, at=at, is_open=True, decided=None, story=())


def decision_page(actor: Actor, reference: str, *, at: datetime) -> DecisionPage:
    """A request the actor was asked about. Raises NotFound for any other."""
    found = _asked_about(actor, reference, at)
    row, line = weighed([found])[0], found.RedemptionLine
    is_open = _is_open(found)
    return _page(
        row,
        at=at,
        is_open=is_open,
        decided=None if is_open else _undoable(actor, line.id),
        story=tuple(timeline(replace(facts_of(line, at=at), asker=row.asker))),
    )


def _page(row: InboxRow, *, at: datetime, **more: Any) -> DecisionPage:
    held_here = 0 if row.state in GIVEN_BACK else row.points
    earned_with, also_away = _around(row)
    wished = weigh_wish(row.line_id) if "wish" in row.snapshot else None
    return DecisionPage(
        **{field.name: getattr(row, field.name) for field in fields(row)},
        balance=points_of(row.employee_id, at=at).available + held_here,
        earned_with=earned_with,
        wished=wished,
        also_away=wished.also_away if wished else also_away,
        **more,
    )


def asked_line(actor: Actor, reference: str, *, at: datetime) -> AskedLine:
    """The request behind a reference that the actor was asked about. Raises NotFound."""
    found = _asked_about(actor, reference, at)
    line = found.RedemptionLine
    return AskedLine(
        line_id=line.id,
        reference=line.reference,
        asker=found.name,
        title=title_of(line.snapshot),
        kind=line.snapshot["kind"],
        points=line.points,
        is_own=line.snapshot["is_own"],
        content_hash=line.content_hash,
        state=line.state,
        is_open=_is_open(found),
    )


def reference_decided(actor: Actor, decision_id: int) -> str:
    """The request that the actor's own answer was about. Raises NotFound for another's."""
    reference = session().scalar(
        sa.select(RedemptionLine.reference)
        .join(ApprovalDecision, ApprovalDecision.line_id == RedemptionLine.id)
        .where(
            ApprovalDecision.id == decision_id, ApprovalDecision.approver_id == actor.employee_id
        )
    )
    if reference is None:
        raise NotFound("There is no such decision, or it is someone else's.")
    return reference


def _asked_about(actor: Actor, reference: str, at: datetime) -> Any:
    may_answer_now = sa.and_(ApprovalStep.state == StepState.OPEN, waits_for(actor, at))
    wanted = asked_of(actor, at).add_columns(may_answer_now.label("may_answer_now"))
    wanted = wanted.where(RedemptionLine.reference == reference)
    is_later = sa.case((ApprovalStep.state == StepState.OPEN, 0), else_=1)
    first = (sa.case((may_answer_now, 0), else_=1), is_later)
    ordered = wanted.order_by(*first, ApprovalStep.seq, ApprovalAssignee.id).limit(1)
    row = session().execute(ordered).one_or_none()
    if row is None:
        raise NotFound("There is no such request, or it is not yours to decide.")
    return row


def _around(row: InboxRow) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What brought this person most of their points, and who else is away, in one statement."""
    starts, ends = row.leaves_on, row.returns_on
    is_dated = starts is not None and ends is not None and "wish" not in row.snapshot
    columns = away_columns(row.line_id, row.employee_id, starts) if is_dated and starts else ()
    found = session().execute(sa.select(_earned(row.employee_id), *columns)).one()
    earned = sorted(rows_in(found.earned), key=lambda one: (-one[1], one[0]))
    away: tuple[str, ...] = ()
    if columns and starts and ends:
        away = away_in(found, starts, ends, but={row.employee_id})
    return tuple(reason for reason, _total in earned), away


def _earned(employee_id: int, most: int = 2) -> sa.Label[str]:
    """The reasons of a person's awards that brought most, each with its points."""
    total = sa.func.sum(Award.points)
    return rows_as_json(
        sa.select(Award.reason, total)
        .where(Award.employee_id == employee_id)
        .group_by(Award.reason)
        .having(total > 0)
        .order_by(total.desc(), Award.reason)
        .limit(most)
    ).label("earned")


def _is_open(found: Any) -> bool:
    is_waiting = found.RedemptionLine.state is LineState.PENDING_APPROVAL
    return is_waiting and bool(found.may_answer_now)


def _undoable(actor: Actor, line_id: int) -> Decided | None:
    row = (
        session()
        .execute(
            sa.select(ApprovalDecision.id, ApprovalDecision.verdict, ApprovalDecision.effective_at)
            .join(ApprovalStep, ApprovalStep.id == ApprovalDecision.step_id)
            .where(
                ApprovalDecision.line_id == line_id,
                ApprovalDecision.approver_id == actor.employee_id,
                ApprovalDecision.round == ApprovalStep.round,
                ApprovalDecision.verdict != Verdict.UNDO,
                ApprovalStep.state == StepState.DECIDED,
            )
        )
        .one_or_none()
    )
    return Decided(*row) if row else None
