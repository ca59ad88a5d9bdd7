"""What has to be known to say how far somebody is from what a lock asks."""

from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from catalog.audiences.clauses import Lock
from catalog.audiences.names import NO_NAMES, Names, names_in
from catalog.states import AudienceAttribute as Attribute
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.ledger.queries.pace import earned_ever
from marketplace.people.models import Employee


@dataclass(frozen=True, slots=True)
class LockFacts:
    """Since when somebody works here, what they ever earned, and how the rules are called.

    `earned` none: it is not said.
    """

    names: Names = field(default_factory=lambda: NO_NAMES)
    hired_on: date | None = None
    earned: int | None = None
    department_id: int | None = None


def lock_facts(actor: Actor, lock: Lock | None) -> LockFacts:
    """What the page of a reward says a lock with: nothing is asked without one.

    One statement for the person, and one for each attribute whose names stand in a table.
    """
    if lock is None or actor.employee_id is None:
        return LockFacts()
    asked = {rule.attribute for clause in lock.clauses for rule in clause.rules}
    hired_on, earned = None, None
    if asked & {Attribute.TENURE_MONTHS, Attribute.POINTS_EARNED}:
        hired_on, earned = session().execute(_PERSON, {"employee": actor.employee_id}).one()
    return LockFacts(names_in([lock.clauses]), hired_on, earned, actor.department_id)


_employee = sa.bindparam("employee", type_=sa.BigInteger)
_PERSON = sa.select(Employee.hired_on, earned_ever(_employee)).where(Employee.id == _employee)
