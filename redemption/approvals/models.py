"""Who must say yes: policies, the steps a request was given, who may answer them, and the answers.

The database itself refuses what must never be: a decision by somebody who was not asked (foreign
key to the assignee), by the requester (CHECK, with the requester tied to the line), twice by one
person for one request (unique `decided_by_id` and `asked_id`), in the place of somebody who did not
name the one who answers (foreign key to the absence), or about something other than what is bought
(foreign key to the line's content hash).
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole
from redemption.approvals.states import Asks, NoteKind, StepState, Verdict

MOST_HOURS = 40  # of work: five days of eight hours, when a step closes


class ApprovalPolicy(Model):
    """One version of a rule: requests like these have to pass these gates, in this order.

    What its conditions mean: `redemption.approvals.conditions.Rule`. `departments` are ids as text;
    `made_by_id` is nobody where Laurel or a command made it.
    """

    __tablename__ = "approval_policies"
    __table_args__ = (
        UniqueConstraint("slug", "version"),
        *whole("minimum_points", 0),
        *whole("version", 1),
        *whole("minimum_cash_minor", 1),
        *whole("window_days", 1, 3_660),
        *whole("minimum_requests", 2, 1_000),
        *whole("budget_percent", 1, 100),
        *whole("months_under", 1, 1_200),
        *whole("passes_after_hours", 1, MOST_HOURS),
        CheckConstraint(
            "(minimum_cash_minor IS NULL) = (cash_currency IS NULL)", name="worth_has_currency"
        ),
        CheckConstraint(
            "minimum_requests IS NULL OR window_days IS NOT NULL", name="counts_within_days"
        ),
        CheckConstraint(
            "passes_after_hours IS NULL OR (NOT for_own AND CAST(kinds AS TEXT) <> '[]' "
            "AND CAST(kinds AS TEXT) NOT LIKE '%individual_travel%' "
            "AND CAST(kinds AS TEXT) NOT LIKE '%group_trip%')",
            name="only_small_things_pass",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    version: Mapped[int]
    position: Mapped[int]  # the first policy that fits decides
    name: Mapped[str]
    kinds: Mapped[list[str]]  # none: every kind
    tiers: Mapped[list[str]]  # none: every tier
    minimum_points: Mapped[int]
    for_own: Mapped[bool] = mapped_column(default=False, server_default=false())
    minimum_cash_minor: Mapped[int | None]
    cash_currency: Mapped[str | None]
    window_days: Mapped[int | None]
    minimum_requests: Mapped[int | None]
    budget_percent: Mapped[int | None]
    departments: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    months_under: Mapped[int | None]
    countries: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    gates: Mapped[list[dict[str, Any]]] = mapped_column(JSON)  # as `gates.Gate.kept`, in order
    notice_days: Mapped[int | None]  # days between asking and leaving that are within policy
    trips_per_year: Mapped[int | None]
    passes_after_hours: Mapped[int | None]  # of work without an answer: then it lets itself through
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("employees.id"))


class ApprovalPool(Model):
    """People with a name whom policies ask. One that has ended is asked by no policy."""

    __tablename__ = "approval_pools"

    slug: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    ended_at: Mapped[datetime | None]


class ApprovalPoolMember(Model):
    """Somebody of a pool; who has left stays on it and is not asked."""

    __tablename__ = "approval_pool_members"

    pool: Mapped[str] = mapped_column(ForeignKey("approval_pools.slug"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        ForeignKey("employees.id"), primary_key=True, index=True
    )


class ApprovalStep(Model):
    """One yes that a line may need, as the policy stood on the day of asking.

    The steps of one `gate` are open together until so many as it has `needed` said yes.
    """

    __tablename__ = "approval_steps"
    __table_args__ = (
        UniqueConstraint("line_id", "seq"),
        UniqueConstraint("line_id", "decided_by_id"),
        UniqueConstraint("line_id", "asked_id"),
        UniqueConstraint("id", "line_id", "requester_id"),
        ForeignKeyConstraint(
            ["line_id", "requester_id"],
            ["redemption_lines.id", "redemption_lines.employee_id"],
            name="fk_approval_steps_requester",
        ),
        CheckConstraint(
            "decided_by_id <> requester_id AND asked_id <> requester_id",
            name="not_by_the_requester",
        ),
        CheckConstraint(
            "(asked_id IS NULL) = (decided_by_id IS NULL)", name="decided_for_somebody"
        ),
        CheckConstraint(
            "(decided_by_id IS NULL AND NOT by_policy) = (state IN ('waiting', 'open', 'closed'))",
            name="decided_by_somebody",
        ),
        CheckConstraint("(asks = 'pool') = (pool IS NOT NULL)", name="asks_a_pool"),
        *whole("gate", 1),
        *whole("needed", 1),
        CheckConstraint(
            "NOT by_policy OR (decided_by_id IS NULL AND state = 'approved')",
            name="policy_only_approves",
        ),
        Index("ix_approval_steps_state_effective_at", "state", "effective_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int]
    requester_id: Mapped[int]
    policy_id: Mapped[int] = mapped_column(ForeignKey("approval_policies.id"))
    seq: Mapped[int]
    gate: Mapped[int]
    needed: Mapped[int]
    asks: Mapped[Asks]
    pool: Mapped[str | None] = mapped_column(ForeignKey("approval_pools.slug"))
    state: Mapped[StepState]
    round: Mapped[int] = mapped_column(default=0)  # grows with each answer, so a stale one is told
    decided_by_id: Mapped[int | None]
    asked_id: Mapped[int | None]  # whose answer it is: their own, or of who answered in their place
    by_policy: Mapped[bool] = mapped_column(default=False, server_default=false())  # by nobody
    opened_at: Mapped[datetime | None]
    effective_at: Mapped[datetime | None]  # when the answer takes effect; Undo until then
    settled_at: Mapped[datetime | None]


class ApprovalAssignee(Model):
    """Somebody who may answer a step, and why they may."""

    __tablename__ = "approval_assignees"
    __table_args__ = (
        UniqueConstraint("step_id", "employee_id"),
        ForeignKeyConstraint(
            ["step_id", "line_id", "requester_id"],
            ["approval_steps.id", "approval_steps.line_id", "approval_steps.requester_id"],
            name="fk_approval_assignees_step",
        ),
        CheckConstraint("employee_id <> requester_id", name="not_the_requester"),
        UniqueConstraint("step_id", "employee_id", "line_id", "requester_id"),
        Index("ix_approval_assignees_employee_id_line_id", "employee_id", "line_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int]
    line_id: Mapped[int]
    requester_id: Mapped[int]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    via: Mapped[str]  # manager, manager above, travel approver, program manager, name of a pool
    because: Mapped[str] = mapped_column(default="", server_default="")  # who is away instead
    escalated_at: Mapped[datetime | None]  # asked beside the others, as nobody answered until then


class ApprovalDecision(Model):
    """One answer of one person, or the taking back of one. Never changed.

    It is the answer of who was asked, `asked_id`; where somebody else gave it in their place,
    `absence_id` says by which right.
    """

    __tablename__ = "approval_decisions"
    __table_args__ = (
        ForeignKeyConstraint(
            ["step_id", "asked_id", "line_id", "requester_id"],
            [
                "approval_assignees.step_id",
                "approval_assignees.employee_id",
                "approval_assignees.line_id",
                "approval_assignees.requester_id",
            ],
            name="fk_approval_decisions_assignee",
        ),
        ForeignKeyConstraint(
            ["line_id", "content_hash"],
            ["redemption_lines.id", "redemption_lines.content_hash"],
            name="fk_approval_decisions_content",
        ),
        ForeignKeyConstraint(
            ["absence_id", "asked_id", "approver_id"],
            [
                "approval_absences.id",
                "approval_absences.employee_id",
                "approval_absences.stand_in_id",
            ],
            name="fk_approval_decisions_absence",
        ),
        CheckConstraint("approver_id <> requester_id", name="not_their_own"),
        CheckConstraint(
            "(asked_id = approver_id) = (absence_id IS NULL)", name="for_others_as_stand_in"
        ),
        CheckConstraint("(verdict = 'undo') = (undoes_id IS NOT NULL)", name="undo_names_what"),
        CheckConstraint("verdict <> 'decline' OR reason <> ''", name="decline_says_why"),
        Index(
            "uq_approval_decisions_answer",
            "step_id",
            "round",
            unique=True,
            sqlite_where=text("verdict <> 'undo'"),
            postgresql_where=text("verdict <> 'undo'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    step_id: Mapped[int]
    line_id: Mapped[int]
    requester_id: Mapped[int]
    approver_id: Mapped[int] = mapped_column(index=True)
    asked_id: Mapped[int]
    absence_id: Mapped[int | None]
    round: Mapped[int]
    verdict: Mapped[Verdict]
    reason: Mapped[str] = mapped_column(default="")
    content_hash: Mapped[str]
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("approval_decisions.id"), unique=True)
    decided_at: Mapped[datetime]
    effective_at: Mapped[datetime]


class ApprovalClock(Model):
    """When a step that waits reminds, escalates, warns and closes, and what of that is done.

    `looked_at`: when it was found whether the policy lets it through; `kept_for` why it did not.
    """

    __tablename__ = "approval_clocks"
    __table_args__ = (
        CheckConstraint("escalated_at IS NULL OR reminded_at IS NOT NULL", name="reminds_first"),
    )

    step_id: Mapped[int] = mapped_column(ForeignKey("approval_steps.id"), primary_key=True)
    remind_at: Mapped[datetime]
    escalate_at: Mapped[datetime]
    warn_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    passes_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    looked_at: Mapped[datetime | None]
    kept_for: Mapped[str] = mapped_column(default="", server_default="")


class ApprovalNote(Model):
    """A question, its answer, or a reminder. Never changed."""

    __tablename__ = "approval_notes"
    __table_args__ = (CheckConstraint("kind = 'reminder' OR text <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("redemption_lines.id"), index=True)
    step_id: Mapped[int] = mapped_column(ForeignKey("approval_steps.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("employees.id"))
    kind: Mapped[NoteKind]
    text: Mapped[str]
    at: Mapped[datetime]


for _table in ("approval_decisions", "approval_notes"):
    append_only(Model.metadata.tables[_table])
