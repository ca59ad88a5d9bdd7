"""Wishes of which something is no longer as their owner was told: in one statement for everyone."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.models import UNITS_FREE, Departure, PriceVersion, Reward, Variant, VariantStock
from catalog.queries.audience import on_shelf
from catalog.queries.offers import can_be_asked_for, current_price_id
from catalog.wishes.models import Wish
from catalog.wishes.policies import NEAR, REACHED
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.ledger.models import Account, AccountBalance
from marketplace.ledger.states import AccountKind
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus

ANY = 0  # stands for “whichever variant costs least”
AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Due:
    """A wish to look at again, with its price and whether there is one to have."""

    wish_id: int
    points: int
    has_unit: bool


def wishes_due(*, after_id: int = 0, at: datetime) -> list[Due]:
    """The next wishes whose price, stock or level of the goal moved, of people who work here.

    What people may see and what they can spend is looked at again, exactly, for these few.
    """
    offered = _offered(at)
    balance = AccountBalance.posted - AccountBalance.held - AccountBalance.floor
    available = sa.func.coalesce(sa.case((Wish.is_goal, balance)), 0)
    level = sa.case(
        (available >= offered.c.points, REACHED),
        (available * 100 >= offered.c.points * NEAR, NEAR),
        else_=0,
    )
    meant = sa.and_(
        offered.c.reward_id == Wish.reward_id,
        offered.c.variant_id == sa.func.coalesce(Wish.variant_id, ANY),
    )
    member = sa.and_(Account.kind == AccountKind.MEMBER, Account.owner_id == Wish.employee_id)
    statement = (
        sa.select(Wish.id, offered.c.points, offered.c.has_unit)
        .join(Employee, Employee.id == Wish.employee_id)
        .join(offered, meant)
        .outerjoin(Account, sa.and_(member, Wish.is_goal))
        .outerjoin(AccountBalance, AccountBalance.account_id == Account.id)
        .where(
            Wish.id > after_id,
            Employee.status == EmployeeStatus.ACTIVE,
            sa.or_(
                offered.c.points != Wish.seen_points,
                offered.c.has_own == 1,
                sa.case((Wish.is_sold_out, 1), else_=0) == offered.c.has_unit,
                sa.and_(Wish.is_goal, level > Wish.goal_level),
            ),
        )
        .order_by(Wish.id)
        .limit(AT_ONCE)
    )
    return [Due(row.id, row.points, bool(row.has_unit)) for row in session().execute(statement)]


def _offered(at: datetime) -> sa.CTE:
    """What each variant on sale costs and whether one is left; and each reward at its cheapest."""
    has_unit = sa.case((VariantStock.capacity.is_(None), 1), (UNITS_FREE > 0, 1), else_=0)
    variants = (
        sa.select(
            Variant.reward_id,
            Variant.id.label("variant_id"),
            PriceVersion.points,
            has_unit.label("has_unit"),
            _has_prices_of_countries().label("has_own"),
        )
        .join(Reward, Reward.id == Variant.reward_id)
        .join(PriceVersion, PriceVersion.id == current_price_id(at))
        .join(VariantStock, VariantStock.variant_id == Variant.id)
        .outerjoin(Departure, Departure.variant_id == Variant.id)
        .where(
            *on_shelf(Actor.system(), at),
            can_be_asked_for(at),
        )
        .cte("variants_now")
    )
    cheapest = sa.select(
        variants.c.reward_id,
        sa.literal(ANY).label("variant_id"),
        sa.func.min(variants.c.points).label("points"),
        sa.func.max(variants.c.has_unit).label("has_unit"),
        sa.func.max(variants.c.has_own).label("has_own"),
    ).group_by(variants.c.reward_id)
    return sa.union_all(cheapest, sa.select(variants)).cte("offered")


def _has_prices_of_countries() -> sa.ColumnElement[int]:
    """1 where a country has a price of its own, which only a look at each person can tell."""
    own = sa.exists().where(
        PriceVersion.variant_id == Variant.id, PriceVersion.country.is_not(None)
    )
    return sa.case((own.correlate(Variant), 1), else_=0)
