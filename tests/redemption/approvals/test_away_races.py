"""Standing in, at the same moment: rings, two answers, an end beside an answer; with controls."""

import threading

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from redemption.approvals.away import operations as away
from redemption.approvals.away.policies import ring
from redemption.approvals.away.queries import namings
from redemption.approvals.models import ApprovalDecision
from redemption.approvals.operations import deciding, seats
from tests.crash.world import points_in
from tests.support.away import be_away, come_back
from tests.support.catalog import stock_gift_card
from tests.support.people import actor, employ
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import approve, ask_for, furnish, line_of, new_key

pytestmark = [pytest.mark.race, pytest.mark.usefixtures("unfulfilled")]


@pytest.fixture
def house(at, queue):
    return furnish()


@pytest.fixture
def nora(house):
    return actor(employ("Nora Lindqvist"))


def rings_now():
    """Whether any naming closes a ring with the others."""
    session().close()
    found = namings(since=clock.now())
    session().close()
    return [one for one in found if ring(one, [other for other in found if other is not one])]


def name_in_a_circle(app, people, run=all_at_once):
    """Each names the next at the same moment."""
    return run(app, len(people), lambda n: be_away(people[n], people[(n + 1) % len(people)]))


@pytest.mark.parametrize("count", [2, 4])
def test_of_namings_in_a_circle_at_the_same_moment_the_last_is_refused(app, house, nora, count):
    people = [house.omar, house.wei, nora, house.priya][:count]
    results = name_in_a_circle(app, people)
    refused = [result for result in results if isinstance(result, away.Ring)]
    assert len(refused) == 1, results
    assert rings_now() == []


def test_control_who_looks_before_the_others_wrote_closes_the_ring(app, house, nora, monkeypatch):
    """What each of them would see without waiting for the other: nobody named anybody yet."""
    monkeypatch.setattr(away, "lock_table", lambda _: None)
    monkeypatch.setattr(away, "namings", lambda **_since: [])
    results = name_in_a_circle(app, [house.omar, house.wei], in_turn)
    assert len(rings_now()) == 2, results


@pytest.mark.postgres
def test_control_without_the_lock_two_namings_close_a_ring(app, engine, house, nora, monkeypatch):
    """On SQLite there is one writer anyway, so only PostgreSQL can show it."""
    if engine != "postgresql":
        pytest.skip("one writer at a time")
    both_looked = threading.Barrier(2)
    monkeypatch.setattr(away, "lock_table", lambda _: None)
    monkeypatch.setattr(away, "crashpoint", lambda _name: both_looked.wait(timeout=20))
    name_in_a_circle(app, [house.omar, house.wei])
    assert rings_now() != []


def test_a_ring_that_is_there_all_the_same_asks_somebody_else(app, house, nora, monkeypatch):
    monkeypatch.setattr(away, "ring", lambda *_given: [])
    name_in_a_circle(app, [house.omar, house.wei], in_turn)
    reference = ask_for(house.maya, stock_gift_card(points=12_000))
    line_id = line_of(reference).id
    asked = session().scalars(
        sa.text("SELECT employee_id FROM approval_assignees WHERE line_id = :line"),
        {"line": line_id},
    )
    assert asked.all() == [house.priya.id]


def answers(reference):
    line_id = line_of(reference).id
    wanted = sa.select(ApprovalDecision).where(ApprovalDecision.line_id == line_id)
    found = session().scalars(wanted).all()
    session().close()
    return found


def both_answer(app, house, nora, run=all_at_once):
    reference = ask_for(house.maya, stock_gift_card(name=new_key(), points=12_000))
    line_of(reference)
    session().close()
    results = run(app, 2, lambda number: approve((house.omar, nora)[number], reference))
    return reference, results


def test_of_omar_and_who_answers_for_him_exactly_one_is_first(app, house, nora):
    be_away(house.omar, nora)
    for _round in range(8):
        reference, results = both_answer(app, house, nora)
        won = [result for result in results if isinstance(result, int)]
        assert len(won) == len(answers(reference)) == 1, results
    assert ledger_violations() == []


def test_control_with_the_guards_off_both_answer(app, house, nora, monkeypatch):
    """A step that is never marked as answered takes every answer."""
    be_away(house.omar, nora)
    real = deciding._write_decision

    def unmarked(who, right, *rest):
        written = real(who, right, *rest)
        session().execute(
            sa.text(
                "UPDATE approval_steps SET state = 'open', decided_by_id = NULL, asked_id = NULL "
                "WHERE id = :step"
            ),
            {"step": right.step.id},
        )
        session().expire_all()
        return written

    monkeypatch.setattr(deciding, "_write_decision", unmarked)
    monkeypatch.setattr(deciding, "balance_gate", lambda _step, *, at: None)
    reference, results = both_answer(app, house, nora, in_turn)
    assert [isinstance(result, int) for result in results] == [True, True], results
    assert len(answers(reference)) == 2


def end_beside_answer(app, house, nora, absence, time, run=all_at_once):
    reference = ask_for(house.maya, stock_gift_card(name=new_key(), points=12_000))
    line_of(reference)
    session().close()

    def deed(number):
        return come_back(house.omar, absence) if number == 0 else approve(nora, reference)

    return reference, run(app, 2, deed)


def test_an_end_beside_an_answer_leaves_only_answers_by_what_still_held(app, house, nora, time):
    for _round in range(6):
        absence = be_away(house.omar, nora)
        _reference, results = end_beside_answer(app, house, nora, absence, time)
        assert results[0] is True, results
        time.forward(seconds=1)
        assert ledger_violations(["I37-standing-in"]) == []


def test_control_who_does_not_look_again_answers_by_what_has_ended(
    app, house, nora, time, monkeypatch
):
    absence = be_away(house.omar, nora)
    reference = ask_for(house.maya, stock_gift_card(points=12_000))
    line_of(reference)
    seat = seats_before_the_end(nora, reference)
    come_back(house.omar, absence)
    time.forward(seconds=1)
    monkeypatch.setattr(deciding, "seats_of", lambda *_asked: seat)
    approve(nora, reference)
    assert {one.id for one in ledger_violations()} == {"I37-standing-in"}


def seats_before_the_end(nora, reference):
    """What was true of a request when it was read, kept without a lock."""
    line_id = line_of(reference).id
    session().close()
    with transaction():
        return seats.seats_of(nora, line_id, clock.now())


class Died(Exception):
    """The process is gone; what it had not committed is too."""


POINTS = list(points_in(ROOT / "redemption/approvals/away"))


def change_and_die(house, nora, monkeypatch, *, half_done=False):
    """Change an absence, die between ending the row and writing the next, and do it again."""
    first = be_away(house.omar, nora)
    deaths = []

    def die(name):
        if not deaths:
            deaths.append(name)
            if half_done:
                session().connection().connection.commit()
            raise Died(name)

    monkeypatch.setattr(away, "crashpoint", die)
    with pytest.raises(Died):
        be_away(house.omar, house.wei, replaces=first)
    session().rollback()
    return deaths, first


def test_who_dies_while_changing_an_absence_leaves_it_as_it_was(app, house, nora, monkeypatch):
    deaths, first = change_and_die(house, nora, monkeypatch)
    assert deaths == POINTS
    assert [one.stand_in_id for one in namings(since=clock.now())] == [nora.id]
    session().close()
    be_away(house.omar, house.wei, replaces=first)
    assert [one.stand_in_id for one in namings(since=clock.now())] == [house.wei.id]


def test_control_what_is_kept_of_it_leaves_omar_without_anybody(app, house, nora, monkeypatch):
    change_and_die(house, nora, monkeypatch, half_done=True)
    assert namings(since=clock.now()) == []
