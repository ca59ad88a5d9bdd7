"""Priya gives points back as a goodwill: never her own, and much only with a second person."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.errors import RefundTooLarge
from redemption.goodwill import operations, queries
from redemption.goodwill.errors import GoodwillMoved, NothingSpent, SecondPerson, TooMuch
from redemption.goodwill.models import Goodwill
from redemption.goodwill.operations import (
    Amends,
    agree_to_goodwill,
    decline_goodwill,
    propose_goodwill,
)
from redemption.goodwill.states import GoodwillState
from redemption.operations.lines import lock_line
from redemption.operations.refunds import Part, refund_rest
from redemption.refusals import OwnRequest
from redemption.states import AFTER_SPENDING, LineState, RefundCause
from tests.support.catalog import stock_badge, stock_gift_card
from tests.support.ledger import give_points
from tests.support.people import actor, employ
from tests.support.racing import all_at_once
from tests.support.redemption import (
    ask_for,
    furnish,
    line_of,
    new_key,
    points_now,
    subjects_to,
)
from tests.support.settings import set_here

S = GoodwillState


@pytest.fixture
def house(at, queue):
    return furnish()


@pytest.fixture
def felix(house):
    return actor(employ("Felix Brandt", roles=(Role.FINANCE,), department="Finance"))


@pytest.fixture
def card(house, queue):
    """Maya's gift card over 5,000 points, paid."""
    reference = ask_for(house.maya, stock_gift_card(points=5_000))
    queue.run_due()
    return reference


def give(who, reference, points, reason="It came late.", key=""):
    with transaction():
        amends = Amends(points, reason)
        return propose_goodwill(
            who, reference, amends, request_key=key or new_key(), at=clock.now()
        )


def do(deed, who, goodwill_id, *more):
    with transaction():
        deed(who, goodwill_id, *more, request_key=new_key(), at=clock.now())


def latest():
    session().close()
    return session().scalar(sa.select(sa.func.max(Goodwill.id)))


def test_a_little_comes_back_at_once_and_the_card_stays(house, card, queue):
    key = new_key()
    for _ in range(2):
        assert give(house.priya, card, 1_500, key=key) is S.GIVEN
    queue.run_due()
    assert points_now(house.maya).available == 96_500
    assert line_of(card).state is LineState.FULFILLED
    assert subjects_to(house.maya)[-1].startswith("1,500 points came back for")
    assert ledger_violations() == []


def test_much_waits_for_a_second_person(house, felix, card, queue):
    assert give(house.priya, card, 5_000) is S.PROPOSED
    queue.run_due()
    assert points_now(house.maya).available == 95_000
    assert subjects_to(felix)[-1].startswith("Priya Nair asks for a second yes")
    with pytest.raises(SecondPerson):
        do(agree_to_goodwill, house.priya, latest())
    do(agree_to_goodwill, felix, latest())
    assert points_now(house.maya).available == 100_000
    with pytest.raises(GoodwillMoved):
        do(agree_to_goodwill, felix, latest())
    assert ledger_violations() == []


def test_splitting_it_does_not_help(house, felix, card, time):
    assert give(house.priya, card, 1_500) is S.GIVEN
    assert give(felix, card, 501) is S.PROPOSED
    do(decline_goodwill, house.priya, latest(), "That was enough.")
    time.forward(days=31)
    assert give(house.priya, card, 600) is S.GIVEN
    assert ledger_violations() == []


def test_who_declines_says_why_and_who_proposed_it_reads_it(house, felix, card, queue):
    give(house.priya, card, 5_000)
    with pytest.raises(BadInput, match="Write why not"):
        do(decline_goodwill, felix, latest(), " ")
    do(decline_goodwill, felix, latest(), "The card was there on the day.")
    queue.run_due()
    assert session().get(Goodwill, latest()).state is S.DECLINED
    assert subjects_to(house.priya)[-1] == "Felix Brandt declined 5,000 points back for Maya Chen"
    (row,) = queries.goodwill_listed()
    assert (row.decided_by, row.why_not) == ("Felix Brandt", "The card was there on the day.")
    assert points_now(house.maya).available == 95_000


def test_who_proposed_it_may_take_it_back(house, card):
    give(house.priya, card, 5_000)
    do(decline_goodwill, house.priya, latest(), "")
    assert session().get(Goodwill, latest()).state is S.WITHDRAWN
    assert points_now(house.maya).available == 95_000


def test_nobody_gives_points_back_to_themselves(house, felix, queue):
    give_points(house.priya.id, 9_000)
    own = ask_for(house.priya, stock_gift_card(points=5_000))
    queue.run_due()
    with pytest.raises(OwnRequest):
        give(house.priya, own, 100)
    give(felix, own, 5_000)
    with pytest.raises(OwnRequest):
        do(agree_to_goodwill, house.priya, latest())
    assert ledger_violations() == []


def test_never_more_than_was_spent_and_only_what_was(house, felix, card, queue):
    with pytest.raises(TooMuch, match="5,000 points are spent"):
        give(house.priya, card, 5_001)
    for points in (2_000, 1):
        give(house.priya, card, points)
    give(felix, card, 3_000)
    do(agree_to_goodwill, house.priya, latest())
    with pytest.raises(TooMuch, match="is back"):
        give(house.priya, card, 1)
    waiting = ask_for(house.maya, stock_gift_card(name="Another card", points=12_000))
    with pytest.raises(NothingSpent, match="waiting for approval"):
        give(house.priya, waiting, 100)
    with pytest.raises(NotFound):
        give(house.priya, "R-222222", 100)
    with pytest.raises(BadInput):
        give(house.priya, card, 100, reason=" ")


def test_a_company_sets_how_much_one_manager_gives_alone(house, card, monkeypatch):
    set_here(monkeypatch, goodwill_alone_points=10)
    assert give(house.priya, card, 10) is S.GIVEN
    assert give(house.priya, card, 1) is S.PROPOSED
    set_here(monkeypatch, goodwill_alone_points=0)
    assert give(house.priya, card, 1) is S.PROPOSED


def test_of_two_who_agree_one_gives(app, house, felix, card):
    other = actor(employ("Clara Weiss", roles=(Role.FINANCE,), department="Finance"))
    give(house.priya, card, 5_000)
    goodwill_id, people = latest(), (felix, other)
    session().close()
    results = all_at_once(app, 2, lambda n: do(agree_to_goodwill, people[n], goodwill_id))
    assert results.count(None) == 1
    assert points_now(house.maya).available == 100_000
    assert ledger_violations() == []


def test_control_without_its_guards_it_is_given_twice(house, felix, card, monkeypatch):
    """The negative control: without the guarded move the second yes gives once more."""
    give(house.priya, card, 2_400)
    goodwill_id = latest()
    monkeypatch.setattr(operations, "_move", lambda *_: None)
    parts = iter(("goodwill:a", "goodwill:b"))
    real = operations.Part
    monkeypatch.setattr(
        operations, "Part", lambda cause, _source, **more: real(cause, next(parts), **more)
    )
    session().close()
    for _ in range(2):
        do(agree_to_goodwill, felix, goodwill_id)
    assert points_now(house.maya).available == 99_800
    assert "I30-goodwill" in {found.id for found in ledger_violations()}


def test_everything_that_came_back_is_a_row_of_the_file(house, card):
    give(house.priya, card, 700)
    session().close()
    (row,) = queries.refund_rows(clock.today(), clock.today())
    assert row[1:3] == [card, "Maya Chen"]
    assert row[4:10] == ["As a goodwill", 0, 700, 0, None, "Priya Nair"]


def test_a_badge_keeps_its_place_when_points_come_back(house, queue):
    badge = ask_for(house.maya, stock_badge())
    queue.run_due()
    give(house.priya, badge, 500)
    assert line_of(badge).state is LineState.FULFILLED
    assert ledger_violations() == []


# Two managers at once, for two requests of the same person


@pytest.fixture
def two_cards(house, card, queue):
    """Two requests of Maya's, of which much could come back."""
    second = ask_for(house.maya, stock_gift_card(name="Another card", points=6_000))
    queue.run_due()
    session().close()
    return card, second


def given_alone():
    session().close()
    alone = sa.select(sa.func.sum(Goodwill.points)).where(Goodwill.needs_second.is_(False))
    return session().scalar(alone) or 0


def test_two_managers_at_once_stay_within_what_one_may_give(app, house, felix, two_cards):
    people = (house.priya, felix)
    results = all_at_once(app, 2, lambda n: give(people[n], two_cards[n], 1_500))
    assert sorted(results) == [S.GIVEN, S.PROPOSED]
    assert given_alone() == 1_500


def test_control_who_does_not_wait_for_the_other_passes_the_limit(
    app, engine, house, felix, two_cards, monkeypatch
):
    """The negative control: both look at what was given before either has written."""
    people, both = (house.priya, felix), threading.Barrier(2)
    if engine == "sqlite":  # where one writes at a time, the second is shown what the first saw
        monkeypatch.setattr(operations, "WINDOW", timedelta(0))
        results = [give(people[n], two_cards[n], 1_500) for n in (0, 1)]
    else:
        limit = operations.needs_second

        def together(points, *, lately):
            both.wait(timeout=30)
            return limit(points, lately=lately)

        monkeypatch.setattr(operations, "take_turns", lambda _ids: None)
        monkeypatch.setattr(operations, "needs_second", together)
        results = all_at_once(app, 2, lambda n: give(people[n], two_cards[n], 1_500))
    assert results == [S.GIVEN, S.GIVEN]
    assert given_alone() == 3_000


# Goodwill while the whole request comes back


def take_all_back(reference):
    line_id = line_of(reference).id
    with transaction():
        line = lock_line(line_id, AFTER_SPENDING)
        part = Part(RefundCause.NOT_DELIVERED, "all")
        return refund_rest(line, part, actor_id=None, at=clock.now())


def test_goodwill_and_the_end_of_a_request_at_one_moment_never_give_more_than_was_spent(
    app, house, felix, queue
):
    deeds = (
        lambda one: give(house.priya, one, 200),
        lambda one: give(felix, one, 100),
        take_all_back,
    )
    for number in range(4):
        reference = ask_for(house.maya, stock_gift_card(name=f"Card {number}", points=5_000))
        queue.run_due()
        session().close()
        results = all_at_once(app, 3, lambda n, one=reference: deeds[n](one))
        wrong = {type(one) for one in results if isinstance(one, Exception)}
        assert wrong <= {TooMuch}, results
        assert points_now(house.maya).available == 100_000
    assert ledger_violations() == []


def test_a_yes_and_taking_it_back_at_one_moment_are_one_of_the_two(app, house, felix, card):
    give(house.priya, card, 5_000)
    goodwill_id = latest()
    session().close()
    deeds = (
        lambda: do(agree_to_goodwill, felix, goodwill_id),
        lambda: do(decline_goodwill, house.priya, goodwill_id, ""),
    )
    results = all_at_once(app, 2, lambda n: deeds[n]())
    assert results.count(None) == 1, results
    assert [type(one) for one in results if one is not None] == [GoodwillMoved]
    state = session().get_one(Goodwill, goodwill_id, populate_existing=True).state
    assert state is (S.GIVEN if results[0] is None else S.WITHDRAWN)
    assert points_now(house.maya).available == (100_000 if state is S.GIVEN else 95_000)
    assert ledger_violations() == []


def test_two_managers_at_one_moment_give_no_more_of_a_request_than_was_spent(
    app, house, felix, queue
):
    reference = ask_for(house.maya, stock_gift_card(name="A small card", points=1_000))
    queue.run_due()
    session().close()
    people = (house.priya, felix)
    results = all_at_once(app, 2, lambda n: give(people[n], reference, 700))
    assert results.count(S.GIVEN) == 1, results
    assert [type(one) for one in results if one is not S.GIVEN] == [TooMuch]
    assert points_now(house.maya).available == 99_700


def test_control_who_does_not_look_what_is_left_meets_the_second_wall(
    house, felix, queue, monkeypatch
):
    reference = ask_for(house.maya, stock_gift_card(name="A small card", points=1_000))
    queue.run_due()
    monkeypatch.setattr(operations, "_refuse_too_much", lambda *_: None)
    give(house.priya, reference, 700)
    with pytest.raises(RefundTooLarge):
        give(felix, reference, 700)
    session().close()
    assert points_now(house.maya).available == 99_700
    assert ledger_violations() == []
