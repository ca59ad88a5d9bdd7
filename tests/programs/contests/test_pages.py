"""Contests in the browser: Maya sees how she stands and why, Priya makes, runs and settles one."""

import re
from datetime import date

import pytest

from marketplace.awards.entitlements.models import Entitlement
from marketplace.kernel.db import session
from marketplace.kernel.mail import Letter
from marketplace.ledger.queries import points_of
from marketplace.programs.contests.models import ContestTeam
from marketplace.programs.contests.operations import raffles
from marketplace.programs.contests.queries import settling
from marketplace.programs.contests.states import Between, Board, ContestForm, Privacy
from marketplace.programs.contests.terms import Part, Prize
from marketplace.programs.measures import Counting
from marketplace.programs.states import ProgramState
from tests.support.browsing import send
from tests.support.catalog import stock_lisbon_trip
from tests.support.contests import (
    aim,
    look,
    make_contest,
    report,
    revenue,
    run_contest,
    seal_on,
    sell,
)
from tests.support.page_lint import lint_page
from tests.support.people import employ

SEEN = "/programs/autumn-race/standings"
DESK = "/manage/programs/autumn-race"
NEW = "/manage/programs/new/contest"
OMAR_IS_DRAWN = f"{5:064x}"  # a seed by which one ticket of seven is his


def test_maya_sees_her_place_and_what_is_missing_to_the_next(sign_in, maya, omar, leo):
    run_contest()
    report(sell(maya, 500), sell(omar, 800), sell(leo, 900))
    page = look(sign_in(maya), SEEN)
    assert "#3 You $300 more to draw level with Omar Haddad in 2nd place. $500" in page
    assert "Worked out on 23 Nov 2026, 09:00 UTC" in page
    assert "1st place: 3,000 points; 2nd and 3rd place: 1,000 points" in page
    assert "1st of 3 with $900" in look(sign_in(leo), "/programs/autumn-race")


def test_maya_is_pinned_wherever_she_looks_and_the_pages_go_on(sign_in, maya):
    run_contest()
    others = [employ(f"Person {number:02}") for number in range(30)]
    report(sell(maya, 1), *(sell(one, 1_000 + one) for one in others))
    browser = sign_in(maya)
    first = browser.get(SEEN).text
    assert "#31" in first
    assert first.count('<th scope="row"') == 25
    following = re.search(r'href="([^"]+after=25[^"]*)"', first).group(1)
    second = look(browser, following)
    assert "#31" in second
    assert "Person 00" in second


def test_departments_and_ones_own_department_are_views_of_the_same(sign_in, maya, leo):
    run_contest()
    report(sell(maya, 500), sell(leo, 900))
    browser = sign_in(maya)
    mine = look(browser, f"{SEEN}?view=mine").split("Standings Person")[1]
    assert ("Maya Chen" in mine, "Leo Martins" in mine) == (True, False)
    assert "Sales People 1 Best rank 1 Together $900" in look(browser, f"{SEEN}?view=departments")
    assert "Leo Martins" in look(browser, f"{SEEN}?view=nonsense")


@pytest.mark.parametrize("privacy", list(Privacy))
def test_what_is_hidden_is_nowhere_on_the_page(sign_in, maya, leo, priya, privacy):
    run_contest(privacy=privacy)
    leo_has, ahead = 9_173_246, 9_172_746
    report(sell(maya, 500), sell(leo, leo_has))
    browser = sign_in(maya)
    views = ("", "?view=departments", "?view=mine", "?after=1", "/explained")
    pages = " ".join(browser.get(f"{SEEN}{view}").text for view in views)
    assert "$500" in pages
    for hidden in (leo_has, ahead):
        assert str(hidden) not in pages
        assert (f"{hidden:,}" in pages) is (privacy is Privacy.ALL)
    assert ("Leo Martins" in pages) is (privacy is not Privacy.OWN_ONLY)
    assert f"${leo_has:,}" in look(priya, f"{DESK}/standings")


def test_before_the_end_the_standings_stand_still_for_all_but_managers(
    sign_in, maya, omar, priya, time
):
    contest = run_contest(days=(date(2026, 10, 1), date(2026, 11, 30)), freeze_days=7)
    report(sell(maya, 500), sell(omar, 400))
    time.forward(days=1)
    report(sell(omar, 700, order="late"))
    browser = sign_in(maya)
    frozen = look(browser, SEEN)
    assert "#1 You" in frozen
    assert "this is how it stood on 23 Nov 2026" in frozen
    assert "Omar Haddad Rank 1 Figure $1,100" in look(priya, f"{DESK}/standings")
    assert "frozen as they were" in look(browser, f"{SEEN}/explained")
    assert "1st of 2 with $500" in look(browser, "/programs/autumn-race")
    contest.end()
    final = look(browser, SEEN)
    assert "#2 You $600 more to draw level with Omar Haddad" in final
    assert contest.ranks(Board.FROZEN)[0][0] == "Maya Chen"


def test_every_result_behind_a_standing_is_listed_with_the_sum(sign_in, maya, priya):
    contest = run_contest(ContestForm.TARGET)
    aim(maya, 1_000)
    report(*(sell(maya, 10, order=f"S{number:02}") for number in range(60)))
    browser = sign_in(maya)
    page = look(browser, f"{SEEN}/explained")
    assert "60 results, together $600" in page
    assert "$600 ÷ $1,000 (the target) is 60.00%" in page
    assert "Rule, version 1" in page
    assert "S00" in page
    assert "S55" not in page
    rest = look(browser, f"{SEEN}/explained?of=1&after=50")
    assert "S55" in rest
    assert "60 results, together $600" in rest
    assert "S00" in look(priya, f"{DESK}/standings/explained?of=person:{maya}")
    assert priya.get(f"{DESK}/standings/explained?of=person:999").status_code == 404
    assert contest.board()[0].figure == 6_000


def test_growth_and_scores_explain_their_parts(sign_in, maya):
    run_contest(ContestForm.GROWTH, baseline_from=date(2026, 7, 1), baseline_to=date(2026, 9, 30))
    parts = (Part(revenue(), 10_000, 3), Part(revenue(Counting.ORDERS), 1, 5))
    run_contest(ContestForm.SCORE, slug="score", parts=parts)
    report(sell(maya, 200, on_day=date(2026, 8, 1)), sell(maya, 250))
    browser = sign_in(maya)
    page = look(browser, f"{SEEN}/explained")
    assert "($250 − $200) ÷ $200 is +25.00%" in page
    score = look(browser, "/programs/score/standings/explained")
    assert "$250 ÷ $100, rounded down, is 2; 2 × 3 is 6" in score
    assert "6 + 5 is 11" in score


def test_what_is_missing_in_a_score_is_said_in_one_breath(sign_in, maya, omar):
    run_contest(ContestForm.SCORE, parts=(Part(revenue(), 10_000, 3),))
    report(sell(maya, 200), sell(omar, 400))
    assert "6 more in the score to draw level with Omar Haddad" in look(sign_in(maya), SEEN)


def test_the_results_of_a_team_are_explained_to_its_members(sign_in, maya, omar, leo, priya):
    contest = make_contest(between=Between.TEAMS)
    for name, people in (
        ("Reds", "maya.chen\nomar.haddad@evergreen.example"),
        ("Blues", "leo.martins"),
    ):
        assert send(priya, f"{DESK}/teams", name=name, people=people).status_code == 303
    teams = look(priya, f"{DESK}/teams")
    assert "Maya Chen, Omar Haddad" in teams
    contest.move(ProgramState.RUNNING)
    report(sell(maya, 300), sell(omar, 200), sell(leo, 400))
    page = look(sign_in(maya), f"{SEEN}/explained")
    assert "1st of 2" in page
    assert "Omar Haddad" in page
    assert "together $500" in page
    assert "Reds" in look(sign_in(omar), SEEN)


def test_priya_reads_who_is_in_the_team_that_wins_before_she_settles(
    sign_in, maya, omar, leo, priya
):
    contest = make_contest(between=Between.TEAMS, places=1, prizes=(Prize(1, 1, 500),))
    send(priya, f"{DESK}/teams", name="Reds", people="maya.chen\nomar.haddad")
    send(priya, f"{DESK}/teams", name="Blues", people="leo.martins")
    contest.move(ProgramState.RUNNING)
    report(sell(maya, 300), sell(omar, 200), sell(leo, 400))
    contest.move(ProgramState.CLOSED)
    check = look(priya, f"{DESK}/settle")
    assert "Reds Maya Chen, Omar Haddad" in check
    assert "Leo Martins" not in check


def test_of_a_large_side_the_first_are_named_and_the_others_counted(
    sign_in, maya, omar, leo, priya, monkeypatch
):
    monkeypatch.setattr(settling, "NAMED", 2)
    contest = make_contest(between=Between.TEAMS, places=1, prizes=(Prize(1, 1, 500),))
    send(priya, f"{DESK}/teams", name="Reds", people="omar.haddad\nleo.martins\nmaya.chen")
    employ("Rosa Vidal")
    send(priya, f"{DESK}/teams", name="Blues", people="rosa.vidal")
    contest.move(ProgramState.RUNNING)
    report(sell(maya, 300))
    assert "Reds Leo Martins, Maya Chen and 1 more" in look(priya, f"{DESK}/settle")


def test_nobody_unknown_gets_into_a_team(priya, maya):
    make_contest(between=Between.TEAMS)
    answer = send(priya, f"{DESK}/teams", name="Reds", people="maya.chen\nnobody@x.example")
    assert answer.status_code == 422
    assert "“nobody@x.example”" in answer.text
    assert "maya.chen" in answer.text
    assert lint_page(answer.text) == []
    assert session().query(ContestTeam).count() == 0


def test_a_team_is_changed_and_removed_before_it_begins(priya, maya, leo):
    make_contest(between=Between.TEAMS)
    send(priya, f"{DESK}/teams", name="Reds", people="maya.chen")
    team = session().query(ContestTeam).one().id
    changed = send(priya, f"{DESK}/teams?team={team}", name="Whites", people="leo.martins")
    assert changed.status_code == 303
    assert "Leo Martins" in look(priya, f"{DESK}/teams?team={team}")
    removed = send(priya, f"{DESK}/teams", f"{DESK}/teams/{team}/remove")
    assert removed.status_code == 303
    session().close()
    assert session().query(ContestTeam).count() == 0


def test_a_raffle_shows_its_hash_its_list_and_in_the_end_its_seed(sign_in, maya, omar, priya):
    contest = run_contest(
        ContestForm.RAFFLE, per_ticket=10_000, places=1, prizes=(Prize(1, 1, 900),)
    )
    report(sell(maya, 300), sell(omar, 100))
    browser = sign_in(maya)
    assert "3 tickets" in look(browser, SEEN)
    assert "Every full $100 of Revenue is a ticket." in look(browser, SEEN)
    assert "75.00% in the first draw" in look(browser, SEEN)
    assert "2 have tickets" in look(browser, SEEN)
    assert "The draw Nobody is drawn twice." in look(browser, SEEN)
    tickets = "/programs/autumn-race/tickets"
    assert "when the raffle closes" in look(browser, tickets)
    assert browser.get(f"{tickets}.csv").status_code == 404
    contest.move(ProgramState.CLOSED)
    closed = look(browser, tickets)
    assert "2 entries with 4 tickets" in closed
    priyas = look(priya, SEEN)
    assert "nothing counted for you" in priyas
    assert "not in the standings yet" not in priyas
    assert browser.get(f"{tickets}.csv").data.startswith(b"\xef\xbb\xbfentry,tickets,name")
    check = look(priya, f"{DESK}/settle")
    assert "nobody can look before" in check
    assert send(priya, f"{DESK}/settle", seal=seal_on(priya, DESK)).headers["Location"] == DESK
    assert "bin/laurel contests verify-draw" in look(browser, tickets)
    assert "drawn" in look(browser, SEEN)


def test_priya_looks_who_wins_and_settles_exactly_that(sign_in, maya, omar, leo, priya, at):
    trip = stock_lisbon_trip()
    prizes = (Prize(1, 1, 500, trip.variant_id, "Lisbon long weekend"),)
    contest = run_contest(places=1, alternates=2, prizes=prizes)
    report(sell(maya, 500), sell(omar, 400), sell(leo, 300))
    contest.move(ProgramState.CLOSED)
    assert "Settle for good" in look(priya, DESK)
    assert "Maya Chen" in look(priya, f"{DESK}/settle")
    seal = seal_on(priya, DESK)
    past_the_look = send(priya, DESK, f"{DESK}/settled")
    assert past_the_look.headers["Location"] == f"{DESK}/settle"
    assert contest.state is ProgramState.CLOSED
    report(sell(omar, 900, order="late"))
    moved = send(priya, f"{DESK}/settle", seal=seal)
    assert moved.headers["Location"] == f"{DESK}/settle"
    assert "moved since you looked" in look(priya, f"{DESK}/settle")
    assert (contest.state, points_of(maya, at=at).available) == (ProgramState.CLOSED, 0)
    assert send(priya, f"{DESK}/settle", seal=seal_on(priya, DESK)).headers["Location"] == DESK
    session().close()
    assert (contest.state, points_of(omar, at=at).available) == (ProgramState.SETTLED, 500)
    desk = look(priya, DESK)
    assert "Lisbon long weekend, 13 to 16 May 2027" in desk
    assert "In line, number 1" in desk


def test_maya_declines_what_she_won_and_omar_has_it(sign_in, maya, omar, priya):
    trip = stock_lisbon_trip()
    contest = run_contest(
        places=1, alternates=2, prizes=(Prize(1, 1, 0, trip.variant_id, "Lisbon long weekend"),)
    )
    report(sell(maya, 500), sell(omar, 400))
    contest.end()
    browser, his = sign_in(maya), sign_in(omar)
    assert "In line, number 1" in look(his, "/rewards-won")
    assert "You won a reward" in look(browser, "/earn")
    assert "You won a reward" not in look(his, "/earn")
    assert "See the reward you won" in look(browser, "/programs/autumn-race")
    won = session().query(Entitlement).filter_by(employee_id=maya).one().id
    shown = look(browser, f"/rewards-won/{won}")
    assert "1st place with $500" in shown
    assert his.get(f"/rewards-won/{won}").status_code == 404
    look(browser, f"/rewards-won/{won}/decline")
    answer = send(browser, f"/rewards-won/{won}/decline", reason="I am away then")
    assert answer.status_code == 303
    declined = look(browser, f"/rewards-won/{won}")
    assert re.search(
        r"You declined Lisbon long weekend,[^.]+\. The next in line has it now\.", declined
    )
    assert "Passed on" in declined
    assert "nothing to decline" in look(browser, f"/rewards-won/{won}/decline")
    again = send(browser, f"/rewards-won/{won}/decline", reason="Once more")
    assert again.status_code == 409
    assert "Lisbon long weekend" in look(his, "/rewards-won")
    assert "I am away then" in look(priya, f"/manage/rewards-won/{won}")
    now_his = session().query(Entitlement).filter_by(employee_id=omar).one().id
    assert send(priya, f"/manage/rewards-won/{now_his}", reason="").status_code == 422
    assert send(priya, f"/manage/rewards-won/{now_his}", reason="He left").status_code == 303
    assert "He left" in look(his, f"/rewards-won/{now_his}")


def test_where_nobody_waits_in_line_nobody_is_promised_what_maya_declines(
    sign_in, maya, omar, priya, queue
):
    trip = stock_lisbon_trip()
    contest = run_contest(
        places=1, prizes=(Prize(1, 1, 0, trip.variant_id, "Lisbon long weekend"),)
    )
    report(sell(maya, 500), sell(omar, 400))
    contest.end()
    won = session().query(Entitlement).one().id
    browser = sign_in(maya)
    assert "Nobody waits in line for it" in look(browser, f"/rewards-won/{won}/decline")
    assert "Nobody waits in line for it" in look(priya, f"/manage/rewards-won/{won}")
    queue.run_due()
    letter = session().query(Letter).filter_by(subject="You won: Lisbon long weekend").one()
    assert "can't take it, decline it." in letter.text


def test_after_the_draw_the_board_says_who_was_not_drawn_and_its_bars_keep_their_scale(
    sign_in, maya, omar, leo, monkeypatch
):
    monkeypatch.setattr(raffles, "new_seed", lambda: OMAR_IS_DRAWN)
    contest = run_contest(
        ContestForm.RAFFLE, per_ticket=10_000, places=1, prizes=(Prize(1, 1, 900),)
    )
    report(sell(maya, 400), sell(omar, 100), sell(leo, 200))
    contest.end()
    session().close()
    page = sign_in(maya).get(SEEN).text
    assert contest.board()[0].name == "Omar Haddad"
    assert page.count("not drawn") == 3  # her own place beside the list
    bars = page.split("Figures as bars")[1]
    assert re.findall(r'__fill" width="(\d+)%"', bars)[:3] == ["25", "100", "50"]


def test_a_standing_of_nobody_and_a_contest_of_others_are_pages(sign_in, maya, leo):
    contest = run_contest(departments=("Sales",))
    assert sign_in(maya).get(SEEN).status_code == 404
    browser = sign_in(leo)
    assert "No standings yet" in look(browser, SEEN)
    assert "not in the standings yet" in look(browser, f"{SEEN}/explained")
    assert browser.get(f"{SEEN}?after=x").status_code == 422
    assert browser.get("/programs/autumn-race/tickets").status_code == 404
    assert contest.board() == []


@pytest.mark.parametrize(
    ("per_ticket", "said"),
    [(1, "Every order in Revenue is a ticket."), (5, "Every 5 orders in Revenue are a ticket.")],
)
def test_a_raffle_of_orders_says_in_plain_words_what_a_ticket_is(sign_in, maya, per_ticket, said):
    run_contest(
        ContestForm.RAFFLE,
        measure=revenue(Counting.ORDERS),
        per_ticket=per_ticket,
        places=1,
        prizes=(Prize(1, 1, 9),),
    )
    assert said in look(sign_in(maya), SEEN)
