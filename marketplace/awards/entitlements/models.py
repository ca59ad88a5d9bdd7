"""Entitlements and everything that happened to them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.awards.entitlements.states import EntitlementState
from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole


class Entitlement(Model):
    """One person's right to a reward that a program granted, or their place in the line for one.

    `variant_id` is None only before a place became free for an alternate. `line` is the number in
    the line, None for who won a place outright. `from_id` is the entitlement whose place this one
    took over; no place is taken over twice.
    """

    __tablename__ = "entitlements"
    __table_args__ = (
        sa.UniqueConstraint("program_id", "subject", "employee_id"),
        sa.UniqueConstraint("from_id"),
        sa.CheckConstraint(
            "state NOT IN ('granted', 'used', 'passed_on') OR variant_id IS NOT NULL",
            name="granted_is_of_a_reward",
        ),
        sa.CheckConstraint("state <> 'alternate' OR line IS NOT NULL", name="alternate_has_a_line"),
        one_of("state", EntitlementState),
        *whole("place", 1),
        *whole("line", 1),
        sa.Index("ix_entitlements_line", "program_id", "state", "line"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    program_id: Mapped[int]
    rule_version: Mapped[int]
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    subject: Mapped[str]
    variant_id: Mapped[int | None] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    place: Mapped[int]
    line: Mapped[int | None]
    state: Mapped[EntitlementState]
    reason: Mapped[str]
    explanation: Mapped[dict[str, Any]]
    from_id: Mapped[int | None] = mapped_column(sa.ForeignKey("entitlements.id"))
    created_at: Mapped[datetime]


class EntitlementEvent(Model):
    """One move of one entitlement: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "entitlement_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    entitlement_id: Mapped[int] = mapped_column(sa.ForeignKey("entitlements.id"), index=True)
    from_state: Mapped[EntitlementState | None]
    to_state: Mapped[EntitlementState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    reason: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


append_only(Model.metadata.tables["entitlement_events"])
