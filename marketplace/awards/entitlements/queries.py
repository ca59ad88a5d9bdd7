"""Rewards won, as the person who won one and as managers see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.offers import telling_label
from catalog.states import Kind, RewardState, VariantState
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.models import Entitlement, EntitlementEvent
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus


@dataclass(frozen=True, slots=True)
class Won:
    """A reward somebody won or waits in line for; without a reward while nothing is free."""

    id: int
    person: str
    state: EntitlementState
    place: int
    line: int | None
    reward: str
    label: str
    kind: Kind | None
    reward_slug: str
    art: dict[str, Any]
    photo: dict[str, Any]
    reason: str
    explanation: dict[str, Any]
    program_id: int
    rule_version: int
    created_at: datetime

    @property
    def title(self) -> str:
        """The reward with its date or size, or what one waits for."""
        if self.kind is None:
            return "A place that becomes free"
        return _named(self.reward, self.label, self.kind)

    @property
    def can_be_given_up(self) -> bool:
        """Whether it may still be declined or withdrawn."""
        return self.state in {EntitlementState.GRANTED, EntitlementState.ALTERNATE}


def _named(reward: str, label: str, kind: Kind) -> str:
    return ", ".join(filter(None, (reward, telling_label(label, kind))))


_WON = (
    sa.select(
        Entitlement.id,
        Employee.name,
        Entitlement.state,
        Entitlement.place,
        Entitlement.line,
        sa.func.coalesce(Reward.name, ""),
        sa.func.coalesce(Variant.label, ""),
        Reward.kind,
        sa.func.coalesce(Reward.slug, ""),
        Reward.art,
        Reward.photo,
        Entitlement.reason,
        Entitlement.explanation,
        Entitlement.program_id,
        Entitlement.rule_version,
        Entitlement.created_at,
    )
    .join(Employee, Employee.id == Entitlement.employee_id)
    .outerjoin(Variant, Variant.id == Entitlement.variant_id)
    .outerjoin(Reward, Reward.id == Variant.reward_id)
)


def my_rewards_won(actor: Actor) -> list[Won]:
    """What this person won and waits for, the newest first."""
    mine = _WON.where(Entitlement.employee_id == actor.id).order_by(Entitlement.id.desc())
    return [Won(*row) for row in session().execute(mine)]


def my_reward_won(actor: Actor, entitlement_id: int) -> Won:
    """One of them. Raises NotFound for other people's."""
    mine = _WON.where(Entitlement.id == entitlement_id, Entitlement.employee_id == actor.id)
    return _one(mine)


def reward_won(entitlement_id: int) -> Won:
    """Anybody's, for managers and letters. Raises NotFound."""
    return _one(_WON.where(Entitlement.id == entitlement_id))


def _one(query: Any) -> Won:
    row = session().execute(query).one_or_none()
    if row is None:
        raise NotFound("There is no such reward won.")
    return Won(*row)


def rewards_won_in(program_id: int) -> list[Won]:
    """Everything a program gave, places first, then the line in its order."""
    rows = session().execute(
        _WON.where(Entitlement.program_id == program_id).order_by(
            Entitlement.line.is_not(None), Entitlement.line, Entitlement.place, Entitlement.id
        )
    )
    return [Won(*row) for row in rows]


def waiting_in_line(program_id: int) -> sa.Select[Entitlement]:
    """Those who wait for a reward of a program and still work here, in their order."""
    return (
        sa.select(Entitlement)
        .join(Employee, Employee.id == Entitlement.employee_id)
        .where(
            Entitlement.program_id == program_id,
            Entitlement.state == EntitlementState.ALTERNATE,
            Employee.status == EmployeeStatus.ACTIVE,
        )
        .order_by(Entitlement.line, Entitlement.id)
    )


def waits_in_line(employee_id: int, program_id: int) -> bool:
    """Whether somebody waits in the line of a program."""
    mine = sa.exists().where(
        Entitlement.program_id == program_id,
        Entitlement.employee_id == employee_id,
        Entitlement.state == EntitlementState.ALTERNATE,
    )
    return session().scalar(sa.select(mine)) is True


def has_somebody_next(won: Won) -> bool:
    """Whether somebody would have this reward as soon as its winner gives it up."""
    return session().scalar(sa.select(waiting_in_line(won.program_id).exists())) is True


def winner_of(entitlement_id: int) -> int:
    """The id of the person it belongs to."""
    return session().get_one(Entitlement, entitlement_id).employee_id


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to a reward won."""

    to_state: EntitlementState
    by: str
    reason: str
    at: datetime


def what_happened(entitlement_id: int) -> Sequence[Happened]:
    """Its whole story, in order."""
    rows = session().execute(
        sa.select(
            EntitlementEvent.to_state, Employee.name, EntitlementEvent.reason, EntitlementEvent.at
        )
        .outerjoin(Employee, Employee.id == EntitlementEvent.actor_id)
        .where(EntitlementEvent.entitlement_id == entitlement_id)
        .order_by(EntitlementEvent.id)
    )
    return [Happened(state, by or "Laurel", reason, at) for state, by, reason, at in rows]


def prize_choices() -> list[tuple[str, str]]:
    """The rewards of the catalog that can be won: id of the variant as text, and its name."""
    rows = session().execute(
        sa.select(Variant.id, Reward.name, Variant.label, Reward.kind)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(Variant.state == VariantState.ON_SALE, Reward.state == RewardState.PUBLISHED)
        .order_by(Reward.name, Variant.position, Variant.id)
    )
    return [(str(variant_id), _named(name, label, kind)) for variant_id, name, label, kind in rows]
