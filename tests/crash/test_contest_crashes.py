"""A settlement of many people, killed wherever it can be, pays everyone once when it is done."""

import pytest
import sqlalchemy as sa

from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from marketplace.programs.contests.states import ContestForm
from marketplace.programs.contests.terms import Prize
from marketplace.programs.operations import settlement
from marketplace.programs.states import ProgramState
from tests.crash import world
from tests.support.catalog import stock_lisbon_trip
from tests.support.contests import metric, run_contest
from tests.support.crowds import employ_crowd, let_sell

pytestmark = pytest.mark.crash

MANY = 10_000
WINNERS, TRIPS, IN_LINE = 300, 5, 10
SETTLE = ("contests", "settle", "autumn-race")
POINTS = sorted(
    {
        *world.points_in(ROOT / "marketplace/programs/operations/settlement.py"),
        *world.points_in(ROOT / "marketplace/programs/contests"),
    }
)


def granted() -> tuple[int, int, int]:
    """Awards, their points, and rewards won or waited for."""
    session().close()
    awards, points = (
        session()
        .execute(sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Award.points), 0)))
        .one()
    )
    return awards, int(points), session().query(Entitlement).count()


@pytest.mark.parametrize("people", [1_000, pytest.param(MANY, marks=pytest.mark.soak)])
def test_killed_at_every_point_it_has_done_nothing_and_then_everything_once(raised, url, people):
    assert POINTS == [
        "contests.standings_kept",
        "programs.settle.ended",
        "programs.settle.evaluated",
        "programs.settle.granted",
        "programs.settle.rewarded",
    ]
    with world.house(url, 1, raised):
        crowd = employ_crowd(people)
        let_sell(crowd, metric("revenue"))
        trip = stock_lisbon_trip()
        contest = run_contest(
            ContestForm.TOP,
            places=WINNERS,
            alternates=IN_LINE,
            prizes=(
                Prize(1, TRIPS, 0, trip.variant_id, "Lisbon long weekend"),
                Prize(1, WINNERS, 100),
            ),
        )
        contest.move(ProgramState.CLOSED)
        assert len(contest.board()) == people
        for point in POINTS:
            assert raised.killed_at(point, command=SETTLE), f"{point} never killed"
            assert granted() == (0, 0, 0), point
            assert contest.state is ProgramState.CLOSED
        for _ in range(2):
            settled = raised.nursery.run(SETTLE, raised.environment)
            assert settled.status == 0, settled.stderr
            assert granted() == (WINNERS, WINNERS * 100, TRIPS + IN_LINE)
        assert contest.state is ProgramState.SETTLED
        assert ledger_violations() == []


class Killed(BaseException):
    """Stands for the end of the process at a named point."""


def test_control_without_one_transaction_a_kill_leaves_half_of_it_done(app, at, monkeypatch):
    let_sell(employ_crowd(8), metric("revenue"))
    contest = run_contest(ContestForm.TOP, places=3, prizes=(Prize(1, 3, 100),))
    contest.move(ProgramState.CLOSED)

    def keep_so_far_and_die(point: str) -> None:
        if point == "programs.settle.granted":
            session().commit()
            raise Killed

    monkeypatch.setattr(settlement, "crashpoint", keep_so_far_and_die)
    with pytest.raises(Killed):
        contest.end()
    assert granted() == (3, 300, 0)
    assert contest.state is ProgramState.CLOSED
