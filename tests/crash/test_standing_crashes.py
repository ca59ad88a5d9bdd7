"""Killed while a place is withdrawn for want of standing: nothing happened, and again it does."""

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from redemption.travel.desk.standing.models import StandingCheck
from redemption.travel.desk.standing.queries import standings_on
from redemption.travel.desk.standing.states import StandingState
from redemption.travel.invitations.states import InvitationState
from tests.crash import world
from tests.support.invitations import accept, invite, states_of
from tests.support.redemption import furnish
from tests.support.standing import settle
from tests.support.trips import stock_group_trip
from tests.support.waiting import somebody

pytestmark = pytest.mark.crash
NO_MAIL = 25
POINTS = ("standing.decided",)
S = InvitationState


def test_every_point_in_the_code_has_its_scene():
    assert tuple(world.points_in(ROOT / "redemption/travel/desk/standing")) == POINTS


def _going():
    priya, trip = furnish(points=0).priya, stock_group_trip()
    ben, cleo = somebody("Ben Osei"), somebody("Cleo Marsh")
    invite(priya, trip, [ben.id, cleo.id], at_once=1)
    accept(ben)
    (row,) = standings_on(trip.variant_id).rows
    session().close()
    return priya, trip, row


def test_killed_while_a_place_is_withdrawn_it_is_withdrawn_once(raised, url):
    with world.house(url, NO_MAIL, raised):
        priya, trip, row = _going()
        by = ("--by", priya.email)
        withdraw = ("standing", "withdraw", trip.sku, row.reference, "You serve notice", *by)
        for point in POINTS:
            assert raised.killed_at(point, command=withdraw), f"{point} is never reached"
            assert states_of(trip.variant_id) == [S.ACCEPTED, S.ALTERNATE]
            assert session().scalars(sa.select(StandingCheck)).all() == []
            session().close()
        raised.start(command=withdraw)
        assert raised.nursery.exit_status(raised.log) == 0, raised.log.read_text()[-2000:]
        assert states_of(trip.variant_id) == [S.WITHDRAWN, S.INVITED]
        assert ledger_violations() == []


def test_control_a_decision_without_the_withdrawal_is_noticed(raised, url, monkeypatch):
    with world.house(url, NO_MAIL, raised):
        priya, trip, row = _going()
        at_work = "redemption.travel.desk.standing.operations"
        monkeypatch.setattr(f"{at_work}._end_place", lambda *_: None)
        settle(priya, trip, row.booking_id, StandingState.WITHDRAWN)
        assert {one.id for one in ledger_violations()} == {"I27-standing"}
