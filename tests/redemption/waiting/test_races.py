"""Many at once around one unit that comes back; with the protection off as control."""

from collections import Counter

import pytest
import sqlalchemy as sa

from catalog.operations import stock
from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.ledger.check import ledger_violations
from redemption.operations.submit import submit_redemption
from redemption.waiting.models import Wait
from redemption.waiting.operations import joining
from redemption.waiting.operations import turns as turning
from redemption.waiting.operations.joining import join_line, leave_line
from redemption.waiting.operations.turns import miss_turn, offer_next
from redemption.waiting.states import WaitState
from tests.support.catalog import stock_reward
from tests.support.database import empty
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import ask_for, cancel, new_key, order_for
from tests.support.waiting import deliver, join, line_stock, somebody, turns, wait_of

pytestmark = pytest.mark.race
CROWD = 12


def _crowd():
    return [somebody(f"Walker {number:02}") for number in range(CROWD)]


def _outcome(answer):
    """The words of an answer; a reference is one that somebody got."""
    if not isinstance(answer, str):
        return getattr(answer, "code", str(answer))
    return "got it" if answer.startswith("R-") else answer


def _come_by(app, people, wanted, job=None):
    """Everybody asks for it at the same moment, while the job runs twice."""
    session().close()

    def act(number):
        if number >= len(people):
            with transaction():
                return str(offer_next(wanted.variant_id, at=clock.now()))
        order = order_for(wanted)
        with transaction():
            return submit_redemption(people[number], order, request_key=new_key(), at=clock.now())

    answers = all_at_once(app, len(people) + 2, act)
    return Counter(_outcome(answer) for answer in answers[: len(people)])


def test_nobody_who_comes_by_takes_what_came_back_for_the_line(app, line):
    crowd = _crowd()
    join(line.ben, line.backpack)
    cancel(line.maya, line.taken)
    assert _come_by(app, crowd, line.backpack) == {"sold_out": CROWD}
    assert wait_of(line.ben, line.backpack).state is WaitState.OFFERED
    ask_for(line.ben, line.backpack)
    assert ledger_violations() == []


def test_control_without_counting_who_waits_somebody_comes_first(app, line, monkeypatch):
    uncounted = stock.VariantStock.capacity - stock.VariantStock.reserved
    monkeypatch.setattr(stock, "_RESERVE", stock._reserving(uncounted))
    crowd = _crowd()
    join(line.ben, line.backpack)
    cancel(line.maya, line.taken)

    def come_first(number):
        with transaction():
            return submit_redemption(
                crowd[number], order_for(line.backpack), request_key=new_key(), at=clock.now()
            )

    assert "got it" in map(_outcome, in_turn(app, 2, come_first))
    turns()
    assert wait_of(line.ben, line.backpack).state is WaitState.WAITING


def _workers(app, wanted, count=4):
    session().close()

    def work(_number):
        is_more = True
        while is_more:
            with transaction():
                is_more = offer_next(wanted.variant_id, at=clock.now())

    assert all_at_once(app, count, work) == [None] * count


def test_four_workers_offer_each_unit_once_and_in_order(app, line):
    people = [line.ben, line.cleo, line.dara, *_crowd()[:5]]
    for who in people:
        join(who, line.backpack)
    deliver(line.backpack, 5)
    _workers(app, line.backpack)
    states = [wait_of(who, line.backpack).state for who in people]
    assert states == [WaitState.OFFERED] * 5 + [WaitState.WAITING] * 3
    assert line_stock(line.backpack) == (6, 0, 3)
    assert ledger_violations() == []


def test_control_without_the_lock_and_the_guard_units_are_offered_twice(app, line, monkeypatch):
    def no_lock(wait_id, _among):
        return session().get(Wait, wait_id, populate_existing=True)

    monkeypatch.setattr(turning, "lock_wait", no_lock)
    monkeypatch.setattr(turning, "keep_awaited", lambda _variant_id, _units: True)
    join(line.ben, line.backpack)
    with transaction():
        offer_next(line.backpack.variant_id, at=clock.now())
    assert {found.id for found in ledger_violations()} >= {"I26", "I26-awaited"}


def _at_the_last_moment(line):
    """Ben's turn is about to end: what he, the job and his change of mind would do then."""
    wait_id = join(line.ben, line.backpack)
    cancel(line.maya, line.taken)
    turns()
    until = wait_of(line.ben, line.backpack).kept_until
    session().close()

    def act(number):
        with transaction():
            if number == 0:
                order, key = order_for(line.backpack), new_key()
                return submit_redemption(line.ben, order, request_key=key, at=clock.now())
            if number == 1:
                return miss_turn(wait_id, at=until)
            return leave_line(line.ben, wait_id, request_key=new_key(), at=clock.now())

    return act


@pytest.mark.parametrize("attempt", range(3))
def test_of_taking_missing_and_passing_on_exactly_one_counts(app, line, attempt):
    took, missed, passed = all_at_once(app, 3, _at_the_last_moment(line))
    happened = [isinstance(took, str), missed is True, passed is WaitState.PASSED_ON]
    # Whoever comes by after the unit was let go may have it, also Ben.
    state = wait_of(line.ben, line.backpack).state
    ends = {WaitState.TAKEN: 0, WaitState.MISSED: 1, WaitState.PASSED_ON: 2}
    assert happened[ends[state]]
    assert sum(happened[1:]) == (state is not WaitState.TAKEN)
    assert line_stock(line.backpack) == (int(isinstance(took, str)), 0, 0)
    assert ledger_violations() == []


def test_control_without_the_lock_a_taken_turn_is_missed_too(app, line, monkeypatch):
    def no_lock(wait_id, _among):
        as_before = {"state": WaitState.OFFERED, "line_id": None}
        session().execute(sa.update(Wait).where(Wait.id == wait_id).values(**as_before))
        return session().get(Wait, wait_id, populate_existing=True)

    act = _at_the_last_moment(line)
    monkeypatch.setattr(turning, "lock_wait", no_lock)
    took, missed = in_turn(app, 2, act)
    assert isinstance(took, str)
    assert missed is True
    assert {found.id for found in ledger_violations()} >= {"I26"}


def _join_everything(app, line, lines=8):
    bags = [stock_reward(f"Bag {number}", capacity=0) for number in range(lines)]
    session().close()

    def act(number):
        with transaction():
            join_line(line.ben, bags[number].variant_id, request_key=new_key(), at=clock.now())
        return "in line"

    return Counter(_outcome(answer) for answer in all_at_once(app, lines, act))


def test_eight_lines_joined_at_once_are_five(app, line):
    assert _join_everything(app, line) == {"in line": 5, "too_many_lines": 3}
    assert ledger_violations() == []


@pytest.fixture
def without_slots(app, at):
    """The unique key that says no is gone for a moment."""
    key = next(one for one in Wait.__table__.indexes if one.name == "uq_waits_few_live")
    with transaction() as writing:
        key.drop(writing.connection())
    yield
    db.session.remove()
    empty(app)
    with transaction() as writing:
        key.create(writing.connection(), checkfirst=True)


def test_control_without_the_unique_key_of_slots_eight_lines_are_eight(
    app, line, without_slots, monkeypatch
):
    monkeypatch.setattr(joining, "_free_slots", lambda *_who: [1])
    assert _join_everything(app, line) == {"in line": 8}
    assert {found.id for found in ledger_violations()} >= {"I26-lines"}


def test_one_line_joined_sixteen_times_at_once_is_one_place(app, line):
    session().close()

    def act(_number):
        with transaction():
            join_line(line.ben, line.backpack.variant_id, request_key=new_key(), at=clock.now())
        return "in line"

    answers = Counter(_outcome(one) for one in all_at_once(app, 16, act))
    assert answers == {"in line": 1, "already_waiting": 15}
    assert line_stock(line.backpack)[2] == 1
    assert ledger_violations() == []
