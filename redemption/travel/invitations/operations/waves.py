"""Waves: a list of people in order, the first of whom are invited at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.operations import places_left
from catalog.operations.deeds import locked_variant
from catalog.queries.offers import price_everywhere
from marketplace.access.actor import Actor
from marketplace.budgets.queries import budget_for
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.web.filters import day
from redemption.travel.invitations.errors import CannotInvite, NotEnoughPlaces
from redemption.travel.invitations.models import MOST_IN_A_WAVE, Invitation, Wave
from redemption.travel.invitations.operations.inviting import invite
from redemption.travel.invitations.operations.moves import (
    NewInvitation,
    lock_invitation,
    open_invitation,
)
from redemption.travel.invitations.queries.checked import cannot_be_invited
from redemption.travel.invitations.queries.standing import (
    DepartureFacts,
    departure_of,
    next_in_wave,
)
from redemption.travel.invitations.states import InvitationState

_I = InvitationState


@dataclass(frozen=True, slots=True, kw_only=True)
class NewWave:
    """Whom to invite to a departure, in order, and how many of them at once."""

    variant_id: int
    name: str
    people: Sequence[int]
    at_once: int
    guests_most: int
    accept_days: int
    budget_id: int | None = None


def make_wave(actor: Actor, new: NewWave, *, at: datetime) -> int:
    """Invite the first, put the others in order behind them; the id of the wave.

    Raises CannotInvite naming whom and why, NotEnoughPlaces, BudgetExceeded, BadInput, also for a
    budget that is over or pays for something else; nobody is invited then.
    """
    locked_variant(new.variant_id)
    trip = departure_of(new.variant_id)
    _refuse_gone(trip, at)
    _refuse(actor, new, trip.terms.guests_most)
    wave = Wave(variant_id=new.variant_id, name=new.name, made_by_id=actor.id, made_at=at)
    session().add(wave)
    session().flush()
    _open_all(actor, wave, new, at)
    crashpoint("invitations.wave.opened")
    _invite_first(actor, wave, new.at_once, at)
    audit.record(
        actor.id,
        "invitations.wave",
        f"reward:{trip.trip_id}",
        at=at,
        departure=trip.label,
        people=len(new.people),
        at_once=new.at_once,
    )
    return wave.id


def _open_all(actor: Actor, wave: Wave, new: NewWave, at: datetime) -> None:
    trip_id, place_points = departure_of(new.variant_id).trip_id, _place_points(new, at)
    for rank, employee_id in enumerate(new.people, start=1):
        opened = open_invitation(
            NewInvitation(
                employee_id=employee_id,
                trip_id=trip_id,
                variant_id=new.variant_id,
                rank=rank,
                guests_most=new.guests_most,
                accept_days=new.accept_days,
                budget_id=new.budget_id,
                place_points=place_points,
                wave_id=wave.id,
            ),
            _I.ALTERNATE,
            actor_id=actor.id,
            at=at,
        )
        if opened is None:
            raise CannotInvite("Somebody on the list was invited meanwhile. Open the page again.")


def _place_points(new: NewWave, at: datetime) -> int | None:
    """What a place draws on the budget, where there is one: its price everywhere."""
    if new.budget_id is None:
        return None
    budget_for(new.budget_id, BudgetPurpose.REWARDS, on=at.date(), field="budget")
    price = price_everywhere(new.variant_id, at=at)
    if price is None or price.points is None:
        raise BadInput(
            "The departure has no price in points, so nothing can be drawn on a budget. "
            "Give it one, or choose no budget.",
            field="budget",
        )
    return price.points


def invite_more(actor: Actor, wave_id: int, how_many: int, *, at: datetime) -> int:
    """Invite so many more of those who are next; how many were.

    Raises NotFound, NotEnoughPlaces, BudgetExceeded, BadInput where nobody is left.
    """
    wave = session().get(Wave, wave_id)
    if wave is None:
        raise NotFound("There is no such wave. The page of the departure shows all of them.")
    locked_variant(wave.variant_id)
    _refuse_gone(departure_of(wave.variant_id), at)
    invited = _invite_first(actor, wave, how_many, at)
    if not invited:
        raise BadInput("Nobody of this wave is left to invite. Make another wave.")
    audit.record(
        actor.id, "invitations.more", f"wave:{wave_id}", at=at, wave=wave.name, people=invited
    )
    return invited


def extend_answer(actor: Actor, invitation_id: int, until: datetime, *, at: datetime) -> None:
    """Give somebody more time to answer. Raises NotFound, BadInput for less time than they have."""
    invitation = lock_invitation(invitation_id, {_I.INVITED})
    if invitation is None or invitation.answer_by is None:
        raise BadInput(
            "Only somebody who has not answered can have more time. Nothing was changed."
        )
    if invitation.employee_id == actor.employee_id:
        raise BadInput("This is your own invitation: ask somebody else. Nothing was changed.")
    if until <= invitation.answer_by:
        raise BadInput(
            f"They have until {invitation.answer_by:%-d %B %Y, %H:%M} UTC. Enter a later day.",
            field="until",
        )
    leaves_on = departure_of(invitation.variant_id).starts_on
    if until.date() > leaves_on:
        raise BadInput(
            f"The trip leaves on {day(leaves_on)}. Enter a day before. Nothing was changed.",
            field="until",
        )
    before, invitation.answer_by, invitation.reminded_at = invitation.answer_by, until, None
    session().flush()
    audit.record(
        actor.id,
        "invitations.more_time",
        f"invitation:{invitation_id}",
        at=at,
        before=before.isoformat(),
        after=until.isoformat(),
    )


def _refuse_gone(trip: DepartureFacts, at: datetime) -> None:
    if trip.canceled_at is not None:
        raise CannotInvite("This departure was canceled, so nobody goes. Nobody was invited.")
    if trip.starts_on <= at.date():
        raise CannotInvite(
            f"The trip left on {day(trip.starts_on)}. Choose a later departure. Nobody was invited."
        )


def _refuse(actor: Actor, new: NewWave, guests_most: int) -> None:
    if not new.people:
        raise BadInput("Name at least one person to invite.", field="people")
    if len(new.people) > MOST_IN_A_WAVE:
        raise BadInput(
            f"These are {len(new.people):,} people; a wave has {MOST_IN_A_WAVE:,} at most.",
            field="people",
        )
    if not 1 <= new.at_once <= len(new.people):
        raise BadInput(
            f"The list has {len(new.people):,} people: invite 1 to {len(new.people):,} at once.",
            field="at_once",
        )
    if new.guests_most > guests_most:
        raise BadInput(
            f"By its terms each may bring {guests_most} at most. Change the terms first.",
            field="guests_most",
        )
    if actor.employee_id in new.people:
        raise CannotInvite("You are on the list yourself: somebody else has to invite you.")
    if found := cannot_be_invited(new.people, new.variant_id):
        raise CannotInvite(f"{' '.join(found[:5])} Take them off the list. Nobody was invited.")


def _invite_first(actor: Actor, wave: Wave, how_many: int, at: datetime) -> int:
    """The next so many of a wave who can go; a refusal says what all of them would need."""
    left, invited = places_left(wave.variant_id), 0
    while invited < how_many and (following := next_in_wave(wave.id)) is not None:
        asked = session().get_one(Invitation, following)
        if asked.employee_id == actor.employee_id:
            raise CannotInvite(
                "You are next in order yourself: somebody else has to invite you. "
                "Nobody was invited."
            )
        try:
            invite(following, ahead_of_line=False, actor_id=actor.id, at=at)
        except NotEnoughPlaces as short:
            wanted = how_many * (1 + asked.guests_most)
            raise NotEnoughPlaces(wanted=wanted, left=left or 0) from short
        session().refresh(asked)
        invited += asked.state is _I.INVITED
    return invited
