"""Whose turn has come or is over, and which waits can come to nothing: what the jobs look for."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.models import UNITS_AT_HAND, Departure, PriceVersion, Reward, Variant, VariantStock
from catalog.states import RewardState, VariantState
from catalog.trips.models import Trip
from catalog.trips.states import LineRule
from marketplace.kernel.db import session
from marketplace.ledger.models import Account, AccountBalance
from marketplace.ledger.states import AccountKind
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.waiting.models import Wait
from redemption.waiting.states import LIVE, WaitState

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Next:
    """Who is next in a line; `at_hand` units there are, where smaller parties may go ahead."""

    wait_id: int
    at_hand: int | None


def next_in_line(variant_id: int, *, kept: int = 0) -> Next | None:
    """Whose turn it is by the rule of the line; `kept` units at hand are set aside by the caller.

    Whoever is first, or where smaller parties may go ahead, the first whose units are at hand.
    """
    may_skip = Trip.line_rule.is_not_distinct_from(LineRule.SKIP_TO_FIT)
    at_hand = UNITS_AT_HAND + kept
    found = session().execute(
        sa.select(Wait.id, sa.case((may_skip, at_hand)))
        .join(VariantStock, VariantStock.variant_id == Wait.variant_id)
        .join(Variant, Variant.id == Wait.variant_id)
        .outerjoin(Trip, Trip.reward_id == Variant.reward_id)
        .where(
            Wait.variant_id == variant_id,
            Wait.state == WaitState.WAITING,
            sa.or_(~may_skip, at_hand.is_(None), Wait.units <= at_hand),
        )
        .order_by(Wait.id)
        .limit(1)
    )
    row = found.one_or_none()
    return None if row is None else Next(*row)


def variants_to_offer() -> list[int]:
    """Variants that people wait for and of which a unit is at hand."""
    stock = VariantStock
    at_hand = sa.or_(stock.capacity.is_(None), UNITS_AT_HAND >= 1)
    wanted = sa.select(stock.variant_id).where(stock.awaited >= 1, at_hand)
    return list(session().scalars(wanted.order_by(stock.variant_id)))


def missed_turns(*, at: datetime) -> list[int]:
    """Ids of waits whose units were kept until now and not taken."""
    over = sa.select(Wait.id).where(Wait.state == WaitState.OFFERED, Wait.kept_until <= at)
    return list(session().scalars(over.order_by(Wait.id).limit(AT_ONCE)))


def able_again(*, at: datetime) -> list[int]:
    """Ids of waits paused for want of points whose people may have enough by now.

    Measured by the lowest price that holds anywhere: whether they do is looked at one by one.
    """
    price = PriceVersion
    lowest = (
        sa.select(sa.func.min(price.points))
        .where(
            price.variant_id == Wait.variant_id,
            price.valid_from <= at,
            sa.or_(price.valid_until.is_(None), price.valid_until > at),
        )
        .scalar_subquery()
    )
    balance = AccountBalance.posted - AccountBalance.held - AccountBalance.floor
    able = (
        sa.select(Wait.id)
        .join(Account, Account.owner_id == Wait.employee_id)
        .join(AccountBalance, AccountBalance.account_id == Account.id)
        .where(
            Account.kind == AccountKind.MEMBER,
            Wait.state == WaitState.PAUSED,
            balance >= lowest * Wait.units,
        )
    )
    return list(session().scalars(able.order_by(Wait.id).limit(AT_ONCE)))


def hopeless(*, at: datetime, variant_id: int | None = None) -> list[int]:
    """Ids of waits of people who left, or for what can't be asked for any more.

    Of everything, or for one variant.
    """
    gone = (
        sa.select(Wait.id)
        .join(Employee, Employee.id == Wait.employee_id)
        .join(Variant, Variant.id == Wait.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .outerjoin(Departure, Departure.variant_id == Variant.id)
        .where(
            Wait.state.in_(LIVE),
            sa.or_(
                Departure.cutoff_on < at.date(),
                Employee.status != EmployeeStatus.ACTIVE,
                Variant.state != VariantState.ON_SALE,
                Reward.state != RewardState.PUBLISHED,
            ),
        )
    )
    if variant_id is not None:
        gone = gone.where(Wait.variant_id == variant_id)
    return list(session().scalars(gone.order_by(Wait.id).limit(AT_ONCE)))
