from datetime import timedelta

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import NotFound
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.operations import (
    HoldNotDue,
    HoldResolved,
    InsufficientPoints,
    Refund,
    RefundTooLarge,
    capture_hold,
    expire_hold,
    expire_points,
    extend_hold,
    hold_points,
    open_account,
    release_hold,
    reverse_capture,
)
from marketplace.ledger.queries import Returned, points_of, returned_from
from tests.support.ledger import give_points, hold, lots_of
from tests.support.people import employ_maya


@pytest.fixture
def maya(at):
    return employ_maya()


@pytest.fixture
def account(maya, at):
    with transaction():
        return open_account(maya, at=at)


def shape(account):
    return [(lot.granted, lot.remaining, lot.held) for lot in lots_of(account)]


def refund_of(held, key, at):
    return reverse_capture(held, Refund(key, "Sold out"), at=at)


def test_maya_has_what_she_was_given(maya, at):
    give_points(maya, 5_000)
    points = points_of(maya, at=at)
    assert (points.available, points.held, points.posted, points.owed) == (5_000, 0, 5_000, 0)


def test_a_hold_takes_the_points_that_expire_first(maya, account, at):
    give_points(maya, 100)
    give_points(maya, 200, days=90)
    give_points(maya, 300, days=30)
    hold(maya, 350)
    assert shape(account) == [(100, 100, 0), (200, 200, 50), (300, 300, 300)]
    assert points_of(maya, at=at).available == 250


def test_points_past_their_last_day_are_not_held(maya, time):
    give_points(maya, 300, days=30)
    give_points(maya, 100)
    at = time.forward(days=30)
    with pytest.raises(InsufficientPoints) as refusal, transaction():
        hold_points(
            maya, 101, reference="redemption:1", expires_at=at + timedelta(days=1),
            actor_id=maya, at=at,
        )  # fmt: skip
    assert refusal.value.facts == {"needed": 101, "available": 100}
    assert points_of(maya, at=at).available == 100


def test_a_refused_hold_changes_nothing_even_when_the_caller_goes_on(maya, account, time):
    give_points(maya, 300, days=30)
    give_points(maya, 100)
    at = time.forward(days=30)
    with transaction():
        for points in (101, 500):
            with pytest.raises(InsufficientPoints):
                hold_points(
                    maya, points, reference=f"redemption:{points}",
                    expires_at=at + timedelta(days=1), actor_id=maya, at=at,
                )  # fmt: skip
    assert points_of(maya, at=at).held == 0
    assert shape(account) == [(300, 300, 0), (100, 100, 0)]


def test_the_refusal_says_what_is_missing(maya, at):
    give_points(maya, 1_950)
    with pytest.raises(InsufficientPoints, match="You need 3,050 more points"):
        hold(maya, 5_000)


def test_somebody_without_an_account_has_nothing_to_hold(maya, at):
    with pytest.raises(InsufficientPoints):
        hold(maya, 1)


def test_a_capture_spends_and_a_release_gives_back_to_the_same_lots(maya, account, at):
    give_points(maya, 100, days=30)
    give_points(maya, 100, days=60)
    spent, given_back = hold(maya, 60), hold(maya, 90)
    with transaction():
        capture_hold(spent, actor_id=None, at=at)
        release_hold(given_back, actor_id=None, at=at)
    assert shape(account) == [(100, 40, 0), (100, 100, 0)]
    points = points_of(maya, at=at)
    assert (points.available, points.held, points.posted) == (140, 0, 140)


@pytest.mark.parametrize("first", [capture_hold, release_hold])
@pytest.mark.parametrize("second", [capture_hold, release_hold])
def test_a_hold_ends_once(maya, at, first, second):
    give_points(maya, 100)
    held = hold(maya, 100)
    with transaction():
        first(held, actor_id=None, at=at)
    before = points_of(maya, at=at)
    with pytest.raises(HoldResolved), transaction():
        second(held, actor_id=None, at=at)
    assert points_of(maya, at=at) == before


def test_a_hold_that_never_was_is_not_found(maya, at):
    with pytest.raises(NotFound), transaction():
        capture_hold(999_999, actor_id=None, at=at)


def test_a_hold_lapses_when_its_time_is_up_and_not_before(maya, time):
    give_points(maya, 100)
    held = hold(maya, 100, days=14)
    with pytest.raises(HoldNotDue), transaction():
        expire_hold(held, at=clock.now())
    with transaction():
        extend_hold(held, expires_at=clock.now() + timedelta(days=20))
    time.forward(days=14)
    with pytest.raises(HoldNotDue), transaction():
        expire_hold(held, at=clock.now())
    at = time.forward(days=6)
    with transaction():
        expire_hold(held, at=at)
    assert points_of(maya, at=at).available == 100
    with pytest.raises(HoldResolved), transaction():
        extend_hold(held, expires_at=at)


def test_a_refund_goes_to_the_same_lots_once(maya, account, at):
    give_points(maya, 100, days=30)
    give_points(maya, 100)
    held = hold(maya, 150)
    with transaction():
        capture_hold(held, actor_id=None, at=at)
        refund = refund_of(held, "refund:1", at)
        assert shape(account) == [(100, 100, 0), (100, 100, 0)]
    with transaction():
        again = refund_of(held, "refund:1", at)
    assert again == refund
    with pytest.raises(HoldResolved), transaction():
        refund_of(held, "refund:2", at)
    assert points_of(maya, at=at).available == 200


def back(held, points, key, at):
    with transaction():
        return reverse_capture(held, Refund(key, "In part", points=points), at=at)


def test_a_part_comes_back_to_what_was_taken_last_and_no_more_than_was_spent(maya, account, at):
    give_points(maya, 100, days=30)
    give_points(maya, 100, days=60)
    held = hold(maya, 150)
    with transaction():
        capture_hold(held, actor_id=None, at=at)
    back(held, 40, "refund:1", at)
    assert shape(account) == [(100, 0, 0), (100, 90, 0)]
    back(held, 40, "refund:2", at)
    assert shape(account) == [(100, 30, 0), (100, 100, 0)]
    assert back(held, 40, "refund:2", at) == back(held, 40, "refund:2", at)
    with pytest.raises(RefundTooLarge, match="71 points are more than the 70") as refusal:
        back(held, 71, "refund:3", at)
    assert refusal.value.facts == {"asked": 71, "left": 70}
    back(held, None, "refund:3", at)
    assert shape(account) == [(100, 100, 0), (100, 100, 0)]
    with pytest.raises(HoldResolved, match="already refunded"):
        back(held, 1, "refund:4", at)
    assert ledger_violations() == []


def test_of_a_part_that_comes_back_late_what_is_past_its_day_expires(maya, account, time):
    give_points(maya, 100, days=10)
    give_points(maya, 100, days=60)
    held = hold(maya, 150)
    with transaction():
        capture_hold(held, actor_id=None, at=clock.now())
    at = time.forward(days=11)
    with transaction():
        expire_points(at=at)
    back(held, 70, "refund:1", time.forward(seconds=1))
    assert shape(account) == [(100, 0, 0), (100, 100, 0)]
    assert returned_from(held) == Returned(70, expired=20)
    back(held, 80, "refund:2", time.forward(seconds=1))
    assert returned_from(held) == Returned(150, expired=100)
    assert points_of(maya, at=clock.now()).posted == 100
    assert ledger_violations() == []


def test_only_spent_points_are_refunded(maya, at):
    give_points(maya, 100)
    held = hold(maya, 100)
    with pytest.raises(HoldResolved, match="are still set aside"), transaction():
        refund_of(held, "refund:1", at)


def test_points_that_expired_while_held_expire_when_they_come_back(maya, account, time):
    give_points(maya, 100, days=10)
    give_points(maya, 50)
    held = hold(maya, 120)
    at = time.forward(days=11)
    with transaction():
        release_hold(held, actor_id=None, at=at)
    assert shape(account) == [(100, 0, 0), (50, 50, 0)]
    assert lots_of(account)[0].closed_at == at
    assert points_of(maya, at=at).posted == 50


def test_with_grace_they_go_on_in_a_lot_that_names_the_old_one(maya, account, time):
    give_points(maya, 100, days=10)
    held = hold(maya, 80)
    at = time.forward(days=11)
    with transaction():
        release_hold(held, actor_id=None, at=at, grace_days=14)
    assert shape(account) == [(100, 0, 0), (100, 100, 0)]
    assert lots_of(account)[1].expires_at == at + timedelta(days=14)
    assert points_of(maya, at=at).available == 100


def test_a_refund_to_a_lot_that_is_closed_expires_at_once(maya, account, time):
    give_points(maya, 100, days=10)
    give_points(maya, 50)
    held = hold(maya, 120)
    with transaction():
        capture_hold(held, actor_id=None, at=clock.now())
    at = time.forward(days=11)
    with transaction():
        expire_points(at=at)
    assert lots_of(account)[0].closed_at == at
    with transaction():
        refund_of(held, "refund:late", at)
    assert shape(account) == [(100, 0, 0), (50, 50, 0)]
    points = points_of(maya, at=at)
    assert (points.available, points.posted) == (50, 50)
    assert ledger_violations() == []


def test_a_refund_to_a_closed_lot_goes_on_with_grace(maya, account, time):
    give_points(maya, 100, days=10)
    held = hold(maya, 100)
    with transaction():
        capture_hold(held, actor_id=None, at=clock.now())
    at = time.forward(days=11)
    with transaction():
        expire_points(at=at)
        reverse_capture(held, Refund("refund:late", "Sold out"), at=at, grace_days=7)
    assert shape(account) == [(100, 0, 0), (100, 100, 0)]
    assert points_of(maya, at=at).available == 100
    assert ledger_violations() == []
