"""Rewards won: granted once, given up by their winner, passed to the next in line."""

import threading
from contextlib import suppress

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.awards.entitlements import operations
from marketplace.awards.entitlements.models import Entitlement, EntitlementEvent
from marketplace.awards.entitlements.operations import (
    decline_entitlement,
    grant_entitlements,
    use_entitlement,
    withdraw_entitlement,
)
from marketplace.awards.entitlements.queries import my_rewards_won, prize_choices
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import IllegalMove, NotAllowed, NotFound
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from marketplace.people.models import Employee
from tests.support.catalog import stock_lisbon_trip, stock_reward
from tests.support.contests import refused
from tests.support.entitlements import won
from tests.support.people import actor, employ, employ_leo, employ_maya, employ_omar, employ_priya
from tests.support.racing import all_at_once

PROGRAM = 7
A_MOMENT = 0.5


@pytest.fixture
def people(at):
    return employ_maya(), employ_omar(), employ_leo()


@pytest.fixture
def line(people, at):
    """Maya has the trip; Omar and Leo wait."""
    maya, omar, leo = people
    trip = stock_lisbon_trip()
    wanted = [won(maya, variant_id=trip.variant_id), won(omar, line=1), won(leo, line=2)]
    with transaction():
        assert grant_entitlements(PROGRAM, wanted, actor=Actor.system(), at=at) == 3
    return wanted


def ids():
    session().close()
    return list(session().scalars(sa.select(Entitlement.id).order_by(Entitlement.id)))


def states():
    session().close()
    return [row.state.value for row in session().query(Entitlement).order_by(Entitlement.id)]


def decline(employee_id, entitlement_id, at):
    with transaction():
        return decline_entitlement(actor(employee_id), entitlement_id, at=at)


def test_granting_twice_grants_once(line, at):
    with transaction():
        assert grant_entitlements(PROGRAM, line, actor=Actor.system(), at=at) == 0
    assert states() == ["granted", "alternate", "alternate"]
    assert session().query(EntitlementEvent).count() == 3


@pytest.mark.parametrize(
    ("label", "title"), [("Experience", "Sailing day"), ("At dawn", "Sailing day, At dawn")]
)
def test_what_was_won_is_named_without_repeating_its_kind(people, at, label, title):
    sail = stock_reward("Sailing day", kind=Kind.EXPERIENCE, variant={"label": label})
    with transaction():
        wanted = [won(people[0], variant_id=sail.variant_id)]
        grant_entitlements(PROGRAM, wanted, actor=Actor.system(), at=at)
    assert [one.title for one in my_rewards_won(actor(people[0]))] == [title]
    assert (str(sail.variant_id), title) in prize_choices()


def test_a_winner_who_declines_passes_it_to_the_next_in_line(line, people, at, queue):
    maya, omar, _leo = people
    assert decline(maya, ids()[0], at)
    assert states() == ["passed_on", "granted", "alternate"]
    first, second = (session().get_one(Entitlement, one) for one in ids()[:2])
    assert (second.variant_id, second.from_id) == (first.variant_id, first.id)
    queue.run_due()
    session().close()
    letters = session().query(Letter).filter_by(employee_id=omar).order_by(Letter.id).all()
    assert [letter.subject for letter in letters][-1] == "You won: Lisbon long weekend"
    assert ledger_violations() == []


def test_when_nobody_waits_any_more_it_stays_declined(line, people, at):
    for person, entitlement_id in zip(people, ids(), strict=True):
        decline(person, entitlement_id, at)
    assert states() == ["passed_on", "passed_on", "declined"]
    assert ledger_violations() == []


def test_an_alternate_who_steps_out_leaves_the_place_alone(line, people, at):
    maya, omar, _leo = people
    assert not decline(omar, ids()[1], at)
    decline(maya, ids()[0], at)
    assert states() == ["passed_on", "declined", "granted"]


def test_it_can_be_declined_once_and_only_by_its_winner(line, people, at):
    maya, omar, _leo = people
    refused(lambda: decline(omar, ids()[0], at), NotFound)
    decline(maya, ids()[0], at)
    assert "already passed on" in refused(lambda: decline(maya, ids()[0], at), IllegalMove)
    assert states() == ["passed_on", "granted", "alternate"]


def test_what_was_used_can_not_be_given_up(line, people, at):
    first = ids()[0]
    with transaction():
        use_entitlement(first, actor=Actor.system(), reason="Booked", at=at)
    refused(lambda: decline(people[0], first, at), IllegalMove)


def test_a_manager_withdraws_but_never_in_favor_of_himself(line, people, at):
    _maya, omar, _leo = people
    for_himself = lambda: _withdraw(omar, ids()[0], at)  # noqa: E731
    assert "wait in line" in refused(for_himself, NotAllowed)
    assert _withdraw(employ_priya(), ids()[0], at)
    assert states() == ["passed_on", "granted", "alternate"]
    event = session().query(EntitlementEvent).filter_by(to_state="withdrawn").one()
    assert event.reason == "Left the company"


def _withdraw(employee_id, entitlement_id, at):
    with transaction():
        return withdraw_entitlement(
            actor(employee_id), entitlement_id, reason="Left the company", at=at
        )


def test_nobody_in_line_withdraws_what_would_move_them_up(line, people, at):
    _maya, _omar, leo = people
    for before_leo in ids()[:2]:
        refusal = refused(lambda which=before_leo: _withdraw(leo, which, at), NotAllowed)
        assert "somebody else has to withdraw it" in refusal
    assert states() == ["granted", "alternate", "alternate"]


def test_who_left_is_passed_over_in_the_line(line, people, at):
    maya, omar, _leo = people
    with transaction():
        session().execute(
            sa.update(Employee).where(Employee.id == omar).values(status="left", left_on=at.date())
        )
    assert decline(maya, ids()[0], at)
    assert states() == ["passed_on", "alternate", "granted"]
    assert ledger_violations() == []


def test_who_loses_a_reward_reads_why_in_a_letter(line, people, at, queue):
    assert _withdraw(employ_priya(), ids()[0], at)
    queue.run_due()
    queue.run_due()
    session().close()
    [letter] = session().query(Letter).filter_by(employee_id=people[0]).all()
    assert letter.subject == "Withdrawn: Lisbon long weekend"
    assert "Priya Nair withdrew what Autumn race: 1st place brought you" in letter.text
    assert "The reason: Left the company" in letter.text


@pytest.mark.parametrize(
    "statement",
    ["UPDATE entitlement_events SET to_state = 'used'", "DELETE FROM entitlement_events"],
)
def test_the_database_refuses_to_change_what_happened(line, statement):
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        session().execute(sa.text(statement))


@pytest.fixture
def both_decline(app, people, at, monkeypatch):
    """Two winners give up at the same moment, each having looked who is next; what came of it."""
    maya, omar, leo = people
    trip = stock_lisbon_trip().variant_id
    priya, nora = employ_priya(), employ("Rosa Vidal")
    wanted = [won(maya, variant_id=trip), won(omar, variant_id=trip)]
    with transaction():
        waiting = [won(leo, line=1), won(nora, line=2), won(priya, line=3)]
        grant_entitlements(PROGRAM, [*wanted, *waiting], actor=Actor.system(), at=at)
    first_two = ids()[:2]
    looked = threading.Barrier(2)
    really_look = operations._next_in_line

    def look_and_wait(program_id):
        found = really_look(program_id)
        with suppress(threading.BrokenBarrierError):
            looked.wait(A_MOMENT)
        return found

    def race():
        monkeypatch.setattr(operations, "_next_in_line", look_and_wait)
        session().close()
        answers = all_at_once(
            app, 2, lambda number: decline([maya, omar][number], first_two[number], at)
        )
        return [answer for answer in answers if isinstance(answer, Exception)], states()

    return race


@pytest.mark.race
def test_two_who_decline_at_once_pass_to_two_different_people(both_decline):
    failed, found = both_decline()
    assert failed == []
    assert found == ["passed_on", "passed_on", "granted", "granted", "alternate"]


@pytest.mark.race
def test_without_the_lock_postgresql_offers_one_place_twice(both_decline, monkeypatch, engine):
    """The negative control: the guarded move stops it, but one of the two can't decline."""
    if engine == "sqlite":
        return  # one writer at a time, with or without the lock
    monkeypatch.setattr(operations, "lock_programs", lambda _ids, *, at: None)
    failed, _ = both_decline()
    assert len(failed) == 1
