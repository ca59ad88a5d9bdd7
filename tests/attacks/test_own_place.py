"""Priya, who plans a trip and would like to go, brings no place or points to herself."""

from dataclasses import replace

import pytest

from catalog.trips.errors import OwnTerms
from catalog.trips.operations import set_terms
from catalog.trips.queries.planner import planned_trip
from catalog.trips.states import SubstituteRule
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.awards.entitlements.operations import grant_entitlements
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import NotAllowed
from redemption.travel.invitations.errors import CannotInvite
from redemption.travel.invitations.operations.closing import withdraw
from redemption.travel.invitations.operations.waves import invite_more
from redemption.travel.invitations.states import InvitationState as S
from tests.redemption.travel.invitations.conftest import club as club  # noqa: PLC0414  a fixture
from tests.support.entitlements import won
from tests.support.invitations import accept, decline, invitation_of, invite, states_of
from tests.support.ledger import give_points, open_funded_budget
from tests.support.people import actor, employ
from tests.support.trips import stock_group_trip, with_terms
from tests.support.waiting import join


@pytest.fixture
def ines(at):
    return actor(employ("Ines Carvalho", department="People", roles=(Role.PROGRAM_MANAGER,)))


def take_away(who, holder):
    invitation_id = invitation_of(holder.id).id
    with transaction():
        withdraw(who, invitation_id, "Not in standing", at=clock.now())


def test_who_is_next_in_line_of_the_contest_withdraws_no_winner(club, ines):
    with transaction():
        prizes = [won(club.maya.id, variant_id=club.trip.variant_id), won(club.priya.id, line=1)]
        grant_entitlements(7, prizes, actor=Actor.system(), at=clock.now())
    accept(club.maya)
    with pytest.raises(NotAllowed, match="somebody else has to withdraw it"):
        take_away(club.priya, club.maya)
    assert invitation_of(club.maya.id).state is S.ACCEPTED
    take_away(ines, club.maya)
    assert invitation_of(club.priya.id).state is S.INVITED


def test_who_waits_in_line_to_buy_withdraws_nobody_in_front(club, ines):
    full = stock_group_trip("Azores together", capacity=2)
    invite(ines, full, [club.maya.id])
    with transaction():
        give_points(club.priya.id, 60_000)
    join(club.priya, full)
    with pytest.raises(NotAllowed, match="somebody else has to withdraw it"):
        take_away(club.priya, club.maya)
    take_away(ines, club.maya)
    assert states_of(full.variant_id) == [S.WITHDRAWN]


def test_who_was_put_on_the_list_by_others_does_not_call_it_further_to_themselves(club, ines):
    wave = invite(ines, club.trip, [club.maya.id, club.ben.id, club.priya.id], at_once=1)
    with pytest.raises(CannotInvite, match="somebody else has to invite you"), transaction():
        invite_more(club.priya, wave, 2, at=clock.now())
    assert states_of(club.trip.variant_id) == [S.INVITED, S.ALTERNATE, S.ALTERNATE]
    with transaction():
        assert invite_more(club.priya, wave, 1, at=clock.now()) == 1  # Ben, who stands before her
        assert invite_more(ines, wave, 1, at=clock.now()) == 1


def change_terms(who, trip, **terms):
    planned = planned_trip(trip.slug)
    wanted = replace(planned.terms, **terms)
    with transaction():
        set_terms(who, trip.reward_id, wanted, seen=planned.version, at=clock.now())


@pytest.mark.parametrize(
    "terms",
    [
        {"trade_points": 90_000},
        {"may_go_later": True},
        {"substitute_rule": SubstituteRule.FREELY},
    ],
)
def test_who_is_invited_does_not_say_what_they_get_in_its_place(club, ines, terms):
    with_terms(club.trip, trade_points=1_000, trade_budget_id=open_funded_budget(90_000))
    change_terms(club.priya, club.trip, trade_points=2_000)  # before she is invited
    invite(ines, club.trip, [club.priya.id])
    with pytest.raises(OwnTerms):
        change_terms(club.priya, club.trip, **terms)
    change_terms(club.priya, club.trip, accept_days=7)  # what brings her nothing
    change_terms(ines, club.trip, **terms)
    decline(club.priya)
    change_terms(club.priya, club.trip, guests_most=2, **terms)
