"""Claims, the references they hold, and what happened to them."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from marketplace.programs.claims.states import ClaimState, EventKind


class Claim(Model):
    """One person's claim in one program.

    `claimed` is the reference as it was written; `amount` in minor units or pieces where the
    program pays by amount; `answers` to the program's own questions. `version` rises with every
    move, so that nobody decides on what has changed since they looked.
    """

    __tablename__ = "claims"
    __table_args__ = (
        one_of("state", ClaimState),
        *whole("amount", 1),
        *whole("version", 1),
        sa.CheckConstraint("decided_by_id <> employee_id", name="not_by_claimant"),
        sa.CheckConstraint("first_yes_id <> employee_id", name="no_first_yes_by_claimant"),
        sa.CheckConstraint(
            "state <> 'approved' OR first_yes_id IS NULL OR first_yes_id <> decided_by_id",
            name="two_people",
        ),
        sa.Index("ix_claims_program_state", "program_id", "state", "id"),
        sa.Index("ix_claims_employee_program", "employee_id", "program_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(unique=True)
    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"))
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    state: Mapped[ClaimState] = mapped_column(default=ClaimState.WAITING)
    claimed: Mapped[str]
    on_day: Mapped[date]
    amount: Mapped[int | None]
    answers: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(default="", server_default="")
    first_yes_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    submitted_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)


class ClaimedReference(Model):
    """A reference that a claim holds in its program; the key lets nobody else hold it too."""

    __tablename__ = "claimed_references"

    program_id: Mapped[int] = mapped_column(sa.ForeignKey("programs.id"), primary_key=True)
    normal: Mapped[str] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claims.id"), unique=True)


class ClaimEvent(Model):
    """One thing that happened to a claim: who, when, and what they said."""

    __tablename__ = "claim_events"
    __table_args__ = (one_of("kind", EventKind),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("claims.id"), index=True)
    kind: Mapped[EventKind]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    text: Mapped[str] = mapped_column(default="", server_default="")
    at: Mapped[datetime]


append_only(Model.metadata.tables["claim_events"])
