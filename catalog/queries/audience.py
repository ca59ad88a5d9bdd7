"""Who may see what, as conditions of the one statement a page asks."""

from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from catalog.models import AudienceRule, Reward
from catalog.queries.rows import Statement
from catalog.states import AudienceAttribute, RewardState
from marketplace.access.actor import Actor
from marketplace.people.models import Employee

LONGER_THAN_ANYBODY = 100_000


@lru_cache(maxsize=64)  # a page asks several times; putting an expression together is not free
def on_shelf(actor: Actor, at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Conditions on `rewards`: published, within its dates, and for this actor."""
    published = (
        Reward.state == RewardState.PUBLISHED,
        sa.or_(Reward.visible_from.is_(None), Reward.visible_from <= at),
        sa.or_(Reward.visible_until.is_(None), Reward.visible_until > at),
    )
    if actor.employee_id is None:
        return published
    return (
        *published,
        Reward.id.not_in(_closed(AudienceRule.reward_id, actor, at)),
        Reward.tier_id.not_in(_closed(AudienceRule.tier_id, actor, at)),
    )


def _closed(target: InstrumentedAttribute[int | None], actor: Actor, at: datetime) -> Statement:
    """The targets with an attribute of which no accepted value fits the actor."""
    fitting = sa.func.sum(sa.case((_fits(actor, at), 1), else_=0))
    return (
        sa.select(target)
        .where(target.is_not(None))
        .group_by(target, AudienceRule.attribute)
        .having(fitting == 0)
    )


def _fits(actor: Actor, at: datetime) -> sa.ColumnElement[bool]:
    rule = AudienceRule
    values = {
        AudienceAttribute.DEPARTMENT: [str(actor.department_id)] if actor.department_id else [],
        AudienceAttribute.SITE: [actor.site] if actor.site else [],
        AudienceAttribute.COUNTRY: [actor.country] if actor.country else [],
        AudienceAttribute.ROLE: sorted(role.value for role in actor.roles),
    }
    plain = [
        sa.and_(rule.attribute == attribute, rule.value.in_(accepted))
        for attribute, accepted in values.items()
        if accepted
    ]
    months_asked = sa.case(
        (rule.attribute == AudienceAttribute.TENURE_MONTHS, sa.cast(rule.value, sa.Integer)),
        else_=LONGER_THAN_ANYBODY,
    )
    return sa.or_(*plain, months_asked <= _months_here(actor.id, at))


def _months_here(employee_id: int, at: datetime) -> sa.ScalarSelect[Any]:
    """Full months since the day of hire; nothing when it is not known."""
    hired = Employee.hired_on
    months = (
        (at.year - sa.extract("year", hired)) * 12
        + (at.month - sa.extract("month", hired))
        - sa.case((sa.extract("day", hired) > at.day, 1), else_=0)
    )
    return sa.select(months).where(Employee.id == employee_id).scalar_subquery()
