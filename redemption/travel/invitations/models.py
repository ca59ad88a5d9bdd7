"""Waves of invitations, each invitation, and every move of it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from catalog.trips.states import TaxPayer
from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, one_of, whole
from marketplace.kernel.literals import quoted
from redemption.travel.invitations.states import KEEPS_PLACES, LIVE, InvitationState, Trade

MOST_IN_A_WAVE = 2_000

_IS_LIVE = sa.text(f"state IN ({quoted(LIVE)})")
_KEEPING = quoted(KEEPS_PLACES)


class Wave(Model):
    """People invited to one departure in one go, in order.

    The first are invited at once; each place that comes back is for the next of the same wave.
    """

    __tablename__ = "trip_waves"
    __table_args__ = (sa.CheckConstraint("name <> ''", name="named"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"), index=True)
    name: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    made_at: Mapped[datetime]


class Invitation(Model):
    """One person's way to a place on a departure that costs them no points.

    It comes from one of four: a wave, a right that was won (`entitlement_id`), a declined
    invitation to an earlier departure (`instead_of_id`), or a colleague in whose place they go
    (`substitutes_id`). `rank` is the order within its wave or contest. While somebody is invited
    `places` are kept for them and their guests until `answer_by`; who goes has `places`. Each place
    draws `place_points` on `budget_id`, reserved and then spent. What each was worth with the yes
    and who pays the tax on that stay as promised: `worth_minor`, `currency`, `tax_paid_by`. `trade`
    is what who declined took, `trade_points` by `trade_transfer_id`.
    """

    __tablename__ = "trip_invitations"
    __table_args__ = (
        sa.Index(
            "uq_trip_invitations_one_live",
            "employee_id",
            "variant_id",
            unique=True,
            sqlite_where=_IS_LIVE,
            postgresql_where=_IS_LIVE,
        ),
        sa.UniqueConstraint("wave_id", "rank"),
        sa.Index("ix_trip_invitations_departure", "variant_id", "state", "rank"),
        sa.Index("ix_trip_invitations_due", "state", "answer_by"),
        one_of("state", InvitationState),
        one_of("trade", Trade),
        *whole("rank", 1),
        *whole("guests_most", 0, 4),
        *whole("accept_days", 1, 90),
        *whole("places", 0, 5),
        *whole("place_points", 1),
        *whole("trade_points", 0),
        *whole("worth_minor", 0),
        one_of("tax_paid_by", TaxPayer),
        sa.CheckConstraint("(worth_minor IS NULL) = (currency IS NULL)", name="worth_has_currency"),
        sa.CheckConstraint(
            "state <> 'accepted' OR tax_paid_by IS NOT NULL", name="a_yes_says_who_pays_tax"
        ),
        sa.CheckConstraint(
            "(budget_id IS NULL) = (place_points IS NULL)", name="budget_with_points"
        ),
        sa.CheckConstraint(
            "(CASE WHEN wave_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN entitlement_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN instead_of_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN substitutes_id IS NULL THEN 0 ELSE 1 END) = 1",
            name="comes_from_one",
        ),
        sa.CheckConstraint(f"(state IN ({_KEEPING})) = (places > 0)", name="places_while_kept"),
        sa.CheckConstraint("places <= 1 + guests_most", name="no_more_guests"),
        sa.CheckConstraint("state <> 'invited' OR answer_by IS NOT NULL", name="kept_for_a_time"),
        sa.CheckConstraint(
            "(trade_points > 0) = (trade_transfer_id IS NOT NULL)", name="points_by_a_transfer"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int | None] = mapped_column(sa.ForeignKey("trip_waves.id"))
    entitlement_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("entitlements.id"), unique=True
    )
    instead_of_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("trip_invitations.id"), unique=True
    )
    substitutes_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("trip_invitations.id"), unique=True
    )
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"))
    trip_id: Mapped[int] = mapped_column(sa.ForeignKey("rewards.id"))
    variant_id: Mapped[int] = mapped_column(sa.ForeignKey("variants.id"))
    rank: Mapped[int]
    guests_most: Mapped[int]
    accept_days: Mapped[int]
    state: Mapped[InvitationState]
    places: Mapped[int] = mapped_column(default=0, server_default="0")
    answer_by: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    budget_id: Mapped[int | None] = mapped_column(sa.ForeignKey("budgets.id"))
    place_points: Mapped[int | None]
    worth_minor: Mapped[int | None]
    currency: Mapped[str | None]
    tax_paid_by: Mapped[TaxPayer | None]
    trade: Mapped[Trade] = mapped_column(default=Trade.NOTHING, server_default="nothing")
    trade_points: Mapped[int] = mapped_column(default=0, server_default="0")
    trade_transfer_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("transfers.id"), unique=True
    )
    opened_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class InvitationEvent(Model):
    """One move of one invitation: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "trip_invitation_events"
    __table_args__ = (sa.UniqueConstraint("invitation_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("trip_invitations.id"))
    seq: Mapped[int]
    from_state: Mapped[InvitationState | None]
    to_state: Mapped[InvitationState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


append_only(Model.metadata.tables["trip_invitation_events"])
