"""Saying that somebody is away and who answers for them, changing that, ending it.

Namings are written one at a time, so that no two of them close a ring together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NoReturn

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.calendars.queries import calendars_of
from marketplace.kernel import audit
from marketplace.kernel.db import lock_table, rows_changed, session
from marketplace.kernel.errors import BadInput, NotAllowed, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from marketplace.people.models import Employee
from marketplace.people.queries import Person, people_by_id, person
from marketplace.people.states import EmployeeStatus
from redemption.approvals.away.models import Absence
from redemption.approvals.away.policies import Days, Limits, Naming, days_obstacle, ring, ring_said
from redemption.approvals.away.queries import namings
from redemption.approvals.models import ApprovalDecision

NO_SUCH = "There is no such absence, or it is somebody else’s."
CHANGED = "changed"


class Ring(BadInput):
    """People who would all name the next, so that in the end nobody is there."""

    code = "stand_ins_in_a_ring"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"On some of these days nobody would be left to answer: {ring_said(names)}. "
            "Choose somebody else, or other days. Nothing was changed."
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """Who is away on which days, who answers for them and up to what, and why others say so."""

    employee_id: int
    days: Days
    stand_in_id: int | None = None
    limits: Limits = field(default_factory=Limits)
    note: str = ""
    reason: str = ""


def may_set_for_others(actor: Actor) -> bool:
    """Whether somebody may say of anybody that they are away: who runs programs or people."""
    return actor.may(Permission.PROGRAMS_MANAGE) or actor.may(Permission.PEOPLE_MANAGE)


def may_set_for(actor: Actor, who: Person) -> bool:
    """Whether somebody may say of this other that they are away: their manager may, too."""
    leads = actor.employee_id is not None and who.manager_id == actor.employee_id
    return leads or may_set_for_others(actor)


def set_absence(actor: Actor, terms: Terms, *, replaces: int | None = None, at: datetime) -> int:
    """Say that somebody is away; the absence's id. `replaces`: the absence that it changes.

    Raises NotFound, NotAllowed (of others, or naming oneself for them), Ring, BadInput.
    """
    lock_table(Absence)
    who, stand_in = _people(actor, terms)
    old = None if replaces is None else _live(actor, replaces, at)
    if old is not None and old.employee_id != terms.employee_id:
        raise NotFound(NO_SUCH)
    begins_at, ends_at = _moments(who, terms.days, old.first_day if old else None, at)
    naming = Naming(who.id, terms.stand_in_id, begins_at, ends_at)
    if found := ring(naming, namings(since=at, but=replaces)):
        people = people_by_id(found)
        raise Ring([people[one].name for one in found])
    if old is not None:
        _close(old, actor.employee_id, CHANGED, at)
    crashpoint("redemption.away.closed")
    absence_id = _write(actor, terms, naming, at)
    names = {"stand_in": stand_in.name if stand_in else "", "days": terms.days.words}
    _note(actor.employee_id, "set", absence_id, who.id, at, reason=terms.reason, **names)
    enqueue("redemption.stand_in_named", key=str(absence_id), absence_id=absence_id)
    return absence_id


def _people(actor: Actor, terms: Terms) -> tuple[Person, Person | None]:
    """Who is away and who answers for them, where this actor may say so."""
    who, is_own = person(terms.employee_id), actor.employee_id == terms.employee_id
    if not is_own and not may_set_for(actor, who):
        raise NotAllowed(
            f"Only their manager and who runs programs or people says of {who.name} that they "
            "are away. Nothing was changed."
        )
    if not is_own and not terms.reason.strip():
        raise BadInput(f"Write why you say so for {who.name}, for example: on sick leave.")
    if not who.is_active:
        raise BadInput(f"{who.name} no longer works here. Nothing was changed.")
    if terms.stand_in_id is not None:
        return who, _stand_in(actor, who, terms.stand_in_id)
    if terms.limits != Limits():
        raise BadInput("Limits are a stand-in’s. Choose who answers, or leave them out.")
    return who, None


def _stand_in(actor: Actor, who: Person, stand_in_id: int) -> Person:
    stand_in = person(stand_in_id)
    if stand_in.id == who.id:
        raise BadInput("Nobody stands in for themselves. Choose somebody else.")
    if stand_in.id == actor.employee_id:
        raise NotAllowed(f"Somebody else has to name you in the place of {who.name}.")
    if not stand_in.is_active:
        raise BadInput(f"{stand_in.name} no longer works here. Choose somebody else.")
    return stand_in


def _moments(
    who: Person, days: Days, first_before: date | None, at: datetime
) -> tuple[datetime, datetime]:
    """From when to when it holds; what began already holds from now on."""
    calendar = calendars_of({who.site})[who.site]
    today = calendar.day_of(at)
    earliest = min(today, first_before or today)
    if obstacle := days_obstacle(days, today=today, earliest=earliest):
        raise BadInput(obstacle)
    after = date.fromordinal(days.last.toordinal() + 1)
    return max(at, calendar.begins(days.first)), calendar.begins(after)


def _write(actor: Actor, terms: Terms, naming: Naming, at: datetime) -> int:
    limits, most = terms.limits, terms.limits.most_money
    absence_id = session().scalar(
        sa.insert(Absence)
        .values(
            employee_id=terms.employee_id,
            stand_in_id=terms.stand_in_id,
            first_day=terms.days.first,
            last_day=terms.days.last,
            begins_at=naming.begins_at,
            ends_at=naming.ends_at,
            kinds=sorted(limits.kinds),
            most_points=limits.most_points,
            most_minor=most.minor if most else None,
            currency=most.currency if most else None,
            note=terms.note.strip(),
            reason="" if actor.employee_id == terms.employee_id else terms.reason.strip(),
            set_by_id=actor.employee_id,
            set_at=at,
        )
        .returning(Absence.id)
    )
    assert absence_id is not None
    return absence_id


def end_absence(actor: Actor, absence_id: int, *, because: str = "", at: datetime) -> bool:
    """End an absence before its time; False when it is over already.

    Who is away may, who answers for them, and who may say so of others. Raises NotFound.
    """
    absence = _visible(actor, absence_id)
    if absence.ended_at is not None or absence.ends_at <= at:
        return False
    _close(absence, actor.employee_id, because.strip(), at)
    _note(actor.employee_id, "ended", absence_id, absence.employee_id, at, because=because)
    enqueue("redemption.stand_in_ended", key=str(absence_id), absence_id=absence_id)
    return True


def _visible(actor: Actor, absence_id: int) -> Absence:
    """An absence this actor may end, while nobody else ends or uses it. Raises NotFound."""
    wanted = sa.select(Absence).where(Absence.id == absence_id)
    absence = (
        session()
        .scalars(wanted.with_for_update().execution_options(populate_existing=True))
        .one_or_none()
    )
    if absence is None:
        _refuse()
    is_of_it = actor.employee_id in {absence.employee_id, absence.stand_in_id}
    if not is_of_it and not may_set_for(actor, person(absence.employee_id)):
        _refuse()
    return absence


def _live(actor: Actor, absence_id: int, at: datetime) -> Absence:
    """An absence that can be changed: one's own, or of others where one may. Raises NotFound."""
    absence = _visible(actor, absence_id)
    is_own = actor.employee_id == absence.employee_id
    if not is_own and not may_set_for(actor, person(absence.employee_id)):
        _refuse()
    if absence.ended_at is not None or absence.ends_at <= at:
        raise BadInput("That is over already. Enter new days instead. Nothing was changed.")
    return absence


def _refuse() -> NoReturn:
    raise NotFound(NO_SUCH)


def _close(absence: Absence, actor_id: int | None, because: str, at: datetime) -> None:
    """End it, not before the last answer that was given by it. Its row is locked."""
    last = session().scalar(
        sa.select(
            sa.func.max(ApprovalDecision.decided_at, type_=ApprovalDecision.decided_at.type)
        ).where(ApprovalDecision.absence_id == absence.id)
    )
    ended = session().execute(
        sa.update(Absence)
        .where(Absence.id == absence.id, Absence.ended_at.is_(None))
        .values(ended_at=max(at, last or at), ended_by_id=actor_id, ended_because=because),
        execution_options={"synchronize_session": False},
    )
    assert rows_changed(ended) == 1, "its row was locked"


def end_of_leavers(*, at: datetime) -> int:
    """End the absences of those who left, and those in which somebody who left would answer."""
    who, stand_in = aliased(Employee), aliased(Employee)
    rows = session().execute(
        sa.select(
            Absence.id, sa.case((who.status == EmployeeStatus.LEFT, who.name), else_=stand_in.name)
        )
        .join(who, who.id == Absence.employee_id)
        .outerjoin(stand_in, stand_in.id == Absence.stand_in_id)
        .where(
            Absence.ended_at.is_(None),
            Absence.ends_at > at,
            sa.or_(who.status == EmployeeStatus.LEFT, stand_in.status == EmployeeStatus.LEFT),
        )
        .order_by(Absence.id)
    )
    system = Actor.system()
    return sum(
        end_absence(system, absence_id, because=f"{name} has left", at=at)
        for absence_id, name in rows.all()
    )


def _note(
    actor_id: int | None, deed: str, absence_id: int, of: int, at: datetime, **details: str
) -> None:
    said = {name: text for name, text in details.items() if text}
    audit.record(
        actor_id,
        f"approval_away.{deed}",
        f"approval-absence:{absence_id}",
        at=at,
        on_behalf_of_id=None if actor_id == of else of,
        **said,
    )
