"""Substitutions as those see them who name, answer and decide."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.models import Departure, Reward
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.travel.invitations.models import Invitation
from redemption.travel.substitutions.models import Substitution
from redemption.travel.substitutions.states import LIVE, SubstitutionState

AT_ONCE = 500
_First, _Colleague = aliased(Employee), aliased(Employee)


@dataclass(frozen=True, slots=True)
class Named:
    """One substitution with its trip and its two people."""

    id: int
    invitation_id: int
    variant_id: int
    trip_id: int
    trip: str
    slug: str
    place: str
    starts_on: date
    ends_on: date
    places: int
    first_id: int
    first: str
    colleague_id: int
    colleague: str
    state: SubstitutionState
    answer_by: datetime | None
    made_at: datetime

    def is_open(self, at: datetime) -> bool:
        """Whether the colleague can answer now."""
        in_time = self.answer_by is not None and at < self.answer_by
        return self.state is SubstitutionState.OFFERED and in_time


_NAMED = (
    sa.select(
        Substitution.id,
        Substitution.invitation_id,
        Invitation.variant_id,
        Invitation.trip_id,
        Reward.name.label("trip"),
        Reward.slug,
        Departure.place,
        Departure.starts_on,
        Departure.ends_on,
        Invitation.places,
        _First.id.label("first_id"),
        _First.name.label("first"),
        _Colleague.id.label("colleague_id"),
        _Colleague.name.label("colleague"),
        Substitution.state,
        Substitution.answer_by,
        Substitution.made_at,
    )
    .join(Invitation, Invitation.id == Substitution.invitation_id)
    .join(Reward, Reward.id == Invitation.trip_id)
    .join(Departure, Departure.variant_id == Invitation.variant_id)
    .join(_First, _First.id == Invitation.employee_id)
    .join(_Colleague, _Colleague.id == Substitution.employee_id)
)


def _all(statement: sa.Select[*tuple[Any, ...]]) -> list[Named]:
    return [Named(*row) for row in session().execute(statement)]


def named(substitution_id: int) -> Named:
    """Anybody's, for operations and letters. Raises NotFound."""
    found = _all(_NAMED.where(Substitution.id == substitution_id))
    if not found:
        raise NotFound("There is no such offer, or it is somebody else's.")
    return found[0]


def offered_to(actor: Actor, substitution_id: int) -> Named:
    """One that a colleague offered to this person. Raises NotFound for other people's."""
    found = named(substitution_id)
    if found.colleague_id != actor.employee_id or found.state is SubstitutionState.ASKED:
        raise NotFound("There is no such offer, or it is somebody else's.")
    return found


def of_invitation(invitation_id: int) -> list[Named]:
    """Every colleague that was named for a place, the newest first."""
    mine = _NAMED.where(Substitution.invitation_id == invitation_id)
    return _all(mine.order_by(Substitution.id.desc()))


def of_departure(variant_id: int) -> list[Named]:
    """All of a departure, those that wait first."""
    there = _NAMED.where(Invitation.variant_id == variant_id)
    is_over = Substitution.state.not_in(LIVE)
    return _all(there.order_by(is_over, Substitution.id.desc()))


def live_of(invitation_id: int) -> int | None:
    """The id of the one that can still come to something."""
    return session().scalar(
        sa.select(Substitution.id).where(
            Substitution.invitation_id == invitation_id, Substitution.state.in_(LIVE)
        )
    )


def unanswered(*, at: datetime) -> list[int]:
    """Ids of those whose time is over: nobody answered, or the trip has left."""
    over = sa.or_(
        sa.and_(Substitution.state == SubstitutionState.OFFERED, Substitution.answer_by <= at),
        Departure.starts_on <= at.date(),
    )
    found = (
        sa.select(Substitution.id)
        .join(Invitation, Invitation.id == Substitution.invitation_id)
        .join(Departure, Departure.variant_id == Invitation.variant_id)
        .where(Substitution.state.in_(LIVE), over)
    )
    return list(session().scalars(found.order_by(Substitution.id).limit(AT_ONCE)))
