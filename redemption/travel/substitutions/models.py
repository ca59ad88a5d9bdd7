"""Colleagues named to go in somebody's place, and every move of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from marketplace.kernel.literals import quoted
from redemption.travel.substitutions.states import LIVE, SubstitutionState

_IS_LIVE = sa.text(f"state IN ({quoted(LIVE)})")


class Substitution(Model):
    """Somebody who goes by `invitation_id` named a colleague, `employee_id`, to go instead.

    Nothing moves until the colleague says yes by `answer_by`: then the place is theirs by an
    invitation of their own (`Invitation.substitutes_id`). One at a time for each invitation.
    """

    __tablename__ = "trip_substitutions"
    __table_args__ = (
        sa.Index(
            "uq_trip_substitutions_one_live",
            "invitation_id",
            unique=True,
            sqlite_where=_IS_LIVE,
            postgresql_where=_IS_LIVE,
        ),
        one_of("state", SubstitutionState),
        *whole("version", 1),
        sa.CheckConstraint(
            "state <> 'offered' OR answer_by IS NOT NULL", name="offered_for_a_time"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("trip_invitations.id"), index=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    state: Mapped[SubstitutionState]
    answer_by: Mapped[datetime | None]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class SubstitutionEvent(Model):
    """One move of one substitution: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "trip_substitution_events"
    __table_args__ = (sa.UniqueConstraint("substitution_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    substitution_id: Mapped[int] = mapped_column(sa.ForeignKey("trip_substitutions.id"))
    seq: Mapped[int]
    from_state: Mapped[SubstitutionState | None]
    to_state: Mapped[SubstitutionState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


append_only(Model.metadata.tables["trip_substitution_events"])
