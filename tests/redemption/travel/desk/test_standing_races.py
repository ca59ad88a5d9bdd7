"""Two planners and the same person: one decides; with the guard off, as control, both do."""

from collections import Counter

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.moves import Machine
from marketplace.ledger.check import ledger_violations
from redemption.travel.desk.standing.models import StandingCheck
from redemption.travel.desk.standing.operations import Decision, confirm_fine, decide, look
from redemption.travel.desk.standing.queries import standings_on
from redemption.travel.desk.standing.states import StandingState
from tests.support.desk import fill
from tests.support.racing import all_at_once, in_turn
from tests.support.standing import gives_notice, look_at

pytestmark = pytest.mark.race
S = StandingState
PLANNERS = 4


@pytest.fixture
def doubted(tour):
    """Ben leaves before the trip, and is to be decided about."""
    (ben,) = fill(tour.trip, [2], names=["Ben Osei"])
    gives_notice(ben.employee_id, tour.trip.departure.ends_on)
    look_at(tour.trip)
    session().close()
    return ben


def _deciding(tour, ben):
    """Every other planner keeps Ben, the others withdraw the place."""

    def work(number):
        to = S.KEPT if number % 2 else S.WITHDRAWN
        mine = Decision(booking_id=ben.booking_id, to=to, reason="As said", seen=S.OPEN)
        with transaction():
            return decide(tour.priya, tour.trip.variant_id, mine, at=clock.now())

    return work


def test_of_many_who_decide_at_once_one_does(app, tour, doubted):
    answers = all_at_once(app, PLANNERS, _deciding(tour, doubted))
    said = Counter(getattr(answer, "code", answer) for answer in answers)
    assert said == {"Ben Osei": 1, "decided_already": PLANNERS - 1}
    assert ledger_violations() == []


def _unguarded(machine, ids, _came_from):
    """The same update, wherever the rows stand."""
    model = machine.model
    return (
        sa.update(model)
        .where(model.booking_id.in_(ids))
        .values(version=model.version + 1)
        .returning(model.booking_id, model.version)
        .execution_options(synchronize_session=False)
    )


def test_control_without_the_guard_a_stale_look_decides_again(app, tour, doubted, monkeypatch):
    seen = standings_on(tour.trip.variant_id)
    session().close()
    monkeypatch.setattr(
        "redemption.travel.desk.standing.operations.standings_on", lambda _variant_id: seen
    )

    def keep(number):
        mine = Decision(booking_id=doubted.booking_id, to=S.KEPT, reason=f"{number}", seen=S.OPEN)
        with transaction():
            return decide(tour.priya, tour.trip.variant_id, mine, at=clock.now())

    assert [getattr(one, "code", one) for one in in_turn(app, 2, keep)] == [
        "Ben Osei",
        "decided_already",
    ]
    monkeypatch.setattr(Machine, "_guarded_all", _unguarded)
    assert in_turn(app, 1, keep) == ["Ben Osei"]
    assert "I31-standing" in {one.id for one in ledger_violations(["I31-standing"])}


def test_of_two_who_confirm_everyone_at_once_one_does(app, tour):
    fill(tour.trip, [1] * 6)
    session().close()

    def work(_number):
        with transaction():
            return confirm_fine(tour.priya, tour.trip.variant_id, seen=None, at=clock.now())

    answers = all_at_once(app, 3, work)
    said = Counter(getattr(answer, "code", answer) for answer in answers)
    assert said[6] == 1
    assert set(said) <= {6, "looks_moved", "nobody_to_confirm"}
    assert ledger_violations() == []


def test_two_clocks_open_each_look_once(app, tour):
    fill(tour.trip, [1] * 6)
    session().close()

    def work(_number):
        with transaction():
            return look(tour.trip.variant_id, at=clock.now())

    assert sum(all_at_once(app, 3, work)) == 6
    session().close()
    assert session().scalar(sa.select(sa.func.count()).select_from(StandingCheck)) == 6
    assert ledger_violations() == []
