"""Units and limits: guarded UPDATEs decide, and nothing changes when they say no."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from catalog import operations
from catalog.errors import LimitReached, NotOnSale, SoldOut, StockMismatch
from catalog.models import MemberUsage, VariantStock
from catalog.states import LimitPeriod
from marketplace.access.actor import Actor
from marketplace.kernel.db import session, transaction
from tests.support.catalog import stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.people import employ_maya, employ_omar


def stock_of(variant_id):
    stock = VariantStock
    row = session().execute(
        sa.select(stock.capacity, stock.reserved, stock.sold).where(stock.variant_id == variant_id)
    )
    return tuple(row.one())


def used_by(employee_id):
    usage = MemberUsage
    rows = session().execute(
        sa.select(usage.period, usage.used).where(usage.employee_id == employee_id)
    )
    return dict(rows.all())


def test_a_unit_set_aside_is_sold_and_then_returned(at):
    backpack = stock_reward(capacity=2)
    with transaction():
        operations.reserve_stock(backpack.variant_id, 1, at=at)
        assert stock_of(backpack.variant_id) == (2, 1, 0)
        operations.sell_reserved(backpack.variant_id, 1)
        assert stock_of(backpack.variant_id) == (2, 0, 1)
        operations.return_sold(backpack.variant_id, 1)
        assert stock_of(backpack.variant_id) == (2, 0, 0)


def test_a_unit_given_back_is_there_for_the_next(at):
    backpack = stock_reward(capacity=1)
    with transaction():
        operations.reserve_stock(backpack.variant_id, 1, at=at)
        operations.release_stock(backpack.variant_id, 1)
        operations.reserve_stock(backpack.variant_id, 1, at=at)
    assert stock_of(backpack.variant_id) == (1, 1, 0)


def test_the_last_one_gone_says_so_and_changes_nothing(at):
    backpack = stock_reward(capacity=1)
    with transaction():
        operations.reserve_stock(backpack.variant_id, 1, at=at)
    with pytest.raises(SoldOut, match="The last one has just gone") as refusal, transaction():
        operations.reserve_stock(backpack.variant_id, 1, at=at)
    assert refusal.value.facts == {"left": 0}
    assert stock_of(backpack.variant_id) == (1, 1, 0)


def test_asking_for_more_than_are_left_names_how_many_there_are(at):
    backpack = stock_reward(capacity=3)
    with pytest.raises(SoldOut, match="Only 3 left"), transaction():
        operations.reserve_stock(backpack.variant_id, 4, at=at)


def test_without_a_capacity_there_are_always_more(at):
    card = stock_gift_card()
    with transaction():
        operations.reserve_stock(card.variant_id, 5_000, at=at)
    assert stock_of(card.variant_id) == (None, 5_000, 0)


def test_a_reward_retired_meanwhile_is_not_reserved(at):
    backpack = stock_reward(capacity=3)
    with transaction():
        operations.retire_reward(Actor.system(), backpack.reward_id, reason="Season over.", at=at)
    with pytest.raises(NotOnSale, match="no longer offered"), transaction():
        operations.reserve_stock(backpack.variant_id, 1, at=at)


@pytest.mark.parametrize("verb", ["release_stock", "sell_reserved", "return_sold"])
def test_nothing_is_given_back_or_sold_that_was_not_set_aside(at, verb):
    backpack = stock_reward(capacity=3)
    with pytest.raises(StockMismatch), transaction():
        getattr(operations, verb)(backpack.variant_id, 1)


def test_the_database_itself_refuses_to_oversell(at):
    backpack = stock_reward(capacity=1)
    with pytest.raises(sa.exc.IntegrityError, match="never_oversold"), transaction():
        session().execute(sa.update(VariantStock).values(reserved=2))
    assert stock_of(backpack.variant_id) == (1, 0, 0)


def test_one_a_year_means_one_a_year(at):
    maya, trip = employ_maya(), stock_lisbon_trip()
    with transaction():
        operations.count_taken(trip, maya, 1, at=at)
    with pytest.raises(LimitReached, match="once a year"), transaction():
        operations.count_taken(trip, maya, 1, at=at)
    with transaction():
        operations.count_taken(trip, maya, 1, at=at.replace(year=2027))
        operations.count_taken(trip, employ_omar(), 1, at=at)
    assert used_by(maya) == {"2026": 1, "2026-Q4": 1, "2026-11": 1, "ever": 2} | {
        "2027": 1,
        "2027-Q4": 1,
        "2027-11": 1,
    }


def test_a_limit_given_back_can_be_used_again(at):
    maya, trip = employ_maya(), stock_lisbon_trip()
    with transaction():
        operations.count_taken(trip, maya, 1, at=at)
        operations.uncount_taken(trip.reward_id, maya, 1, taken_at=at)
        operations.count_taken(trip, maya, 1, at=at)
    assert set(used_by(maya).values()) == {1}


def test_more_at_once_than_the_limit_are_refused(at):
    maya = employ_maya()
    card = stock_gift_card(limit_per_person=2, limit_period=LimitPeriod.MONTH)
    with pytest.raises(LimitReached, match="2 times a month"), transaction():
        operations.count_taken(card, maya, 3, at=at)
    assert session().scalar(sa.select(sa.func.count()).select_from(MemberUsage)) == 0


@pytest.mark.parametrize(
    ("before", "after", "may_still"),
    [
        ((None, None), (2, LimitPeriod.YEAR), 0),
        ((None, None), (5, LimitPeriod.EVER), 2),
        ((3, LimitPeriod.MONTH), (4, LimitPeriod.QUARTER), 1),
        ((3, LimitPeriod.EVER), (3, LimitPeriod.MONTH), 0),
        ((3, LimitPeriod.YEAR), (None, None), 9),
    ],
)
def test_a_limit_set_or_changed_later_knows_what_maya_has_had(at, before, after, may_still):
    maya, card = employ_maya(), stock_gift_card()

    def limited(limit):
        return replace(card, limit_per_person=limit[0], limit_period=limit[1])

    with transaction():
        operations.count_taken(limited(before), maya, 3, at=at)
    if may_still:
        with transaction():
            operations.count_taken(limited(after), maya, may_still, at=at)
    if after[0]:
        with pytest.raises(LimitReached), transaction():
            operations.count_taken(limited(after), maya, 1, at=at)
    assert used_by(maya)["ever"] == 3 + may_still


def test_giving_back_more_than_was_used_is_a_fault(at):
    maya, trip = employ_maya(), stock_lisbon_trip()
    with pytest.raises(StockMismatch), transaction():
        operations.uncount_taken(trip.reward_id, maya, 1, taken_at=at)


@pytest.mark.parametrize(
    ("period", "name"),
    [("ever", "ever"), ("year", "2026"), ("quarter", "2026-Q4"), ("month", "2026-11")],
)
def test_a_period_has_a_name(period, name):
    from tests.conftest import MONDAY

    assert LimitPeriod(period).around(MONDAY) == name
