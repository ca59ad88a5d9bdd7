"""A role that was taken away answers nothing any more, and nothing waits for whoever held it."""

import pytest

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import NotFound
from marketplace.people.operations.employment import grant_role, revoke_role
from redemption.approvals.away import reach
from redemption.approvals.jobs import hand_on_deserted
from tests.support.away import be_away
from tests.support.catalog import stock_lisbon_trip
from tests.support.people import actor, employ
from tests.support.redemption import approve, ask_for, decisions_on, furnish


def lose(who):
    with transaction():
        revoke_role(who.id, Role.TRAVEL_APPROVER, actor=Actor.system(), at=clock.now())


@pytest.fixture
def house(at):
    return furnish()


@pytest.fixture
def trip(house, queue, time):
    """Maya's trip, to which Omar said yes; now Wei is asked as the travel approver."""
    reference = ask_for(house.maya, stock_lisbon_trip(points=15_000))
    approve(house.omar, reference)
    time.forward(seconds=31)
    queue.run_due()
    return reference


def test_wei_who_is_no_travel_approver_any_more_says_yes_to_no_trip(house, trip, sign_in):
    wei = sign_in(house.wei.id)
    assert trip in wei.get("/approvals").text
    lose(house.wei)
    assert trip not in wei.get("/approvals").text
    with pytest.raises(NotFound):
        approve(house.wei, trip)
    assert decisions_on(trip) == ["approve"]


def test_nor_does_who_stands_in_for_wei(house, trip):
    nora = actor(employ("Nora Lindqvist"))
    be_away(house.wei, nora)
    lose(house.wei)
    with pytest.raises(NotFound):
        approve(nora, trip)


def test_the_request_is_handed_to_who_has_the_role(house, trip, queue):
    lin = actor(employ("Lin Zhao", roles=(Role.TRAVEL_APPROVER,)))
    lose(house.wei)
    hand_on_deserted()
    queue.run_due()
    approve(lin, trip)
    assert decisions_on(trip) == ["approve", "approve"]


def test_who_gets_the_role_back_answers_again(house, trip):
    lose(house.wei)
    with transaction():
        grant_role(house.wei.id, Role.TRAVEL_APPROVER, actor=Actor.system(), at=clock.now())
    approve(house.wei, trip)


def test_control_by_the_list_of_that_day_wei_would_still_say_yes(house, trip, monkeypatch):
    lose(house.wei)
    monkeypatch.setattr(reach, "keeps_role", lambda _asked=None: True)
    assert approve(house.wei, trip)
