"""What those who nominate see: whom they may name, and what they wrote."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Department, Employee
from marketplace.people.queries import Person, people_by_id
from marketplace.people.states import EmployeeStatus
from marketplace.programs.nominations.models import Nomination, NominationRound
from marketplace.programs.nominations.queries.rounds import Round
from marketplace.programs.nominations.states import NominationState, RoundState
from marketplace.programs.nominations.terms import NominationTerms

PEOPLE_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Found:
    """Somebody who may be nominated."""

    id: int
    name: str
    title: str
    department: str


def people_to_nominate(actor: Actor, terms: NominationTerms, text: str) -> list[Found]:
    """People at work whom somebody may name, by a part of their name; never themselves."""
    query = (
        sa.select(Employee.id, Employee.name, Employee.title, Department.name)
        .outerjoin(Department, Department.id == Employee.department_id)
        .where(Employee.status == EmployeeStatus.ACTIVE, Employee.id != actor.id)
        .order_by(Employee.name, Employee.id)
        .limit(PEOPLE_SHOWN + 1)
    )
    if terms.nominees:
        query = query.where(Employee.department_id.in_([one.id for one in terms.nominees]))
    for word in text.split():
        query = query.where(Employee.name.icontains(word, autoescape=True))
    return [Found(row[0], row[1], row[2], row[3] or "") for row in session().execute(query)]


@dataclass(frozen=True, slots=True)
class MyNomination:
    """What somebody wrote in a round."""

    id: int
    round_id: int
    round: str
    state: RoundState
    closes_on: date
    nominee_id: int
    nominee: str
    questions: list[str]
    answers: list[str]

    def is_open(self, today: date) -> bool:
        """Whether it can still be changed, as far as the round is concerned."""
        return self.state is RoundState.OPEN and today <= self.closes_on


def _mine(actor: Actor) -> Any:
    return (
        sa.select(
            Nomination.id,
            Nomination.round_id,
            NominationRound.name,
            NominationRound.state,
            NominationRound.closes_on,
            Nomination.nominee_id,
            Employee.name,
            Nomination.questions,
            Nomination.answers,
        )
        .join(NominationRound, NominationRound.id == Nomination.round_id)
        .join(Employee, Employee.id == Nomination.nominee_id)
        .where(Nomination.nominator_id == actor.id, Nomination.state == NominationState.SENT)
        .order_by(Nomination.id.desc())
    )


def my_nominations(actor: Actor, limit: int = 30) -> list[MyNomination]:
    """What somebody wrote, the newest first."""
    return [MyNomination(*row) for row in session().execute(_mine(actor).limit(limit))]


def my_nomination(actor: Actor, nomination_id: int) -> MyNomination:
    """One nomination of somebody's own. Raises NotFound for others' and for withdrawn ones."""
    row = session().execute(_mine(actor).where(Nomination.id == nomination_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such nomination of yours.")
    return MyNomination(*row)


def nomination_id_of(actor: Actor, seen: Round, nominee_id: int) -> int | None:
    """The nomination somebody wrote about a person in a round, if they did."""
    return session().scalar(
        sa.select(Nomination.id).where(
            Nomination.round_id == seen.id,
            Nomination.nominator_id == actor.id,
            Nomination.nominee_id == nominee_id,
            Nomination.state == NominationState.SENT,
        )
    )


def person_or_none(employee_id: int) -> Person | None:
    """Somebody, or None for an id nobody has."""
    return people_by_id([employee_id]).get(employee_id)
