"""What may become a trip of somebody, and packages that are booked on dates of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.models import Departure, Reward, Variant
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from redemption.journeys.models import JourneyBooking
from redemption.models import RedemptionLine
from redemption.states import LineState
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.states import InvitationState
from redemption.travel.substitutions.models import Substitution
from redemption.travel.substitutions.states import SubstitutionState
from redemption.waiting.models import Wait
from redemption.waiting.states import LIVE, WaitState

_S = sa.Select[*tuple[Any, ...]]
_REWARD = (Reward.name, Reward.art, Reward.photo, Reward.slug)
_TRIP = (*_REWARD, Departure.place, Departure.starts_on, Departure.ends_on)
_NO_MORE = (sa.null(), sa.literal(""))


@dataclass(frozen=True, slots=True)
class Maybe:
    """A trip somebody may go on, or a package that is booked.

    `kind`: invitation, offer (a colleague's place), line, request or package. `until` is when the
    answer is due, or until when places are kept; `state` is that of a wait or a request.
    """

    kind: str
    id: int
    name: str
    art: dict[str, Any]
    photo: dict[str, Any]
    slug: str
    place: str
    starts_on: date
    ends_on: date
    until: datetime | None
    state: WaitState | LineState | None
    reference: str

    @property
    def is_package(self) -> bool:
        """Whether it is settled: a package, booked on dates of one's own."""
        return self.kind == "package"

    @property
    def is_invitation(self) -> bool:
        """Whether it waits for a yes or a no."""
        return self.kind == "invitation"

    @property
    def is_offer(self) -> bool:
        """Whether a colleague who can't go offers their place."""
        return self.kind == "offer"


def my_maybes(actor: Actor, *, at: datetime) -> Sequence[Maybe]:
    """All of them in one statement, what is to be answered first in front."""
    parts = (_invited(actor, at), _offered(actor, at), _in_line(actor), _asked(actor))
    rows = session().execute(sa.union_all(*parts, _booked(actor, at)))
    found = [_maybe(row) for row in rows]
    return sorted(found, key=lambda one: (one.until is None, one.until or at, one.starts_on))


def _invited(actor: Actor, at: datetime) -> _S:
    return (
        sa.select(sa.literal("invitation"), Invitation.id, *_TRIP, Invitation.answer_by, *_NO_MORE)
        .join(Reward, Reward.id == Invitation.trip_id)
        .join(Departure, Departure.variant_id == Invitation.variant_id)
        .where(
            Invitation.employee_id == actor.id,
            Invitation.state == InvitationState.INVITED,
            Invitation.answer_by > at,
        )
    )


def _offered(actor: Actor, at: datetime) -> _S:
    return (
        sa.select(sa.literal("offer"), Substitution.id, *_TRIP, Substitution.answer_by, *_NO_MORE)
        .join(Invitation, Invitation.id == Substitution.invitation_id)
        .join(Reward, Reward.id == Invitation.trip_id)
        .join(Departure, Departure.variant_id == Invitation.variant_id)
        .where(
            Substitution.employee_id == actor.id,
            Substitution.state == SubstitutionState.OFFERED,
            Substitution.answer_by > at,
        )
    )


def _in_line(actor: Actor) -> _S:
    state = sa.cast(Wait.state, sa.String)
    return (
        sa.select(sa.literal("line"), Wait.id, *_TRIP, Wait.kept_until, state, sa.literal(""))
        .join(Variant, Variant.id == Wait.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .join(Departure, Departure.variant_id == Variant.id)
        .where(Wait.employee_id == actor.id, Wait.state.in_(LIVE))
    )


def _asked(actor: Actor) -> _S:
    """Trips asked for with points, until there is a booking."""
    line, state = RedemptionLine, sa.cast(RedemptionLine.state, sa.String)
    return (
        sa.select(sa.literal("request"), line.id, *_TRIP, sa.null(), state, line.reference)
        .join(Variant, Variant.id == line.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .join(Departure, Departure.variant_id == Variant.id)
        .where(
            line.employee_id == actor.id,
            line.state.in_((LineState.PENDING_APPROVAL, LineState.APPROVED)),
        )
    )


def _booked(actor: Actor, at: datetime) -> _S:
    """Packages that are booked and not over, on the dates that hold."""
    made, later, line = JourneyBooking, aliased(JourneyBooking), RedemptionLine
    place = line.snapshot["departure"]["place"].as_string()
    about = (*_REWARD, place, made.starts_on, made.ends_on)
    return (
        sa.select(sa.literal("package"), line.id, *about, sa.null(), sa.null(), line.reference)
        .join(made, made.line_id == line.id)
        .join(Variant, Variant.id == line.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(
            line.employee_id == actor.id,
            line.state == LineState.FULFILLED,
            made.ends_on >= at.date(),
            ~sa.exists().where(later.line_id == made.line_id, later.seq > made.seq),
        )
    )


def _maybe(row: Any) -> Maybe:
    facts: dict[str, Any] = dict(zip(Maybe.__dataclass_fields__, row, strict=True))
    state, kind = facts.pop("state"), LineState if facts["kind"] == "request" else WaitState
    return Maybe(**facts, state=kind(state) if state else None)
