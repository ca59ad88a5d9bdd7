"""Pools of people whom policies ask, as those who set policies read them."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from marketplace.people.queries import Person, people_where
from redemption.approvals.gates import pools_asked
from redemption.approvals.models import ApprovalPool, ApprovalPoolMember
from redemption.approvals.queries.routing import rules_in_force


@dataclass(frozen=True, slots=True)
class Pool:
    """A pool with its people and the names of the policies that ask it."""

    slug: str
    name: str
    people: tuple[Person, ...]
    asked_by: tuple[str, ...]

    @property
    def at_work(self) -> tuple[Person, ...]:
        """Those who can be asked."""
        return tuple(who for who in self.people if who.is_active)


def pool_choices() -> list[tuple[str, str]]:
    """The pools there are, by name, as slug and name."""
    pool = ApprovalPool
    wanted = sa.select(pool.slug, pool.name).where(pool.ended_at.is_(None)).order_by(pool.name)
    return [(row.slug, row.name) for row in session().execute(wanted)]


def pools_listed(*, at: datetime) -> list[Pool]:
    """Every pool there is, by name, with its people and who asks it."""
    chosen = pool_choices()
    member = ApprovalPoolMember
    pairs = session().execute(sa.select(member.pool, member.employee_id)).all()
    people = people_where(Employee.id.in_(sa.select(member.employee_id)))
    inside: dict[str, set[int]] = {}
    for row in pairs:
        inside.setdefault(row.pool, set()).add(row.employee_id)
    rules = rules_in_force(at=at)
    return [
        Pool(
            slug,
            name,
            tuple(who for who in people if who.id in inside.get(slug, ())),
            tuple(rule.name for rule in rules if slug in pools_asked(rule.gates)),
        )
        for slug, name in chosen
    ]


def pool_page(slug: str, *, at: datetime) -> Pool:
    """One pool. Raises NotFound."""
    found = next((pool for pool in pools_listed(at=at) if pool.slug == slug), None)
    if found is None:
        raise NotFound("There is no such pool, or it has ended.")
    return found
