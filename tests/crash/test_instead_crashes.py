"""A process killed while somebody exchanges what is missing leaves all as it was."""

from unittest import mock

import pytest
import sqlalchemy as sa

from catalog.states import Kind
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.instead.models import Shortage
from redemption.instead.operations.moves import move_shortage
from redemption.instead.states import ShortageState
from redemption.operations import submit
from tests.crash import world
from tests.support.catalog import stock_reward
from tests.support.people import actor, employ_ana, employ_maya
from tests.support.redemption import ask_for, give_points, line_of, points_now
from tests.support.shortages import mark, shortage_of

pytestmark = pytest.mark.crash
NO_MAIL = 25
MARK = ("shortages", "mark", "{ana}", "{reference}", "None left")
TAKE = ("shortages", "take", "{maya}", "{reference}", "{sku}")
WAIT = ("shortages", "answer", "{maya}", "{reference}", "wait")
BACK = ("shortages", "answer", "{maya}", "{reference}", "back")
SCENES = {
    "instead.mark.moved": (MARK, ShortageState.OPEN),
    "instead.take.ended": (TAKE, ShortageState.TAKEN),
    "instead.take.asked": (TAKE, ShortageState.TAKEN),
    "instead.wait.moved": (WAIT, ShortageState.WAITS),
    "instead.back.ended": (BACK, ShortageState.GIVEN_BACK),
    "instead.lapse.ended": (("shortages", "close"), ShortageState.LAPSED),
}


def test_every_point_in_the_code_has_its_scene():
    assert set(world.points_in(ROOT / "redemption/instead")) == set(SCENES)


@pytest.fixture
def house(raised, url):
    """Maya with points and Ana at the desk."""
    with world.house(url, NO_MAIL, raised):
        maya, ana = actor(employ_maya()), actor(employ_ana())
        give_points(maya.id, 1_000_000)
        yield maya, ana


def _lies_on_the_desk(maya, number):
    """A backpack that Maya asked for and Ana has to send."""
    backpack = stock_reward(f"Backpack {number}")
    with mock.patch.object(submit, "_routed", lambda asking: asking):
        reference = ask_for(maya, backpack)
    line_id = line_of(reference).id
    session().close()
    with transaction():
        fulfill_line(line_id, at=clock.now())
    return reference


def _scene(house, point, number):
    """The command that comes by the point, and the request it is about."""
    maya, ana = house
    reference = _lies_on_the_desk(maya, number)
    command, goal = SCENES[point]
    if command is not MARK:
        mark(ana, reference)
    if point == "instead.lapse.ended":
        _let_time_run_out(reference)
    pen = stock_reward(f"Badge {number}", kind=Kind.BADGE, points=500)
    words = {"ana": ana.email, "maya": maya.email, "reference": reference, "sku": pen.sku}
    session().close()
    return tuple(word.format(**words) for word in command), reference, goal


def _let_time_run_out(reference):
    shortage_id = shortage_of(reference).id
    session().close()
    with transaction() as writing:
        late = sa.update(Shortage).where(Shortage.id == shortage_id)
        writing.execute(late.values(answer_by=clock.now()))


def _as_it_is(maya, reference):
    held = points_now(maya)
    line_id = line_of(reference).id
    found = session().scalars(sa.select(Shortage.state).where(Shortage.line_id == line_id))
    return held.available, held.held, line_of(reference).state, found.one_or_none()


def test_killed_at_every_point_nothing_changed_and_then_it_happens_once(house, raised, dying_at):
    maya, _ana = house
    for number, point in enumerate(dying_at(SCENES)):
        command, reference, goal = _scene(house, point, number)
        before = _as_it_is(maya, reference)
        session().close()
        assert raised.killed_at(point, command=command), f"{point} is never reached"
        assert _as_it_is(maya, reference) == before, point
        assert ledger_violations() == [], point
        session().close()
        raised.start(command=command)
        assert raised.nursery.exit_status(raised.log) == 0, raised.log.read_text()[-2000:]
        assert shortage_of(reference).state is goal, point
        assert ledger_violations() == [], point


def test_control_two_transactions_instead_of_one_would_be_noticed(house):
    """Had the first ended by itself, a kill in between would leave a choice without its end."""
    maya, ana = house
    reference = _lies_on_the_desk(maya, 99)
    shortage_id = mark(ana, reference)
    session().close()
    with transaction() as writing:
        shortage = writing.get_one(Shortage, shortage_id)
        moved = {"actor_id": maya.id, "at": clock.now()}
        move_shortage(shortage, ShortageState.TAKEN, **moved)
    assert {found.id for found in ledger_violations()} == {"I30-instead"}
