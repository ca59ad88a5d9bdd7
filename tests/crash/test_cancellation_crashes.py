"""A process killed at any named point of a cancellation: the next run goes on, nothing twice."""

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from redemption.travel.cancellations.models import CanceledDeparture, MadeWhole
from redemption.travel.cancellations.operations.canceling import CallOff, call_off
from redemption.travel.cancellations.queries.desk import progress_of
from redemption.travel.invitations.models import Invitation
from tests.crash import world
from tests.support.invitations import accept, invite, leave
from tests.support.redemption import ask_for, furnish, points_now
from tests.support.trips import stock_group_trip
from tests.support.waiting import somebody

pytestmark = pytest.mark.crash
NO_MAIL = 25
REASON = "The hotel closes for the season."
POINTS = (
    "cancellations.called_off",
    "cancellations.line.given_back",
    "cancellations.invitation.given",
    "cancellations.invitation.ended",
    "cancellations.finished",
)
LEAVER = "cancellations.leaver.given_back"


def test_every_point_in_the_code_has_its_scene():
    assert set(world.points_in(ROOT / "redemption/travel/cancellations")) == {*POINTS, LEAVER}


def _begun(priya, number):
    trip = stock_group_trip(f"Trip {number}")
    ben, cleo = somebody(f"Ben {number}"), somebody(f"Cleo {number}")
    invite(priya, trip, [ben.id])
    accept(ben)
    ask_for(cleo, trip)
    return trip, cleo


def _made_whole(variant_id):
    session().close()
    mine = sa.select(sa.func.count(MadeWhole.id)).where(MadeWhole.variant_id == variant_id)
    return session().scalar(mine)


def test_killed_at_every_point_it_goes_on_and_gives_everything_back_once(raised, url, dying_at):
    with world.house(url, NO_MAIL, raised):
        priya = furnish(points=0).priya
        for number, point in enumerate(dying_at(POINTS)):
            trip, cleo = _begun(priya, number)
            go_on = ("cancellations", "go-on", trip.sku)
            cancel = ("cancellations", "cancel", trip.sku, REASON, "--by", priya.email)
            if point == POINTS[0]:
                session().close()
                assert raised.killed_at(point, command=cancel), f"{point} is never reached"
                assert progress_of(trip.variant_id) is None
                session().close()
            with transaction():
                call_off(priya, trip.variant_id, CallOff(reason=REASON), at=clock.now())
            if point != POINTS[0]:
                assert raised.killed_at(point, command=go_on), f"{point} is never reached"
            assert ledger_violations() == [], point
            session().close()
            raised.start(command=go_on)
            assert raised.nursery.exit_status(raised.log) == 0, raised.log.read_text()[-2000:]
            assert _made_whole(trip.variant_id) == 2, point
            assert points_now(cleo).available == 50_000, point
            assert ledger_violations() == [], point
            session().close()


def test_killed_while_a_place_of_a_leaver_goes_back_it_goes_back_once(raised, url):
    with world.house(url, NO_MAIL, raised):
        _trip, cleo = _begun(furnish(points=0).priya, 8)
        leave(cleo.id)
        leavers = ("cancellations", "leavers")
        assert raised.killed_at(LEAVER, command=leavers)
        assert points_now(cleo).available == 2_000
        raised.start(command=leavers)
        assert raised.nursery.exit_status(raised.log) == 0
        assert points_now(cleo).available == 50_000
        assert ledger_violations() == []


def test_control_finished_before_everyone_is_made_whole_is_noticed(raised, url):
    with world.house(url, NO_MAIL, raised):
        priya = furnish(points=0).priya
        trip, _cleo = _begun(priya, 9)
        with transaction() as writing:
            call_off(priya, trip.variant_id, CallOff(reason=REASON), at=clock.now())
            writing.execute(sa.update(CanceledDeparture).values(finished_at=clock.now()))
        assert {one.id for one in ledger_violations()} == {"I27-canceled"}
        assert session().scalar(sa.select(sa.func.count(Invitation.id))) == 1
