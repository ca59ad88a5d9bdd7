"""What places bring when a contest is settled for good: once, explained, by the stated rules."""

import re

import pytest

from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.models import Award, WaitingSettlement
from marketplace.kernel.db import session
from marketplace.kernel.errors import IllegalMove
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.queries import points_of
from marketplace.programs.contests.models import ContestTeam
from marketplace.programs.contests.operations.teams import save_team
from marketplace.programs.contests.outcome import Stand
from marketplace.programs.contests.prizes import prizes_won
from marketplace.programs.contests.states import Between, ContestForm, Sharing, TieRule
from marketplace.programs.contests.terms import ContestTerms, Prize
from marketplace.programs.operations.programs import CannotLaunch
from marketplace.programs.states import ProgramState
from tests.support.browsing import send
from tests.support.catalog import stock_lisbon_trip
from tests.support.contests import make_contest, refused, report, run_contest, sell
from tests.support.people import actor, employ, employ_priya
from tests.support.programs import refill
from tests.support.transactions import in_transaction


@pytest.fixture
def points(at):
    def of(*people):
        session().close()
        return tuple(points_of(person, at=at).available for person in people)

    return of


def test_nothing_is_paid_before_the_contest_is_settled_for_good(maya, omar, points):
    contest = run_contest()
    report(sell(maya, 500), sell(omar, 400))
    contest.move(ProgramState.CLOSED)
    assert points(maya, omar) == (0, 0)
    assert contest.end().points_given == 4_000
    assert points(maya, omar) == (3_000, 1_000)
    award = session().query(Award).filter_by(employee_id=maya).one()
    assert award.explanation["event"] == "1st place with $500"
    assert award.explanation["formula"] == "1st place brings 3,000 points"
    assert "1st place: 3,000 points" in award.explanation["rule"]


def test_a_settled_contest_is_settled_once(maya, points):
    contest = run_contest()
    report(sell(maya, 500))
    contest.end()
    assert "settled" in refused(contest.end, IllegalMove)
    report(sell(maya, 900, order="late"))
    assert (points(maya), contest.ranks()) == ((3_000,), [("Maya Chen", 1, 50_000)])
    assert ledger_violations() == []


def test_who_shares_a_rank_each_gets_the_whole_prize(maya, omar, leo, points):
    contest = run_contest(prizes=(Prize(1, 1, 3_000), Prize(2, 2, 1_000)), places=2)
    report(sell(maya, 500), sell(omar, 500), sell(leo, 400))
    contest.end()
    assert points(maya, omar, leo) == (3_000, 3_000, 0)


def test_or_they_share_what_their_ranks_bring_and_the_rest_stays(maya, omar, leo, points):
    contest = run_contest(ties=TieRule.SPLIT, prizes=(Prize(1, 1, 3_000), Prize(2, 3, 1_001)))
    report(sell(maya, 500), sell(omar, 500), sell(leo, 500))
    contest.end()
    assert points(maya, omar, leo) == (1_667, 1_667, 1_667)


def test_split_at_the_last_place_shares_only_what_the_places_bring():
    terms = ContestTerms(ContestForm.TOP, places=1, ties=TieRule.SPLIT, prizes=(Prize(1, 1, 100),))
    won = prizes_won(terms, [Stand("a", 1, 1), Stand("b", 1, 1), Stand("c", 3, 1)])
    assert {key: one.each for key, one in won.items()} == {"a": 50, "b": 50}


def test_everyone_who_reaches_the_number_gets_the_same(maya, omar, leo, points):
    contest = run_contest(ContestForm.THRESHOLD, threshold=30_000, prizes=(Prize(1, 1, 700),))
    report(sell(maya, 300), sell(omar, 299), sell(leo, 900))
    contest.end()
    assert points(maya, omar, leo) == (700, 0, 700)


def _teams(contest, **members):
    priya = actor(employ_priya())
    for name, people in members.items():
        in_transaction(
            lambda name=name, people=people: save_team(priya, contest.id, name, people, at=_now())
        )


def _now():
    from marketplace.kernel import clock

    return clock.now()


@pytest.mark.parametrize(("sharing", "each"), [(Sharing.EACH_MEMBER, 1_000), (Sharing.SPLIT, 333)])
def test_a_team_gets_its_prize_for_each_member_or_split(maya, omar, leo, points, sharing, each):
    rosa = employ("Rosa Vidal")
    contest = make_contest(
        between=Between.TEAMS, sharing=sharing, places=1, prizes=(Prize(1, 1, 1_000),)
    )
    assert "needs two teams" in refused(lambda: contest.move(ProgramState.RUNNING), CannotLaunch)
    _teams(contest, Reds=[maya, omar, rosa], Blues=[leo])
    contest.move(ProgramState.RUNNING)
    report(sell(maya, 300), sell(omar, 300), sell(leo, 500))
    assert [(row.name, row.figure) for row in contest.board()] == [
        ("Reds", 60_000),
        ("Blues", 50_000),
    ]
    contest.end()
    assert points(maya, omar, rosa, leo) == (each, each, each, 0)
    award = session().query(Award).filter_by(employee_id=rosa).one()
    assert award.explanation["event"] == "Reds 1st place with $600"


def test_a_trip_place_goes_to_the_winner_and_the_next_stand_in_line(maya, omar, leo, points):
    trip = stock_lisbon_trip()
    prize = Prize(1, 1, 500, trip.variant_id, "Lisbon long weekend")
    contest = run_contest(places=1, alternates=5, prizes=(prize,))
    report(sell(maya, 500), sell(omar, 400), sell(leo, 300))
    contest.end()
    session().close()
    rows = session().query(Entitlement).order_by(Entitlement.line.nulls_first()).all()
    assert [(row.employee_id, row.state, row.line, row.variant_id) for row in rows] == [
        (maya, "granted", None, trip.variant_id),
        (omar, "alternate", 1, None),
        (leo, "alternate", 2, None),
    ]
    assert points(maya) == (500,)
    assert "5 more wait in line" in rows[1].explanation["rule"]
    assert ledger_violations() == []


def test_a_budget_too_small_grants_neither_points_nor_the_trip(maya, points):
    trip = stock_lisbon_trip()
    prize = Prize(1, 1, 500, trip.variant_id, "Lisbon long weekend")
    contest = run_contest(budget_points=499, places=1, prizes=(prize,))
    report(sell(maya, 500))
    assert contest.end().waiting == 500
    assert contest.state is ProgramState.CLOSED
    assert session().query(Entitlement).count() == 0
    assert session().query(WaitingSettlement).one().is_final
    refill(contest.id, 1)
    contest.end()
    assert (points(maya), session().query(Entitlement).count()) == ((500,), 1)


def test_a_contest_that_moved_while_its_prizes_waited_is_looked_at_again(
    maya, omar, points, queue, sign_in
):
    contest = run_contest(budget_points=499, places=1, prizes=(Prize(1, 1, 500),))
    report(sell(maya, 500), sell(omar, 400))
    assert contest.end().waiting == 500
    report(sell(omar, 200, order="late"))
    refill(contest.id, 1)
    queue.run_due()
    assert (points(maya, omar), session().query(WaitingSettlement).count()) == ((0, 0), 1)
    priya, desk = sign_in(employ_priya()), f"/manage/programs/{contest.slug}"
    pressed = send(priya, "/manage/programs/waiting", f"{desk}/release")
    assert pressed.headers["Location"] == f"{desk}/settle"
    page = priya.get(f"{desk}/settle").text
    assert "moved since you looked" in page
    assert points(maya, omar) == (0, 0)
    seal = re.search(r'name="seal"[^>]*value="([^"]+)"', page)[1]
    assert send(priya, f"{desk}/settle", seal=seal).headers["Location"] == desk
    assert points(maya, omar) == (0, 500)


def test_a_contest_opened_again_while_its_prizes_waited_holds_up_nobody(maya, points):
    contest = run_contest(budget_points=499, places=1, prizes=(Prize(1, 1, 500),))
    report(sell(maya, 500))
    assert contest.end().waiting == 500
    contest.move(ProgramState.RUNNING)
    assert session().query(WaitingSettlement).count() == 0
    refill(contest.id, 1)
    assert points(maya) == (0,)
    assert contest.end().points_given == 500


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"prizes": (Prize(4, 4, 5),)}, "3 ranks win"),
        ({"prizes": (Prize(3, 2, 5),)}, "same or a later one"),
        ({"form": ContestForm.THRESHOLD}, "Enter the number to reach"),
        ({"form": ContestForm.GROWTH}, "time to compare with"),
        ({"form": ContestForm.SCORE}, "at least one measure"),
        ({"form": ContestForm.CHAIN}, "at least one step"),
        ({"between": Between.REGIONS}, "carry their region"),
        ({"freeze_days": 92}, "longer than the contest runs"),
        (
            {"ties": TieRule.SPLIT, "prizes": (Prize(1, 1, 0, 1, "Lisbon"),)},
            "split among those who share a rank",
        ),
    ],
)
def test_terms_that_do_not_fit_together_can_not_be_launched(maya, terms, said):
    contest = make_contest(**terms)
    assert said in refused(lambda: contest.move(ProgramState.RUNNING), CannotLaunch)
    assert contest.state is ProgramState.DRAFT


def test_somebody_is_in_one_team_only_and_only_before_it_begins(maya, leo):
    from marketplace.kernel.errors import BadInput
    from marketplace.programs.contests.operations.teams import TeamsAreFixed

    contest = make_contest(between=Between.TEAMS)
    _teams(contest, Reds=[maya], Blues=[leo])
    again = refused(lambda: _teams(contest, Greens=[maya]), BadInput)
    assert "Maya Chen (Reds)" in again
    assert "team “Reds” already" in refused(lambda: _teams(contest, Reds=[]), BadInput)
    contest.move(ProgramState.RUNNING)
    assert "stay as they are" in refused(lambda: _teams(contest, Late=[]), TeamsAreFixed)
    session().close()
    assert session().query(ContestTeam).count() == 2
