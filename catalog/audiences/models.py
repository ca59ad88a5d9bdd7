"""Who something in the catalog is for, kept once for everything that has the same audience."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.states import AudienceAttribute
from marketplace.kernel.db import Model, one_of, whole


class Audience(Model):
    """A set of clauses that must all fit. `key` is the digest of what they say; never changed."""

    __tablename__ = "audiences"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)


class AudienceClause(Model):
    """One condition: any of its rules has to fit.

    `is_shown_locked`: who does not fit sees the reward and how to get there; otherwise it does not
    exist for them.
    """

    __tablename__ = "audience_clauses"
    __table_args__ = (sa.UniqueConstraint("audience_id", "position"), *whole("position", 0, 1000))

    id: Mapped[int] = mapped_column(primary_key=True)
    audience_id: Mapped[int] = mapped_column(sa.ForeignKey("audiences.id"))
    position: Mapped[int]
    is_shown_locked: Mapped[bool]


class AudienceRule(Model):
    """One accepted value of one attribute; what it means is said at `AudienceAttribute`."""

    __tablename__ = "audience_rules"
    __table_args__ = (
        one_of("attribute", AudienceAttribute),
        sa.Index("ix_audience_rules_value", "attribute", "value", "clause_id"),
    )

    clause_id: Mapped[int] = mapped_column(sa.ForeignKey("audience_clauses.id"), primary_key=True)
    attribute: Mapped[AudienceAttribute] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)


class TierInvitation(Model):
    """One person invited to a tier, by whom and why. Taking it back deletes the row."""

    __tablename__ = "tier_invitations"

    tier_id: Mapped[int] = mapped_column(sa.ForeignKey("tiers.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, index=True
    )
    invited_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    invited_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="", server_default="")
