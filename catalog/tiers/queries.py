"""Tiers as those who manage them see them, and who is invited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.audiences.clauses import Clauses
from catalog.audiences.models import TierInvitation
from catalog.audiences.names import names_in
from catalog.audiences.queries import clauses_by_audience, clauses_in
from catalog.audiences.words import closed_words, sentence
from catalog.models import Reward, Tier
from catalog.queries.editor import Change
from catalog.states import AudienceAttribute, RewardState
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import in_batches, session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from marketplace.people.queries import normal_email
from marketplace.people.states import EmployeeStatus

LATEST_CHANGES = 20


@dataclass(frozen=True, slots=True)
class TierRow:
    """A tier in the list; `opens` says for whom it is and what opens it."""

    id: int
    slug: str
    name: str
    note: str
    hue: int
    icon: str
    rewards: int
    on_shelf: int
    invited: int
    opens: str


@dataclass(frozen=True, slots=True)
class TierEditor:
    """A tier with everything a manager may change."""

    id: int
    slug: str
    name: str
    note: str
    hue: int
    icon: str
    clauses: Clauses
    rewards: int
    changes: tuple[Change, ...]

    @property
    def takes_invitations(self) -> bool:
        """Whether an invitation is among what opens it."""
        rules = (rule for clause in self.clauses for rule in clause.rules)
        return any(rule.attribute is AudienceAttribute.INVITATION for rule in rules)


@dataclass(frozen=True, slots=True)
class Invitation:
    """One person invited to a tier, by whom (None: Laurel itself), when and why."""

    employee_id: int
    name: str
    title: str
    is_active: bool
    by: str | None
    at: datetime
    reason: str


def tiers_listed() -> list[TierRow]:
    """Every tier, the least significant first, in a few statements however many there are."""
    standing, invited = _rewards_on(), _invited_to()
    rows = (
        session()
        .execute(
            sa.select(
                Tier,
                sa.func.coalesce(standing.c.rewards, 0),
                sa.func.coalesce(standing.c.shown, 0),
                sa.func.coalesce(invited.c.number, 0),
            )
            .outerjoin(standing, standing.c.tier_id == Tier.id)
            .outerjoin(invited, invited.c.tier_id == Tier.id)
            .order_by(Tier.position)
        )
        .all()
    )
    said = _sentences([row.Tier.audience_id for row in rows])
    return [
        TierRow(
            *(getattr(tier, name) for name in ("id", "slug", "name", "note", "hue", "icon")),
            *map(int, counts),
            opens=said.get(tier.audience_id or 0, "Everyone."),
        )
        for tier, *counts in rows
    ]


def _rewards_on() -> sa.Subquery:
    return (
        sa.select(
            Reward.tier_id,
            sa.func.count().label("rewards"),
            sa.func.sum(sa.case((Reward.state == RewardState.PUBLISHED, 1), else_=0)).label(
                "shown"
            ),
        )
        .where(Reward.state != RewardState.DISCARDED)
        .group_by(Reward.tier_id)
        .subquery()
    )


def _invited_to() -> sa.Subquery:
    return (
        sa.select(TierInvitation.tier_id, sa.func.count().label("number"))
        .group_by(TierInvitation.tier_id)
        .subquery()
    )


def _sentences(audience_ids: Iterable[int | None]) -> dict[int, str]:
    audiences = clauses_by_audience({one for one in audience_ids if one is not None})
    names = names_in(audiences.values())
    return {
        one: f"{sentence(clauses, names)}. {closed_words(clauses)}"
        for one, clauses in audiences.items()
    }


def tier_editor(slug: str) -> TierEditor:
    """One tier for whoever changes it. Raises NotFound."""
    tier = session().scalar(sa.select(Tier).where(Tier.slug == slug))
    if tier is None:
        raise NotFound("We can't find this tier.")
    stands = (Reward.tier_id == tier.id, Reward.state != RewardState.DISCARDED)
    number = sa.select(sa.func.count()).where(*stands)
    return TierEditor(
        **{name: getattr(tier, name) for name in ("id", "slug", "name", "note", "hue", "icon")},
        clauses=clauses_in(tier.audience_id),
        rewards=session().scalar(number) or 0,
        changes=changes_of(f"tier:{tier.id}"),
    )


def changes_of(subject: str) -> tuple[Change, ...]:
    """The latest deeds on something, the newest first; `person` is who was meant, by name."""
    person, meant = aliased(Employee), AuditEntry.details["employee_id"].as_integer()
    rows = session().execute(
        sa.select(AuditEntry.at, Employee.name, AuditEntry.action, AuditEntry.details, person.name)
        .outerjoin(Employee, Employee.id == AuditEntry.actor_id)
        .outerjoin(person, person.id == meant)
        .where(AuditEntry.subject == subject)
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(LATEST_CHANGES)
    )
    return tuple(
        Change(at, who, action, {**details, "person": name})
        for at, who, action, details, name in rows
    )


def invitations(tier_id: int, *, limit: int, after: int = 0) -> list[Invitation]:
    """Who is invited to a tier, by name; `after` is the last one's id on the page before."""
    host, last = aliased(Employee), aliased(Employee)
    before = sa.select(last.name).where(last.id == after).scalar_subquery()
    is_further = sa.or_(
        Employee.name > before, sa.and_(Employee.name == before, Employee.id > after)
    )
    rows = session().execute(
        sa.select(
            Employee.id,
            Employee.name,
            Employee.title,
            Employee.status == EmployeeStatus.ACTIVE,
            host.name,
            TierInvitation.invited_at,
            TierInvitation.reason,
        )
        .join(TierInvitation, TierInvitation.employee_id == Employee.id)
        .outerjoin(host, host.id == TierInvitation.invited_by_id)
        .where(TierInvitation.tier_id == tier_id, is_further if after else sa.true())
        .order_by(Employee.name, Employee.id)
        .limit(limit)
    )
    return [Invitation(*row) for row in rows]


def people_meant(lines: Sequence[str]) -> dict[str, list[tuple[int, str]]]:
    """Who at work each line means, as id and name: by employee number, e-mail or full name."""
    found: dict[str, dict[int, str]] = {}
    for batch in in_batches(list(lines)):
        folded = {line.casefold() for line in batch}
        wanted = sa.or_(
            Employee.external_id.in_(batch),
            Employee.email.in_({normal_email(line) for line in batch}),
            Employee.name.in_(batch),
            sa.func.lower(Employee.name).in_(folded),
        )
        rows = session().execute(
            sa.select(Employee.id, Employee.name, Employee.email, Employee.external_id).where(
                wanted, Employee.status == EmployeeStatus.ACTIVE
            )
        )
        for row in rows:
            for key in {row.external_id, row.email or "", row.name.casefold()}:
                found.setdefault(key, {})[row.id] = row.name
    return {line: sorted(_meant(line, found).items()) for line in lines}


def _meant(line: str, found: dict[str, dict[int, str]]) -> dict[int, str]:
    """An employee number goes before an e-mail, and that before a name."""
    keys = (line, normal_email(line), line.casefold())
    return next((found[key] for key in keys if key in found), {})
