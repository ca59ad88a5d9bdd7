"""Waves: the first are invited at once, and each place that comes back is for the next."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from catalog.models import Variant
from catalog.trips.errors import OwnTerms
from catalog.trips.operations import set_terms
from catalog.trips.queries.planner import planned_trip
from catalog.trips.states import TaxPayer
from marketplace.access.roles import Role
from marketplace.budgets.errors import BudgetExceeded
from marketplace.budgets.models import Budget
from marketplace.budgets.queries import budget_left
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotAllowed
from marketplace.kernel.mail import Letter
from marketplace.ledger.check import ledger_violations
from redemption.bookings.models import Booking, Traveler
from redemption.travel.invitations.errors import CannotInvite, NotEnoughPlaces
from redemption.travel.invitations.jobs import pass_on, tidy
from redemption.travel.invitations.operations.closing import withdraw
from redemption.travel.invitations.operations.waves import extend_answer, invite_more
from redemption.travel.invitations.policies import TradeChoice
from redemption.travel.invitations.queries.desk import invited_people
from redemption.travel.invitations.queries.own import an_invitation, trades_for_me
from redemption.travel.invitations.states import InvitationState, Trade
from tests.support.browsing import words_on
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
from tests.support.people import actor, employ
from tests.support.redemption import ask_for, open_rewards_budget, stock_of
from tests.support.trips import later_departure, with_terms

S = InvitationState
LONG_AGO = date(2026, 3, 1)


def test_the_first_are_invited_at_once_and_the_others_are_next_in_order(club):
    invite(club.priya, club.trip, club.people, at_once=2)
    assert states_of(club.trip.variant_id) == [S.INVITED, S.INVITED, S.ALTERNATE, S.ALTERNATE]
    assert stock_of(club.trip.variant_id) == (8, 4, 0)  # two people and their guests
    assert ledger_violations() == []


def test_who_accepts_alone_gives_the_place_of_a_guest_back(club):
    invite(club.priya, club.trip, club.people, at_once=2)
    reference = accept(club.maya)
    assert stock_of(club.trip.variant_id) == (8, 2, 1)
    booking = session().scalars(sa.select(Booking)).one()
    assert (booking.reference, booking.places, booking.line_id) == (reference, 1, None)
    assert ledger_violations() == []


def test_a_guest_is_a_traveler_without_a_name(club):
    invite(club.priya, club.trip, club.people)
    accept(club.ben, guests=1)
    travelers = session().execute(sa.select(Traveler.employee_id, Traveler.name))
    assert list(map(tuple, travelers)) == [(club.ben.id, "Ben Osei"), (None, "")]
    assert stock_of(club.trip.variant_id) == (8, 6, 2)


def test_a_place_that_is_declined_is_for_the_next_at_once(club):
    invite(club.priya, club.trip, club.people, at_once=2)
    decline(club.maya)
    assert states_of(club.trip.variant_id) == [S.DECLINED, S.INVITED, S.INVITED, S.ALTERNATE]
    assert stock_of(club.trip.variant_id) == (8, 4, 0)
    assert ledger_violations() == []


def test_silence_passes_the_place_on_when_the_time_is_over(club, time):
    invite(club.priya, club.trip, club.people, at_once=2, days=14)
    time.forward(days=13)
    assert pass_on(at=time()) == 2  # both are reminded, and keep their places
    assert states_of(club.trip.variant_id)[:2] == [S.INVITED, S.INVITED]
    time.forward(days=1)
    assert pass_on(at=time()) == 2
    assert states_of(club.trip.variant_id) == [S.LAPSED, S.LAPSED, S.INVITED, S.INVITED]
    assert pass_on(at=time()) == 0
    assert ledger_violations() == []


def test_each_hears_of_it_once(club, queue, time):
    invite(club.priya, club.trip, club.people, at_once=1)
    queue.run_due()
    time.forward(days=12)
    pass_on(at=time())
    queue.run_due()
    pass_on(at=time())
    accept(club.maya)
    queue.run_due()
    mine = sa.select(Letter.subject).where(Letter.employee_id == club.maya.id)
    assert list(session().scalars(mine.order_by(Letter.id))) == [
        "You are invited: Lisbon together",
        "Your place waits until 7 Dec 2026: Lisbon together",
        "You go: Lisbon together",
        "Before you go: Lisbon together",
    ]


def test_who_gives_an_accepted_place_back_makes_room_for_the_next(club, time):
    invite(club.priya, club.trip, club.people, at_once=1)
    accept(club.maya, guests=1)
    give_back(club.maya, "A wedding")
    assert states_of(club.trip.variant_id) == [S.GIVEN_BACK, S.INVITED, S.ALTERNATE, S.ALTERNATE]
    assert stock_of(club.trip.variant_id) == (8, 2, 0)
    assert ledger_violations() == []


def test_a_wave_that_needs_more_places_than_are_free_invites_nobody(club):
    more = [employ(f"Guest {number}") for number in range(1, 3)]
    with pytest.raises(NotEnoughPlaces, match="keep 12 places, and 8 are free"):
        invite(club.priya, club.trip, [*club.people, *more])
    assert states_of(club.trip.variant_id) == []
    invite(club.priya, club.trip, [*club.people, *more], guests=0)
    assert stock_of(club.trip.variant_id) == (8, 6, 0)


def test_who_bought_a_place_or_left_or_is_invited_stays_off_the_list(club):
    ask_for(club.maya, club.trip)
    leave(club.ben.id)
    invite(club.priya, club.trip, [club.cleo.id], guests=0)
    with pytest.raises(CannotInvite) as refusal:
        invite(club.priya, club.trip, club.people)
    assert str(refusal.value) == (
        "Maya Chen has a place on Lisbon together already, or asked for one. "
        "Ben Osei no longer works here. Cleo Marsh is invited to Lisbon together already. "
        "Take them off the list. Nobody was invited."
    )


def test_nobody_stands_on_a_list_twice_or_invites_themselves(club):
    with pytest.raises(CannotInvite, match="Maya Chen is on the list twice"):
        invite(club.priya, club.trip, [club.maya.id, club.ben.id, club.maya.id])
    with pytest.raises(CannotInvite, match="somebody else has to invite you"):
        invite(club.priya, club.trip, [club.priya.id])


def test_more_of_a_wave_are_invited_by_hand(club, time):
    wave = invite(club.priya, club.trip, club.people, at_once=1)
    with transaction():
        assert invite_more(club.priya, wave, 2, at=time()) == 2
    assert states_of(club.trip.variant_id) == [S.INVITED, S.INVITED, S.INVITED, S.ALTERNATE]
    with transaction():
        assert invite_more(club.priya, wave, 5, at=time()) == 1
    with pytest.raises(BadInput, match="Nobody of this wave is left"), transaction():
        invite_more(club.priya, wave, 1, at=time())


def test_places_draw_on_a_budget_and_come_back_to_it(club, time):
    budget = open_rewards_budget(8 * 48_000)
    invite(club.priya, club.trip, club.people[:2], budget_id=budget)
    assert ledger_violations() == []
    left = budget_left(budget)
    assert (left.reserved, left.spent) == (4 * 48_000, 0)
    accept(club.maya)
    decline(club.ben)
    left = budget_left(budget)
    assert (left.reserved, left.spent) == (0, 48_000)
    give_back(club.maya)
    assert budget_left(budget).spent == 0
    assert ledger_violations() == []


def test_a_later_place_draws_what_it_costs_and_waits_where_the_budget_falls_short(club):
    with_terms(club.trip, may_go_later=True)
    june = later_departure(club.trip, points=90_000).variant_id
    budget = open_rewards_budget(400_000)
    invite(club.priya, club.trip, club.people[:2], budget_id=budget)
    later = TradeChoice(Trade.LATER, "A place later: 10 to 13 June 2027", variant_id=june)
    decline(club.maya, later)
    assert budget_left(budget).reserved == 2 * 48_000 + 2 * 90_000
    decline(club.ben, later)
    assert states_of(june) == [S.INVITED, S.OWED]
    assert budget_left(budget).reserved == 2 * 90_000
    assert ledger_violations() == []


def test_a_wave_beyond_the_budget_invites_nobody(club):
    budget = open_rewards_budget(7 * 48_000)
    with pytest.raises(BudgetExceeded):
        invite(club.priya, club.trip, club.people, budget_id=budget)
    assert states_of(club.trip.variant_id) == []
    assert budget_left(budget).reserved == 0


def test_an_invitation_is_withdrawn_with_a_reason_that_its_person_reads(club, queue, time):
    invite(club.priya, club.trip, club.people, at_once=1)
    mine = invitation_of(club.maya.id).id
    with transaction():
        withdraw(club.priya, mine, "Your contract ends in April", at=time())
    assert states_of(club.trip.variant_id)[:2] == [S.WITHDRAWN, S.INVITED]
    queue.run_due()
    written = session().scalars(sa.select(Letter.text).where(Letter.employee_id == club.maya.id))
    assert "Your contract ends in April" in "".join(written)


def test_who_is_next_withdraws_nobody_in_front_of_them(club, time):
    invite(club.house.omar, club.trip, [club.maya.id, club.priya.id], at_once=1)
    mine = invitation_of(club.maya.id).id
    session().close()
    with pytest.raises(NotAllowed, match="somebody else has to withdraw it"), transaction():
        withdraw(club.priya, mine, "Not in standing", at=time())


def test_more_time_is_given_before_the_time_is_over(club, time):
    invite(club.priya, club.trip, club.people, at_once=1, days=2)
    mine = invitation_of(club.maya.id)
    assert mine.answer_by is not None
    until = mine.answer_by + timedelta(days=5)
    session().close()
    with transaction():
        extend_answer(club.priya, mine.id, until, at=time())
    time.forward(days=3)
    pass_on(at=time())
    assert invitation_of(club.maya.id).state is S.INVITED
    session().close()
    with pytest.raises(BadInput, match="Enter a later day"), transaction():
        extend_answer(club.priya, mine.id, until, at=time())


def test_who_leaves_makes_room_for_the_next_whether_invited_or_going(club, time):
    invite(club.priya, club.trip, club.people, at_once=2)
    accept(club.maya, guests=1)
    leave(club.maya.id)
    leave(club.ben.id)
    tidy()
    assert states_of(club.trip.variant_id) == [S.WITHDRAWN, S.WITHDRAWN, S.INVITED, S.INVITED]
    assert ledger_violations() == []


def test_who_left_while_next_in_order_is_passed_over(club):
    invite(club.priya, club.trip, club.people, at_once=1)
    leave(club.ben.id)
    decline(club.maya)
    assert states_of(club.trip.variant_id) == [S.DECLINED, S.WITHDRAWN, S.INVITED, S.ALTERNATE]


def test_the_planner_sees_how_many_places_are_where(club):
    invite(club.priya, club.trip, club.people, at_once=3)
    accept(club.maya, guests=1)
    found = invited_people(club.trip.variant_id)
    assert (found.accepted, found.kept, found.free, found.bought) == (2, 4, 2, 0)
    assert [(wave.name, wave.left) for wave in found.waves] == [("President’s Club", 1)]


def test_places_draw_on_a_budget_for_rewards_that_still_runs(club):
    awards = open_funded_budget(1_000_000, name="Awards")
    with pytest.raises(BadInput, match="Choose a budget that pays for rewards"):
        invite(club.priya, club.trip, club.people, budget_id=awards)
    over = open_rewards_budget(1_000_000, name="Last year")
    with transaction():
        session().execute(sa.update(Budget).values(starts_on=LONG_AGO, ends_on=LONG_AGO))
    with pytest.raises(BadInput, match="“Last year” ended on 1 March 2026"):
        invite(club.priya, club.trip, club.people, budget_id=over)
    assert states_of(club.trip.variant_id) == []


def test_points_in_place_of_a_trip_come_from_a_budget_for_awards(club):
    rewards = open_rewards_budget(1_000_000)
    with pytest.raises(BadInput, match="Choose a budget that pays for awards"):
        with_terms(club.trip, trade_points=10_000, trade_budget_id=rewards)


def test_the_audit_says_why_a_place_was_taken_away_and_how_many(club, at):
    invite(club.priya, club.trip, club.people)
    accept(club.ben, guests=1)
    bens = invitation_of(club.ben.id).id
    session().close()
    with transaction():
        withdraw(club.priya, bens, "Of the other team", at=at)
    noted = sa.select(AuditEntry.details).where(AuditEntry.action == "invitations.withdrawn")
    facts = {"before": "accepted", "places": 2, "reason": "Of the other team"}
    assert session().scalars(noted).one() == facts


def test_what_a_place_was_worth_and_who_pays_the_tax_stay_as_they_were_with_the_yes(club, at):
    invite(club.priya, club.trip, club.people[:2])
    accept(club.ben, guests=1)
    with transaction():
        session().execute(sa.update(Variant).values(cash_minor=99_000, currency="USD"))
    with_terms(club.trip, tax_paid_by=TaxPayer.TRAVELER)
    goes, asked = (an_invitation(invitation_of(who.id).id) for who in (club.ben, club.maya))
    assert (goes.worth_minor, goes.currency) == (48_000, "EUR")
    assert goes.terms.tax_paid_by is TaxPayer.COMPANY
    assert (asked.worth_minor, asked.currency) == (99_000, "USD")
    assert asked.terms.tax_paid_by is TaxPayer.TRAVELER
    noted = sa.select(AuditEntry.details).where(AuditEntry.action == "invitations.accepted")
    facts = {"worth_minor": 48_000, "currency": "EUR", "tax_paid_by": "company", "places": 2}
    assert session().scalars(noted).one() == facts


def test_points_in_place_of_a_departure_are_had_once_however_often_one_is_invited(club, at):
    budget = open_funded_budget(100_000, name="Trades")
    with_terms(club.trip, trade_points=20_000, trade_budget_id=budget, may_go_later=True)
    for times in (1, 2):
        invite(club.priya, club.trip, [club.ben.id])
        mine = invitation_of(club.ben.id).id
        offered = [one for one in trades_for_me(club.ben, mine, at=at) if one.points]
        assert len(offered) == (times == 1)
        decline(club.ben, *offered)
    assert ledger_violations() == []


def test_who_is_invited_does_not_say_what_is_given_in_place_of_the_trip(club, at):
    nadia = actor(employ("Nadia Roth", roles=(Role.PROGRAM_MANAGER,)))
    budget = open_funded_budget(100_000, name="Trades")
    with_terms(club.trip, trade_points=20_000, trade_budget_id=budget)
    invite(club.priya, club.trip, [club.maya.id, nadia.id], at_once=1)  # Nadia is next in order
    kept = planned_trip(club.trip.slug)
    session().close()
    for more in ({"trade_points": 90_000}, {"tax_paid_by": TaxPayer.TRAVELER}):
        with pytest.raises(OwnTerms), transaction():
            terms = replace(kept.terms, **more)
            set_terms(nadia, club.trip.reward_id, terms, seen=kept.version, at=at)
    with transaction():
        terms = replace(kept.terms, guests_most=2)
        set_terms(nadia, club.trip.reward_id, terms, seen=kept.version, at=at)


def test_priya_sees_who_has_not_answered_among_all(club, sign_in):
    invite(club.priya, club.trip, club.people, at_once=3)
    accept(club.maya)
    page = f"/manage/trips/{club.trip.slug}/{club.trip.variant_id}/people"
    priya = sign_in(club.priya.id)
    assert "Everyone 4 No answer yet 2 Go 1 Next 1 Don’t go 0" in words_on(priya.get(page).text)
    asked = words_on(priya.get(f"{page}?view=asked").text)
    assert club.ben.name in asked
    assert club.maya.name not in asked
    assert "Nobody here." in words_on(priya.get(f"{page}?view=over").text)
