"""A place won: its winner is invited, and a no or silence passes it to the next in line."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from catalog.errors import WaitsForIt
from catalog.operations import adjust_stock
from catalog.trips.operations import set_terms
from catalog.trips.terms import USUAL
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.operations import (
    decline_entitlement,
    grant_entitlements,
    withdraw_entitlement,
)
from marketplace.awards.entitlements.states import EntitlementState
from marketplace.budgets.errors import BudgetExceeded
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption.refusals import AlreadyGoing, InvitedThere
from redemption.travel.invitations.errors import GoesAlready, NoSuchTrade
from redemption.travel.invitations.jobs import pass_on, tidy
from redemption.travel.invitations.policies import TradeChoice
from redemption.travel.invitations.queries.own import my_invitations, trades_for_me
from redemption.travel.invitations.states import InvitationState, Trade
from tests.support.entitlements import won
from tests.support.invitations import (
    accept,
    decline,
    give_back,
    invitation_of,
    invite,
    leave,
    states_of,
)
from tests.support.ledger import open_funded_budget
from tests.support.redemption import ask_for, cancel, points_now, stock_of
from tests.support.trips import later_departure
from tests.support.waiting import somebody

PROGRAM = 7
S, E = InvitationState, EntitlementState


@pytest.fixture
def race(club, at):
    """Maya won a place; Ben and Cleo are first and second in line for it."""
    grant(club, won(club.maya.id, variant_id=club.trip.variant_id), at=at)
    grant(club, won(club.ben.id, line=1), won(club.cleo.id, line=2), at=at)
    return club


def grant(_club, *wanted, program=PROGRAM, at):
    with transaction():
        grant_entitlements(program, wanted, actor=Actor.system(), at=at)


def rights():
    session().close()
    return list(session().scalars(sa.select(Entitlement.state).order_by(Entitlement.id)))


def subjects(who):
    mine = sa.select(Letter.subject).where(Letter.employee_id == who.id).order_by(Letter.id)
    return list(session().scalars(mine))


def test_who_wins_a_place_is_invited_and_hears_of_it_once(race, queue):
    assert states_of(race.trip.variant_id) == [S.INVITED]
    assert stock_of(race.trip.variant_id) == (8, 2, 0)
    queue.run_due()
    assert subjects(race.maya) == ["You won a place: Lisbon together"]
    assert ledger_violations() == []


def test_the_right_is_used_by_saying_yes(race):
    accept(race.maya, guests=1)
    assert rights() == [E.USED, E.ALTERNATE, E.ALTERNATE]
    assert ledger_violations() == []


def test_a_no_invites_the_next_in_line(race):
    decline(race.maya)
    assert rights() == [E.PASSED_ON, E.GRANTED, E.ALTERNATE]
    assert states_of(race.trip.variant_id) == [S.DECLINED, S.INVITED]
    assert stock_of(race.trip.variant_id) == (8, 2, 0)
    assert ledger_violations() == []


def test_silence_invites_the_next_in_line(race, time):
    time.forward(days=14)
    pass_on(at=time())
    assert rights() == [E.PASSED_ON, E.GRANTED, E.ALTERNATE]
    assert states_of(race.trip.variant_id) == [S.LAPSED, S.INVITED]
    time.forward(days=14)
    pass_on(at=time())
    time.forward(days=14)
    pass_on(at=time())
    assert rights() == [E.PASSED_ON, E.PASSED_ON, E.LAPSED]
    assert stock_of(race.trip.variant_id) == (8, 0, 0)
    assert ledger_violations() == []


@pytest.mark.parametrize("deed", [decline_entitlement, withdraw_entitlement])
def test_a_right_given_up_at_its_own_page_ends_the_invitation(race, time, deed):
    right = invitation_of(race.maya.id).entitlement_id
    session().close()
    actor = race.maya if deed is decline_entitlement else race.priya
    with transaction():
        deed(actor, right, reason="A wedding", at=time())
    assert rights() == [E.PASSED_ON, E.GRANTED, E.ALTERNATE]
    assert states_of(race.trip.variant_id)[1:] == [S.INVITED]
    assert ledger_violations() == []


def test_who_goes_and_gives_the_place_back_passes_the_right_on(race):
    accept(race.maya, guests=1)
    give_back(race.maya)
    assert rights() == [E.PASSED_ON, E.GRANTED, E.ALTERNATE]
    assert states_of(race.trip.variant_id) == [S.GIVEN_BACK, S.INVITED]
    assert ledger_violations() == []


def test_two_rights_to_one_trip_are_one_place(race, at):
    grant(race, won(race.maya.id, variant_id=race.trip.variant_id), program=8, at=at)
    grant(race, won(race.dara.id, line=1), program=8, at=at)
    assert states_of(race.trip.variant_id) == [S.INVITED]  # once, whatever the number of ways
    accept(race.maya)
    assert rights() == [E.USED, E.ALTERNATE, E.ALTERNATE, E.PASSED_ON, E.GRANTED]
    assert invitation_of(race.dara.id).state is S.INVITED
    assert ledger_violations() == []


def test_a_no_is_a_no_to_every_right_to_that_departure(race, at):
    grant(race, won(race.maya.id, variant_id=race.trip.variant_id), program=8, at=at)
    grant(race, won(race.dara.id, line=1), program=8, at=at)
    decline(race.maya)
    assert rights()[0] is E.PASSED_ON
    assert rights()[3] is E.PASSED_ON
    assert {invitation_of(who.id).state for who in (race.ben, race.dara)} == {S.INVITED}
    assert ledger_violations() == []


def test_who_won_when_all_is_taken_is_owed_the_next_free_place(club, at, time):
    invite(club.priya, club.trip, [club.ben.id, club.cleo.id, club.dara.id], guests=1)
    eva, finn = somebody("Eva Lund"), somebody("Finn Berg")
    bought = [(buyer, ask_for(buyer, club.trip)) for buyer in (eva, finn)]
    grant(club, won(club.maya.id, variant_id=club.trip.variant_id), at=at)
    assert invitation_of(club.maya.id).state is S.OWED
    assert pass_on(at=time()) == 0
    cancel(*bought[0])
    assert pass_on(at=time()) == 0  # one place is no room for her and her guest
    cancel(*bought[1])
    assert pass_on(at=time()) == 1
    assert invitation_of(club.maya.id).state is S.INVITED
    assert ledger_violations() == []


def test_who_is_owed_a_place_has_it_when_there_are_more(club, at, time):
    invite(club.priya, club.trip, [club.ben.id, club.cleo.id, club.dara.id], guests=1)
    ask_for(somebody("Eva Lund"), club.trip)
    ask_for(somebody("Finn Berg"), club.trip)
    grant(club, won(club.maya.id, variant_id=club.trip.variant_id), at=at)
    session().close()
    with pytest.raises(WaitsForIt), transaction():
        adjust_stock(club.maya, club.trip.variant_id, 2, reason="More rooms", at=time())
    with transaction():
        adjust_stock(club.priya, club.trip.variant_id, 2, reason="More rooms", at=time())
    assert pass_on(at=time()) == 1
    assert invitation_of(club.maya.id).state is S.INVITED


def test_who_left_before_the_prizes_were_given_is_passed_over(club, at):
    leave(club.maya.id)
    grant(club, won(club.maya.id, variant_id=club.trip.variant_id), won(club.ben.id, line=1), at=at)
    assert states_of(club.trip.variant_id) == [S.OWED]
    tidy()
    assert rights() == [E.PASSED_ON, E.GRANTED]
    assert states_of(club.trip.variant_id) == [S.WITHDRAWN, S.INVITED]
    assert ledger_violations() == []


def test_who_bought_a_place_says_yes_only_after_giving_that_one_back(club, at):
    bought = ask_for(club.maya, club.trip)
    grant(club, won(club.maya.id, variant_id=club.trip.variant_id), at=at)
    with pytest.raises(GoesAlready, match="each person goes once"):
        accept(club.maya)
    assert invitation_of(club.maya.id).state is S.INVITED
    cancel(club.maya, bought)
    accept(club.maya)
    assert ledger_violations() == []


def test_who_goes_by_invitation_buys_no_place_beside_it(race):
    accept(race.maya)
    with pytest.raises(AlreadyGoing, match="a place on Lisbon together already"):
        ask_for(race.maya, race.trip)


def test_who_is_invited_is_told_that_it_costs_no_points(race):
    with pytest.raises(InvitedThere, match="it costs no points"):
        ask_for(race.maya, race.trip)


def with_terms(club, at, **changes):
    budget = open_funded_budget(100_000, name="Trades")
    terms = replace(USUAL, trade_budget_id=budget, **changes)
    with transaction():
        set_terms(club.priya, club.trip.reward_id, terms, seen=0, at=at)
    return budget


def chosen(who, trade, at):
    mine = invitation_of(who.id).id
    found = [one for one in trades_for_me(who, mine, at=at) if one.trade is trade]
    session().close()
    return found[0]


def test_who_declines_may_take_points_from_the_budget_of_trades(race, at):
    with_terms(race, at, trade_points=30_000)
    before = points_now(race.maya).available
    decline(race.maya, chosen(race.maya, Trade.POINTS, at))
    assert points_now(race.maya).available == before + 30_000
    assert rights() == [E.PASSED_ON, E.GRANTED, E.ALTERNATE]
    assert ledger_violations() == []


def test_a_trade_the_budget_cannot_pay_changes_nothing(race, at):
    with_terms(race, at, trade_points=300_000)
    with pytest.raises(BudgetExceeded):
        decline(race.maya, chosen(race.maya, Trade.POINTS, at))
    assert invitation_of(race.maya.id).state is S.INVITED
    assert ledger_violations() == []


def test_a_trade_that_is_not_offered_is_refused(race):
    with pytest.raises(NoSuchTrade, match="you are still invited"):
        decline(race.maya, TradeChoice(Trade.POINTS, "1,000,000 points", points=1_000_000))
    assert invitation_of(race.maya.id).state is S.INVITED


def test_who_declines_may_go_later(race, at):
    with_terms(race, at, may_go_later=True)
    later = later_departure(race.trip, capacity=2).variant_id
    decline(race.maya, chosen(race.maya, Trade.LATER, at))
    assert states_of(race.trip.variant_id) == [S.DECLINED, S.INVITED]
    assert states_of(later) == [S.INVITED]
    assert stock_of(later) == (2, 2, 0)
    accept(race.maya, guests=1)
    assert [one.state for one in my_invitations(race.maya)] == [S.DECLINED, S.ACCEPTED]
    assert ledger_violations() == []


def test_an_answer_sent_twice_is_one(race):
    assert accept(race.maya, key="the same key") == accept(race.maya, key="the same key")
    assert stock_of(race.trip.variant_id) == (8, 0, 1)
