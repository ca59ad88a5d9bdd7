"""How far everyone on a departure is, in two statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.people.models import Employee
from redemption.bookings.models import Booking, Traveler
from redemption.travel.desk.funnel.policies import OF_TRAVELERS, Progress, Stage
from redemption.travel.desk.queries import GO, ON_TRIP, OnTrip
from redemption.travel.desk.rooming.models import TripBed
from redemption.travel.desk.tickets.models import Ticket
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.states import BEFORE, InvitationState
from redemption.travel.registration.models import Registration
from redemption.travel.registration.states import RegistrationState
from redemption.travel.vault.models import VaultEntry, VaultSubject
from redemption.travel.vault.states import VaultField

_THEIRS = aliased(Registration)
_PASSPORT = VaultEntry.field == VaultField.PASSPORT_NUMBER
_ENTERED = sa.or_(
    sa.exists().where(
        Registration.traveler_id == Traveler.id,
        VaultEntry.subject_id == Registration.subject_id,
        _PASSPORT,
    ),
    sa.exists().where(
        VaultSubject.employee_id == Traveler.employee_id,
        VaultEntry.subject_id == VaultSubject.id,
        _PASSPORT,
    ),
)
REACHED: dict[Stage, sa.ColumnElement[bool]] = {
    Stage.REGISTERED: sa.exists().where(
        Registration.traveler_id == Traveler.id, Registration.state == RegistrationState.SENT
    ),
    Stage.DOCUMENTS: _ENTERED,
    Stage.ROOMED: sa.exists().where(TripBed.traveler_id == Traveler.id),
    Stage.TICKETED: sa.exists().where(Ticket.traveler_id == Traveler.id),
}
"""How each stage of a traveler shows in the tables."""


@dataclass(frozen=True)
class Funnel:
    """Invitations by where they stand, and every traveler with what they have reached."""

    states: dict[InvitationState, int]
    travelers: Sequence[Progress]

    @property
    def stages(self) -> list[Stage]:
        """The stages of travelers."""
        return list(OF_TRAVELERS)

    @cached_property
    def counts(self) -> dict[Stage, int]:
        """How many people reached each stage, from invitations to tickets."""
        invited = sum(self.states.values())
        before = sum(self.states.get(state, 0) for state in BEFORE)
        found = {
            Stage.QUALIFIED: invited,
            Stage.INVITED: invited - before,
            Stage.ACCEPTED: len(self.travelers),
        }
        for stage in self.stages:
            found[stage] = sum(stage in one.reached for one in self.travelers)
        return found

    @property
    def replaced(self) -> list[Progress]:
        """Guests who come in the place of others."""
        return [one for one in self.travelers if one.guest_since]

    def without(self, stage: Stage) -> list[Progress]:
        """Travelers who have not reached a stage."""
        return [one for one in self.travelers if stage not in one.reached]

    def within(self, stage: Stage) -> list[Progress]:
        """Travelers who have."""
        return [one for one in self.travelers if stage in one.reached or stage is Stage.ACCEPTED]


def funnel_of(variant_id: int) -> Funnel:
    """How far everyone on a departure is."""
    states = session().execute(
        sa.select(Invitation.state, sa.func.count().label("people"))
        .where(Invitation.variant_id == variant_id)
        .group_by(Invitation.state)
    )
    return Funnel({row.state: row.people for row in states}, progress_of(variant_id))


def progress_of(variant_id: int) -> list[Progress]:
    """Every traveler of a departure with the stages they have reached."""
    stages = list(REACHED)
    columns: list[Any] = [REACHED[stage] for stage in stages]
    rows = session().execute(
        ON_TRIP.outerjoin(_THEIRS, _THEIRS.traveler_id == Traveler.id)
        .add_columns(sa.case((_THEIRS.guest > 1, _THEIRS.opened_at)), *columns)
        .where(Booking.variant_id == variant_id, Booking.state.in_(GO))
        .order_by(Employee.name, Booking.id, Traveler.position)
    )
    cut = -len(stages)
    return [
        Progress(
            OnTrip(*row[: cut - 1]),
            frozenset(stage for stage, is_there in zip(stages, row[cut:], strict=True) if is_there),
            row[cut - 1],
        )
        for row in rows
    ]
