"""What planners do about registrations: last days, opening one again, and the draw."""

from collections.abc import Mapping
from datetime import date, datetime

import sqlalchemy as sa

from catalog.operations.deeds import locked_variant
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, insert_row, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.jobs import enqueue
from redemption.travel.activities.operations import hold_draw
from redemption.travel.registration.errors import NotGoing
from redemption.travel.registration.models import Reopening, SectionDeadline
from redemption.travel.registration.operations.rows import (
    Hand,
    lock_registration,
    move_registration,
)
from redemption.travel.registration.policies import Again, is_over, usual_day
from redemption.travel.registration.queries import Member, Party, set_deadlines
from redemption.travel.registration.states import RegistrationState, Section


def put_deadlines(
    actor: Actor,
    variant_id: int,
    days: Mapping[Section, date | None],
    *,
    ends_on: date,
    at: datetime,
) -> bool:
    """Set the last day of sections for everyone on a departure; none: the usual one again.

    Whether anything changed. Raises BadInput for a day after the trip.
    """
    locked_variant(variant_id)
    before = set_deadlines(variant_id)
    changed = {section: day for section, day in days.items() if before.get(section) != day}
    for section, day in changed.items():
        if day is not None and day > ends_on:
            raise BadInput("Enter a day before the trip is over.", field=section.value)
        which = (SectionDeadline.variant_id == variant_id, SectionDeadline.section == section)
        session().execute(sa.delete(SectionDeadline).where(*which))
        if day is not None:
            session().execute(
                insert_or_skip(SectionDeadline).values(
                    variant_id=variant_id, section=section, due_on=day
                )
            )
    if changed:
        said = {section.value: day.isoformat() if day else "" for section, day in changed.items()}
        about = f"variant:{variant_id}"
        audit.record(actor.employee_id, "registration.deadlines", about, at=at, days=said)
    return bool(changed)


def reopen(actor: Actor, party: Party, member: Member, again: Again, *, at: datetime) -> None:
    """Open a section for one traveler beyond its last day; they read why, and send it again.

    Raises NotGoing, NoSuchRegistration, BadInput for a day that is over or after the trip.
    """
    if not party.is_in_force:
        raise NotGoing
    member.section(again.section)
    if is_over(again.until_on, at) or again.until_on > party.ends_on:
        raise BadInput("Enter a day from today on, before the trip is over.", field="until_on")
    found = lock_registration(member.traveler_id, at=at)
    reopening_id = insert_row(
        Reopening,
        traveler_id=member.traveler_id,
        section=again.section,
        until_on=again.until_on,
        reason=again.reason,
        actor_id=actor.employee_id,
        at=at,
    )
    if found.state is RegistrationState.SENT:
        move_registration(found, RegistrationState.OPEN, Hand(actor), at=at, note=again.reason)
    enqueue("registration.reopened", key=str(reopening_id), reopening_id=reopening_id)
    about = f"traveler:{member.traveler_id}"
    audit.record(
        actor.employee_id,
        "registration.reopened",
        about,
        at=at,
        section=again.section.value,
        until=again.until_on.isoformat(),
    )


def wishes_due(variant_id: int, starts_on: date) -> date:
    """The last day of wishes for activities, for everyone on a departure."""
    section = Section.ACTIVITIES
    return set_deadlines(variant_id).get(section, usual_day(section, starts_on))


def draw_places(actor: Actor, variant_id: int, starts_on: date, *, at: datetime) -> int:
    """Draw the places on activities; how many were given. Raises as `hold_draw`."""
    due = wishes_due(variant_id, starts_on)
    given = hold_draw(actor, variant_id, due_on=due, at=at)
    enqueue("registration.drawn", key=str(variant_id), variant_id=variant_id)
    return given
