"""Whose turn has come or is over, and which waits can come to nothing: what the jobs look for."""

from datetime import datetime

import sqlalchemy as sa

from catalog.models import UNITS_AT_HAND, PriceVersion, Reward, Variant, VariantStock
from catalog.states import RewardState, VariantState
from marketplace.kernel.db import session
from marketplace.ledger.models import Account, AccountBalance
from marketplace.ledger.states import AccountKind
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.waiting.models import Wait
from redemption.waiting.states import LIVE, WaitState

AT_ONCE = 500


def variants_to_offer() -> list[int]:
    """Variants that people wait for and of which a unit is at hand."""
    stock = VariantStock
    at_hand = sa.or_(stock.capacity.is_(None), UNITS_AT_HAND >= 1)
    wanted = sa.select(stock.variant_id).where(stock.awaited >= 1, at_hand)
    return list(session().scalars(wanted.order_by(stock.variant_id)))


def missed_turns(*, at: datetime) -> list[int]:
    """Ids of waits whose unit was kept until now and not taken."""
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
            Account.kind == AccountKind.MEMBER, Wait.state == WaitState.PAUSED, balance >= lowest
        )
    )
    return list(session().scalars(able.order_by(Wait.id).limit(AT_ONCE)))


def hopeless() -> list[int]:
    """Ids of waits of people who left, or for what is off the shelf."""
    gone = (
        sa.select(Wait.id)
        .join(Employee, Employee.id == Wait.employee_id)
        .join(Variant, Variant.id == Wait.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(
            Wait.state.in_(LIVE),
            sa.or_(
                Employee.status != EmployeeStatus.ACTIVE,
                Variant.state != VariantState.ON_SALE,
                Reward.state != RewardState.PUBLISHED,
            ),
        )
    )
    return list(session().scalars(gone.order_by(Wait.id).limit(AT_ONCE)))
