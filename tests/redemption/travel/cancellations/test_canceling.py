"""Priya cancels a departure: everyone on it is made whole, once, whatever comes between."""

import pytest
import sqlalchemy as sa

from catalog.errors import NotOnSale
from catalog.operations import offer_variant
from catalog.trips.operations import set_terms
from catalog.trips.terms import TripTerms
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.budgets.errors import BudgetExceeded
from marketplace.budgets.queries import budgets_list
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.check import ledger_violations
from redemption.bookings.models import Booking
from redemption.bookings.states import BookingState
from redemption.goodwill.operations import Amends, propose_goodwill
from redemption.states import LineState
from redemption.travel.cancellations.errors import (
    CanceledAlready,
    ChangedMeanwhile,
    LeftAlready,
    OnIt,
)
from redemption.travel.cancellations.jobs import go_on, make_all_whole
from redemption.travel.cancellations.models import MadeWhole
from redemption.travel.cancellations.operations.canceling import CallOff, call_off
from redemption.travel.cancellations.queries.desk import progress_of
from redemption.travel.cancellations.queries.standing import what_follows
from redemption.travel.invitations.errors import CalledOff
from redemption.travel.invitations.states import InvitationState as I
from redemption.travel.invitations.states import Trade
from tests.redemption.travel.cancellations.conftest import REASON, book
from tests.support.invitations import accept, decline, give_back, invitation_of, states_of
from tests.support.people import actor, employ
from tests.support.redemption import (
    ask_for,
    line_of,
    new_key,
    points_now,
    stock_of,
    subjects_to,
)
from tests.support.waiting import somebody


def made_whole():
    session().close()
    return {
        one.employee_id: (one.points, one.trade) for one in session().scalars(sa.select(MadeWhole))
    }


def bookings():
    session().close()
    return set(session().scalars(sa.select(Booking.state)))


def test_a_look_says_how_many_people_and_points_it_is_about(off):
    follows = what_follows(off.trip.variant_id)
    assert (follows.asked, follows.asked_points, follows.bought) == (1, 48_000, 0)
    assert (follows.going, follows.invited, follows.next_in_order) == (1, 1, 1)
    assert {one.name: one.points for one in follows.budgets} == {
        "Travel 2026": 48_000,
        "Places": 4 * 48_000,
    }


@pytest.mark.parametrize("is_booked", [False, True])
def test_everyone_gets_back_what_they_had(off, queue, is_booked):
    if is_booked:
        book(off)
    before = points_now(off.maya).available
    session().close()
    off.cancel()
    queue.run_due()
    assert points_now(off.maya).available == before + 48_000
    assert line_of(off.asked).state is (LineState.REFUNDED if is_booked else LineState.CANCELLED)
    assert states_of(off.trip.variant_id) == [I.WITHDRAWN] * 3
    assert bookings() == {BookingState.CANCELLED}
    assert stock_of(off.trip.variant_id)[1:] == (0, 0)
    assert made_whole() == {
        off.maya.id: (48_000, Trade.NOTHING),
        off.ben.id: (0, Trade.NOTHING),
        off.cleo.id: (0, Trade.NOTHING),
    }
    found = progress_of(off.trip.variant_id)
    assert found is not None
    assert (found.people, found.left, found.finished_at is not None) == (4, 0, True)
    assert ledger_violations() == []


def test_each_gets_one_letter_with_the_reason_and_who_was_only_next_gets_none(off, queue):
    queue.run_due()
    seen = {who.id: len(subjects_to(who)) for who in (off.maya, off.ben, off.cleo, off.dara)}
    off.cancel()
    queue.run_due()
    new = [subjects_to(who)[seen[who.id] :] for who in (off.maya, off.ben, off.cleo, off.dara)]
    assert new == [
        [f"Your request {off.asked} was canceled"],
        ["Canceled: Lisbon together"],
        ["Canceled: Lisbon together"],
        [],
    ]


def test_who_was_invited_gets_the_points_of_the_trip_where_priya_says_so(off, queue):
    off.cancel(trade=Trade.POINTS)
    queue.run_due()
    assert (points_now(off.ben).available, points_now(off.cleo).available) == (60_000, 60_000)
    assert points_now(off.dara).available == 50_000
    assert made_whole()[off.ben.id] == (10_000, Trade.POINTS)
    assert ledger_violations() == []


def test_or_an_invitation_to_the_later_departure(off, queue):
    off.cancel(trade=Trade.LATER, later_variant_id=off.june)
    queue.run_due()
    assert invitation_of(off.ben.id, off.june).state is I.INVITED
    assert invitation_of(off.cleo.id, off.june).state is I.OWED  # June has two places
    assert ledger_violations() == []


def test_it_goes_on_where_a_run_stopped_and_gives_nothing_twice(off, queue):
    off.cancel(trade=Trade.POINTS)
    queue.run_due()
    again = made_whole()
    assert make_all_whole(off.trip.variant_id, at=clock.now()) == 0
    go_on()
    assert made_whole() == again
    assert ledger_violations() == []


def test_a_canceled_departure_is_off_the_shelf_for_good(off, queue):
    off.cancel()
    with pytest.raises(NotOnSale):
        ask_for(somebody("Eve Lund"), off.trip)
    with pytest.raises(BadInput, match="was canceled"), transaction():
        offer_variant(off.priya, off.trip.variant_id, at=clock.now())
    with pytest.raises(CanceledAlready):
        off.cancel()


def test_until_the_job_has_come_nobody_answers_for_a_place_that_is_gone(off):
    off.cancel()
    for answer in (lambda: accept(off.cleo), lambda: decline(off.cleo), lambda: give_back(off.ben)):
        with pytest.raises(CalledOff):
            answer()


def test_more_points_than_the_budget_has_are_refused_before_anything_happens(off, queue):
    with transaction():
        terms = TripTerms(trade_points=20_000, trade_budget_id=off.budget)
        set_terms(off.priya, off.trip.reward_id, terms, seen=1, at=clock.now())
    with pytest.raises(BudgetExceeded):
        off.cancel(trade=Trade.POINTS)
    assert states_of(off.trip.variant_id) == [I.ACCEPTED, I.INVITED, I.ALTERNATE]
    assert progress_of(off.trip.variant_id) is None


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"reason": " "}, "Write why"),
        ({"trade": Trade.LATER}, "can't find this departure"),
    ],
)
def test_what_can_not_be_is_refused(off, how, why):
    with pytest.raises(Exception, match=why):
        off.cancel(**how)


def test_a_later_departure_is_later_and_of_this_trip(off):
    with pytest.raises(BadInput, match="later departure of this trip"):
        off.cancel(trade=Trade.LATER, later_variant_id=off.trip.variant_id)


def test_numbers_that_changed_since_the_look_are_refused(off):
    with pytest.raises(ChangedMeanwhile):
        off.cancel(seen="9-9-9-9-9")
    session().close()
    mark = what_follows(off.trip.variant_id).mark
    session().close()
    off.cancel(seen=mark)


def test_who_is_on_it_cancels_nothing(off):
    with pytest.raises(OnIt), transaction():
        call_off(off.ben, off.trip.variant_id, CallOff(reason=REASON), at=clock.now())


def test_what_has_left_is_not_canceled(off, time):
    time.forward(days=200)
    with pytest.raises(LeftAlready), transaction():
        call_off(Actor.system(), off.trip.variant_id, CallOff(reason=REASON), at=clock.now())


def test_what_follows_counts_no_points_that_came_back_before(off, queue):
    book(off)
    felix = actor(employ("Felix Braun", roles=(Role.PROGRAM_MANAGER,)))
    with transaction():
        amends = Amends(2_000, "The room was changed.")
        propose_goodwill(felix, off.asked, amends, request_key=new_key(), at=clock.now())
    follows = what_follows(off.trip.variant_id)
    session().close()
    assert (follows.bought, follows.bought_points) == (1, 46_000)
    before = {budget.name: budget.left for budget in budgets_list()}
    session().close()
    off.cancel()
    queue.run_due()
    after = {budget.name: budget.left for budget in budgets_list()}
    said = {budget.name: budget.points for budget in follows.budgets}
    assert {name: after[name] - before[name] for name in said} == said
    made = sa.select(MadeWhole.points).where(MadeWhole.line_id.is_not(None))
    assert session().scalars(made).one() == 46_000
    assert ledger_violations() == []
