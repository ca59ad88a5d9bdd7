"""Many at once around the places of a trip; with the protection off as control."""

from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from catalog.models import VariantStock
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.operations import answering, inviting
from redemption.travel.invitations.operations.answering import (
    accept_invitation,
    decline_invitation,
)
from redemption.travel.invitations.operations.closing import lapse, withdraw
from redemption.travel.invitations.queries.trades import NOTHING
from redemption.travel.invitations.states import InvitationState
from tests.support.invitations import invitation_of, invite, states_of
from tests.support.people import employ
from tests.support.racing import all_at_once, in_turn
from tests.support.redemption import ask_for, new_key, stock_of
from tests.support.trips import later_departure, stock_group_trip
from tests.support.waiting import somebody

pytestmark = pytest.mark.race
S = InvitationState


def attempt(deed):
    """What comes of it in a transaction of its own: its answer, or the code of the refusal."""
    try:
        with transaction():
            return deed()
    except DomainError as refusal:
        return refusal.code


def test_of_many_who_decline_at_once_each_makes_room_for_one(app, club):
    trip = stock_group_trip("Ten for ten", capacity=10)
    crowd = [somebody(f"Walker {number:02}", points=0) for number in range(10)]
    invite(club.priya, trip, [who.id for who in crowd], at_once=5, guests=1)
    mine = [invitation_of(who.id).id for who in crowd]
    session().close()

    def say_no(number):
        who, one = crowd[number], mine[number]
        return attempt(
            lambda: decline_invitation(who, one, NOTHING, request_key=new_key(), at=clock.now())
        )

    all_at_once(app, 5, say_no)
    assert Counter(states_of(trip.variant_id)) == {S.DECLINED: 5, S.INVITED: 5}
    assert stock_of(trip.variant_id) == (10, 10, 0)
    assert ledger_violations() == []


@pytest.mark.parametrize("rival", ["lapse", "withdraw", "decline"])
def test_a_yes_and_what_ends_it_at_the_same_moment_are_one_or_the_other(app, club, time, rival):
    invite(club.priya, club.trip, club.people, at_once=1)
    mine, at = invitation_of(club.maya.id), clock.now()
    ends = {
        "lapse": lambda: lapse(mine.id, at=mine.answer_by),
        "withdraw": lambda: withdraw(club.priya, mine.id, "A reason", at=at),
        "decline": lambda: decline_invitation(
            club.maya, mine.id, NOTHING, request_key=new_key(), at=at
        ),
    }
    session().close()

    def act(number):
        if number % 2:
            return attempt(ends[rival])
        return attempt(
            lambda: accept_invitation(club.maya, mine.id, 1, request_key=new_key(), at=at)
        )

    all_at_once(app, 4, act)
    ended = {"lapse": S.LAPSED, "withdraw": S.WITHDRAWN, "decline": S.DECLINED}[rival]
    first, second = states_of(club.trip.variant_id)[:2]
    # a withdrawal may come after a yes, and takes the place away then; nothing else may
    assert (first, second) in {(S.ACCEPTED, S.ALTERNATE), (ended, S.INVITED)}
    assert ledger_violations() == []


def both_ways(app, club, trip):
    """Maya buys a place and accepts an invitation at the same moment; what came of each."""
    invite(club.priya, trip, [club.maya.id], guests=0)
    mine = invitation_of(club.maya.id).id
    session().close()

    def act(number):
        if number % 2:
            try:
                return ask_for(club.maya, trip)
            except DomainError as refusal:
                return refusal.code
        return attempt(
            lambda: accept_invitation(club.maya, mine, 0, request_key=new_key(), at=clock.now())
        )

    return all_at_once(app, 2, act)


def test_a_place_bought_and_one_accepted_at_the_same_moment_are_one(app, club):
    both_ways(app, club, club.trip)
    assert ledger_violations() == []
    assert stock_of(club.trip.variant_id)[1:] == (0, 1)


def test_control_without_looking_for_the_other_way_somebody_goes_twice(app, club, monkeypatch):
    ask_for(club.maya, club.trip)
    monkeypatch.setattr(
        "redemption.travel.invitations.operations.waves.cannot_be_invited", lambda *_: []
    )
    monkeypatch.setattr(answering, "has_place_on", lambda *_, **__: False)
    invite(club.priya, club.trip, [club.maya.id], guests=0)
    mine = invitation_of(club.maya.id).id
    session().close()
    attempt(lambda: accept_invitation(club.maya, mine, 0, request_key=new_key(), at=clock.now()))
    assert {found.id for found in ledger_violations()} == {"I27-once"}


def test_two_departures_accepted_at_the_same_moment_are_one_place(app, club):
    june = later_departure(club.trip)
    invite(club.priya, club.trip, [club.maya.id], guests=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "redemption.travel.invitations.operations.waves.cannot_be_invited", lambda *_: []
        )
        invite(club.priya, june, [club.maya.id], guests=0)
    both = list(session().scalars(sa.select(Invitation.id).order_by(Invitation.id)))
    session().close()

    def act(number):
        return attempt(
            lambda: accept_invitation(
                club.maya, both[number], 0, request_key=new_key(), at=clock.now()
            )
        )

    all_at_once(app, 2, act)
    states = Counter(states_of(club.trip.variant_id) + states_of(june.variant_id))
    assert states == {S.ACCEPTED: 1, S.WITHDRAWN: 1}
    assert ledger_violations() == []


def waves_of(app, club, trip, crowd):
    """Six planners invite two each, with a guest for everyone, for ten places."""
    planners = [somebody(f"Planner {number:02}", points=0) for number in range(6)]
    session().close()

    def act(number):
        own = crowd[number * 2 : number * 2 + 2]
        try:
            return invite(planners[number], trip, own, guests=1)
        except DomainError as refusal:
            return refusal.code

    return act, len(planners)


def test_waves_made_at_the_same_moment_never_keep_more_than_there_is(app, club):
    trip = stock_group_trip("Ten for all", capacity=10)
    crowd = [employ(f"Walker {number:02}") for number in range(12)]
    act, planners = waves_of(app, club, trip, crowd)
    answers = Counter(str(answer) for answer in all_at_once(app, planners, act))
    assert answers["not_enough_places"] == 4  # each wave keeps four places, and ten hold two
    assert stock_of(trip.variant_id) == (10, 8, 0)
    assert ledger_violations() == []


def test_control_without_the_guard_only_the_second_wall_stops_them(app, club, monkeypatch):
    def keep_whatever_there_is(variant_id, places, **_):
        session().execute(
            sa.update(VariantStock)
            .where(VariantStock.variant_id == variant_id)
            .values(reserved=VariantStock.reserved + places)
        )
        return True

    trip = stock_group_trip("Ten for all", capacity=10)
    crowd = [employ(f"Walker {number:02}") for number in range(12)]
    act, planners = waves_of(app, club, trip, crowd)
    monkeypatch.setattr(inviting, "keep_places", keep_whatever_there_is)
    answers = Counter(type(answer) for answer in in_turn(app, planners, act))
    assert answers[IntegrityError] == 4
