"""Points given: once, quickly, and to whom they belong."""

from datetime import timedelta

import pytest

from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.models import Lot, Transfer
from marketplace.ledger.operations import (
    ClawBack,
    Grant,
    SourceKeyReused,
    capture_hold,
    claw_back_many,
    claw_back_points,
    expire_points,
    grant_points,
    open_account,
    release_hold,
)
from marketplace.ledger.queries import points_of
from tests.support.ledger import give_points, hold, lots_of, open_funded_budget
from tests.support.people import employ_leo, employ_maya


@pytest.fixture
def maya(at):
    return employ_maya()


@pytest.fixture
def budget(at):
    return open_funded_budget(1_000_000, slug="spring")


def grant(employee_id, points, key, budget, at, **more):
    return Grant(employee_id, points, budget, key, "Closed a deal", key, at, **more)


def claw(employee_id, points, key, of, budget, at):
    return ClawBack(employee_id, points, budget, key, of, "Order was cancelled", key, at)


def give(grants, at):
    with transaction():
        return grant_points(grants, actor_id=None, at=at)


def take(claws, at):
    with transaction():
        return claw_back_many(claws, actor_id=None, at=at)


def test_the_same_source_gives_once_and_answers_the_same_transfer(maya, budget, at):
    both = [grant(maya, 100, "a", budget, at), grant(maya, 50, "b", budget, at)]
    first = give(both[:1], at)
    second = give(both, at)
    assert second[0] == first[0]
    assert give(both, at) == second
    assert points_of(maya, at=at).available == 150


def test_the_same_source_twice_in_one_batch_gives_once(maya, budget, at):
    twice = [grant(maya, 100, "a", budget, at)] * 2
    ids = give(twice, at)
    assert ids[0] == ids[1]
    assert points_of(maya, at=at).available == 100


def test_a_source_that_comes_with_other_points_is_refused(maya, budget, at):
    give([grant(maya, 100, "a", budget, at)], at)
    with pytest.raises(SourceKeyReused):
        give([grant(maya, 101, "a", budget, at)], at)
    with pytest.raises(SourceKeyReused):
        give([grant(employ_leo(), 100, "a", budget, at)], at)
    assert points_of(maya, at=at).available == 100


def test_nothing_to_grant_is_nothing(at):
    assert give([], at) == []
    assert take([], at) == []


def test_thousands_are_granted_in_few_statements(maya, budget, statements, at):
    leo = employ_leo()
    grants = [
        grant((maya, leo)[n % 2], 1 + n % 90, f"order:{n:04}", budget, at) for n in range(3_796)
    ]
    with statements() as sent:
        ids = give(grants, at)
    assert len(set(ids)) == 3_796
    assert len(sent) <= 20
    total = sum(one.points for one in grants)
    assert points_of(maya, at=at).posted + points_of(leo, at=at).posted == total
    with statements() as again:
        assert give(grants, at) == ids
    assert len(again) <= 20
    assert session().query(Lot).count() == 3_796


def test_a_claw_back_takes_from_the_lot_of_the_grant_first(maya, budget, at):
    give([grant(maya, 100, "first", budget, at, expires_at=at + timedelta(days=5))], at)
    give([grant(maya, 100, "second", budget, at)], at)
    take([claw(maya, 120, "back", "second", budget, at)], at)
    with transaction():
        account = open_account(maya, at=at)
    assert [lot.remaining for lot in lots_of(account)] == [80, 0]
    assert points_of(maya, at=at).owed == 0


def test_a_claw_back_happens_once(maya, budget, at):
    give([grant(maya, 100, "first", budget, at)], at)
    once = take([claw(maya, 40, "back", "first", budget, at)], at)
    with transaction():
        twice = claw_back_points(claw(maya, 40, "back", "first", budget, at), actor_id=None, at=at)
    assert [twice] == once
    assert points_of(maya, at=at).available == 60


def test_what_is_held_stays_held_and_the_rest_is_owed(maya, budget, at):
    give([grant(maya, 100, "first", budget, at)], at)
    held = hold(maya, 60)
    take([claw(maya, 100, "back", "first", budget, at)], at)
    points = points_of(maya, at=at)
    assert (points.available, points.held, points.posted, points.owed) == (0, 60, 0, 60)
    with transaction():
        release_hold(held, actor_id=None, at=at)
    points = points_of(maya, at=at)
    assert (points.available, points.held, points.posted, points.owed) == (0, 0, 0, 0)


def test_later_points_fill_what_is_owed_before_they_can_be_spent(maya, budget, at):
    take([claw(maya, 70, "back", "never", budget, at)], at)
    assert points_of(maya, at=at).owed == 70
    give([grant(maya, 50, "first", budget, at)], at)
    assert (points_of(maya, at=at).available, points_of(maya, at=at).owed) == (0, 20)
    give([grant(maya, 50, "second", budget, at), grant(maya, 5, "third", budget, at)], at)
    points = points_of(maya, at=at)
    assert (points.available, points.owed, points.posted) == (35, 0, 35)


def test_several_claw_backs_of_one_person_share_what_is_left(maya, budget, at):
    give([grant(maya, 100, "first", budget, at), grant(maya, 100, "second", budget, at)], at)
    claws = [
        claw(maya, 150, "back:1", "first", budget, at),
        claw(maya, 100, "back:2", "second", budget, at),
    ]
    take(claws, at)
    assert (points_of(maya, at=at).available, points_of(maya, at=at).owed) == (0, 50)


def test_expiry_takes_what_is_due_and_leaves_what_is_held(maya, time):
    give_points(maya, 100, days=10)
    give_points(maya, 100, days=40)
    hold(maya, 30, days=60)
    at = time.forward(days=10)
    with transaction():
        report = expire_points(at=at)
    assert (report.lots, report.points, report.members, report.is_done) == (1, 70, 1, True)
    with transaction():
        again = expire_points(at=at)
    assert (again.lots, again.points) == (0, 0)
    points = points_of(maya, at=at)
    assert (points.available, points.held) == (100, 30)
    assert ledger_violations() == []


def test_expiry_goes_on_where_it_stopped(maya, time):
    leo = employ_leo()
    give_points(maya, 100, days=10)
    give_points(leo, 100, days=10)
    at = time.forward(days=10)
    with transaction():
        first = expire_points(at=at, limit=1)
    with transaction():
        second = expire_points(at=at, limit=1)
    assert [first.is_done, second.is_done] == [False, True]
    assert first.points + second.points == 200


def test_a_lot_that_was_spent_up_is_closed_without_a_transfer(maya, time):
    give_points(maya, 100, days=10)
    held = hold(maya, 100, days=5)
    with transaction():
        capture_hold(held, actor_id=None, at=time.at)
    before = session().query(Transfer).count()
    at = time.forward(days=11)
    with transaction():
        expire_points(at=at)
    assert session().query(Lot).one().closed_at == at
    assert session().query(Transfer).count() == before


def test_points_that_end_soon_are_named_with_their_first_day(maya, at):
    give_points(maya, 10, days=29)
    give_points(maya, 20, days=3)
    give_points(maya, 40, days=31)
    points = points_of(maya, at=at)
    assert points.expiring_soon == 30
    assert points.expiring_on == (at + timedelta(days=3)).date()
