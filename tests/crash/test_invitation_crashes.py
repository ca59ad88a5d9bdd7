"""A process killed at any named point of an invitation leaves it as it was; the next goes on."""

from dataclasses import replace

import pytest

from catalog.offers import Offer
from catalog.trips.operations import set_terms
from catalog.trips.terms import USUAL
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from redemption.travel.invitations.states import InvitationState
from tests.crash import world
from tests.support.invitations import invitation_of, invite, states_of
from tests.support.ledger import open_funded_budget
from tests.support.redemption import furnish, points_now
from tests.support.trips import stock_group_trip
from tests.support.waiting import somebody

pytestmark = pytest.mark.crash
NO_MAIL = 25
S = InvitationState
WAVE = (
    "invitations.wave.opened",
    "invitations.invite.kept",
    "invitations.invite.moved",
)
YES = ("invitations.accept.locked", "invitations.accept.booked")
NO = (
    "invitations.trade.granted",
    "invitations.decline.traded",
    "invitations.close.let_go",
)


def test_every_point_in_the_code_has_its_scene():
    points = set(world.points_in(ROOT / "redemption/travel/invitations"))
    assert points == {*WAVE, *YES, *NO}


def _trip(priya: Actor, number: int) -> tuple[Offer, Actor, Actor]:
    """A trip that gives points to who declines, and two people to invite."""
    trip = stock_group_trip(f"Trip {number}")
    budget = open_funded_budget(100_000, name=f"Trades {number}")
    terms = replace(USUAL, trade_points=20_000, trade_budget_id=budget)
    with transaction():
        set_terms(priya, trip.reward_id, terms, seen=0, at=clock.now())
    return trip, somebody(f"Ben {number}"), somebody(f"Cleo {number}")


def _goes_on(raised, command) -> None:
    raised.start(command=command)
    assert raised.nursery.exit_status(raised.log) == 0, raised.log.read_text()[-2000:]


def test_killed_while_a_wave_is_made_nobody_is_invited_or_everybody_once(
    raised, url, tmp_path, dying_at
):
    with world.house(url, NO_MAIL, raised):
        priya = furnish(points=0).priya
        for number, point in enumerate(dying_at(WAVE)):
            trip, ben, cleo = _trip(priya, number)
            names = tmp_path / f"{number}.txt"
            names.write_text(f"{ben.email}\n{cleo.email}\n")
            how = ("--at-once", "1", "--by", priya.email)
            wave = ("invitations", "wave", trip.sku, "Club", str(names), *how)
            session().close()
            assert raised.killed_at(point, command=wave), f"{point} is never reached"
            assert states_of(trip.variant_id) == []
            session().close()
            _goes_on(raised, wave)
            assert states_of(trip.variant_id) == [S.INVITED, S.ALTERNATE]
            assert ledger_violations() == [], point
            session().close()


def test_killed_while_somebody_says_yes_they_have_one_place(raised, url, dying_at):
    with world.house(url, NO_MAIL, raised):
        priya = furnish(points=0).priya
        for number, point in enumerate(dying_at(YES)):
            trip, ben, cleo = _trip(priya, number)
            invite(priya, trip, [ben.id, cleo.id], at_once=1)
            mine = str(invitation_of(ben.id).id)
            accept = ("invitations", "accept", mine, "--guests", "1", "--by", ben.email)
            session().close()
            assert raised.killed_at(point, command=accept), f"{point} is never reached"
            assert states_of(trip.variant_id) == [S.INVITED, S.ALTERNATE]
            session().close()
            _goes_on(raised, accept)
            assert states_of(trip.variant_id) == [S.ACCEPTED, S.ALTERNATE]
            assert ledger_violations() == [], point
            session().close()


def test_killed_while_somebody_says_no_they_are_paid_once_and_the_next_is_invited(
    raised, url, dying_at
):
    with world.house(url, NO_MAIL, raised):
        priya = furnish(points=0).priya
        for number, point in enumerate(dying_at(NO)):
            trip, ben, cleo = _trip(priya, number)
            invite(priya, trip, [ben.id, cleo.id], at_once=1)
            mine, before = str(invitation_of(ben.id).id), points_now(ben).available
            decline = ("invitations", "decline", mine, "--take", "points:", "--by", ben.email)
            session().close()
            assert raised.killed_at(point, command=decline), f"{point} is never reached"
            assert points_now(ben).available == before
            session().close()
            _goes_on(raised, decline)
            assert states_of(trip.variant_id) == [S.DECLINED, S.INVITED]
            assert points_now(ben).available == before + 20_000
            assert ledger_violations() == [], point
            session().close()


def test_control_an_answer_written_without_its_places_is_noticed(raised, url, monkeypatch):
    with world.house(url, NO_MAIL, raised):
        priya = furnish(points=0).priya
        trip, ben, _cleo = _trip(priya, 9)
        monkeypatch.setattr(
            "redemption.travel.invitations.operations.inviting.keep_places", lambda *_, **__: True
        )
        invite(priya, trip, [ben.id])
        assert {one.id for one in ledger_violations()} == {"I26"}
