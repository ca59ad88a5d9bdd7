"""A process killed at any named point of a line leaves it as it was, and the next run goes on."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from catalog.offers import Offer
from catalog.operations import keep_awaited
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from marketplace.people.operations.employment import mark_left
from redemption.waiting.models import Wait
from redemption.waiting.states import WaitState
from tests.crash import world
from tests.support.catalog import stock_reward
from tests.support.ledger import give_points
from tests.support.redemption import ask_for
from tests.support.trips import stock_group_trip
from tests.support.waiting import deliver, join, leave, line_stock, somebody, turns, wait_of

pytestmark = pytest.mark.crash
NO_MAIL = 25
TURNS = ("waiting", "turns")


@dataclass
class Scene:
    """A bag or a trip that is sold out, and Ben, who waits for it or wants to."""

    bag: Offer
    ben: Actor
    number: int

    def wait(self) -> Wait:
        return wait_of(self.ben, self.bag)


def _joining(scene):
    return ("waiting", "join", scene.ben.email, scene.bag.sku), WaitState.WAITING


def _shrinking(scene):
    wait_id = join(scene.ben, scene.bag, 2)
    return ("waiting", "party", scene.ben.email, str(wait_id), "1"), WaitState.WAITING


def _growing(scene):
    wait_id = join(scene.ben, scene.bag)
    return ("waiting", "party", scene.ben.email, str(wait_id), "2"), WaitState.WAITING


def _leaving(scene):
    wait_id = join(scene.ben, scene.bag)
    return ("waiting", "leave", scene.ben.email, str(wait_id)), WaitState.LEFT


def _offering(scene):
    join(scene.ben, scene.bag)
    deliver(scene.bag, 1)
    return TURNS, WaitState.OFFERED


def _missing(scene):
    _offering(scene)
    turns()
    wait_id = scene.wait().id
    with transaction() as writing:
        writing.execute(sa.update(Wait).where(Wait.id == wait_id).values(kept_until=clock.now()))
    return TURNS, WaitState.MISSED


def _resuming(scene):
    join(scene.ben, scene.bag)
    ask_for(scene.ben, stock_reward(f"Dear thing {scene.number}", points=45_000))
    deliver(scene.bag, 1)
    turns()
    assert scene.wait().state is WaitState.PAUSED
    give_points(scene.ben.id, 45_000)
    return TURNS, WaitState.OFFERED


def _ending(scene):
    _offering(scene)
    with transaction():
        system, at = Actor.system(), clock.now()
        mark_left(scene.ben.id, on=at.date(), actor=system, at=at)
    return TURNS, WaitState.ENDED


SCENES = {
    "waiting.join.counted": _joining,
    "waiting.join.written": _joining,
    "waiting.party.shrunk": _shrinking,
    "waiting.party.left": _growing,
    "waiting.leave.moved": _leaving,
    "waiting.offer.kept": _offering,
    "waiting.offer.moved": _offering,
    "waiting.miss.moved": _missing,
    "waiting.resume.moved": _resuming,
    "waiting.end.moved": _ending,
}


def test_every_point_in_the_code_has_its_scene():
    assert set(world.points_in(ROOT / "redemption/waiting")) == set(SCENES)


def _state(scene):
    session().close()
    mine = sa.select(Wait.state, Wait.units).where(Wait.employee_id == scene.ben.id)
    return [tuple(row) for row in session().execute(mine.order_by(Wait.id))]


def test_killed_at_every_point_the_line_is_as_before_and_then_goes_on(raised, url, dying_at):
    with world.house(url, NO_MAIL, raised):
        for number, (point, prepare) in enumerate(dying_at(SCENES.items())):
            stock = stock_group_trip if "party" in point else stock_reward
            bag = stock(f"Bag {number}", points=8_900, capacity=0)
            scene = Scene(bag, somebody(f"Ben {number}"), number)
            command, goal = prepare(scene)
            before, stocked = _state(scene), line_stock(bag)
            session().close()
            assert raised.killed_at(point, command=command), f"{point} is never reached"
            assert (_state(scene), line_stock(bag)) == (before, stocked), point
            assert ledger_violations() == [], point
            session().close()
            raised.start(command=command)
            assert raised.nursery.exit_status(raised.log) == 0, raised.log.read_text()[-2000:]
            assert _state(scene)[-1][0] is goal, point
            assert _state(scene) != before, point
            assert ledger_violations() == [], point
            _forget(scene)


def _forget(scene):
    """Out of the way of the next scene."""
    if scene.wait().state in {WaitState.WAITING, WaitState.OFFERED}:
        leave(scene.ben, scene.wait().id)
    session().close()


def test_control_two_transactions_instead_of_one_leave_half_a_move(url, raised):
    """The test above would notice: the unit kept, and nobody it is kept for."""
    with world.house(url, NO_MAIL, raised):
        scene = Scene(stock_reward("Bag", capacity=0), somebody("Ben Osei"), 0)
        _offering(scene)
        with transaction():
            keep_awaited(scene.bag.variant_id, 1)
        assert {found.id for found in ledger_violations()} == {"I26", "I26-awaited"}
