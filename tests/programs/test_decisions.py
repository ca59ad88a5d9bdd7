"""What waits for a manager's answer is counted in the menu and listed with all a yes needs."""

import sqlalchemy as sa

from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.people.queries import actor_of
from marketplace.programs.claims.terms import ClaimTerms
from marketplace.programs.panels import decisions_listed, decisions_waiting
from tests.support.browsing import send
from tests.support.claims import claim, decide, run_claims
from tests.support.page_lint import lint_page
from tests.support.people import employ, employ_leo, employ_maya, employ_priya
from tests.support.trainings import add_courses, decide_course, run_training, show_course

TERMS = ClaimTerms(points=600, reference_name="Receipt number", second_look_from=500)
PAGE = "/manage/programs/to-decide"


def employ_ines() -> int:
    return employ("Ines Reis", roles=(Role.PROGRAM_MANAGER,))


def waiting(who: int) -> int:
    session().close()
    return session().scalar(sa.select(decisions_waiting(actor_of(who)))) or 0


def test_claims_and_courses_are_counted_for_those_who_can_answer(app, at):
    priya, ines, leo = employ_priya(), employ_ines(), employ_leo()
    receipts = run_claims(TERMS)
    reference = claim(employ_maya(), receipts, "R-1")
    own = claim(ines, receipts, "R-2")
    ids = add_courses()
    shown = show_course(leo, run_training(ids), ids[0])
    assert (waiting(priya), waiting(ines)) == (3, 2)
    decide(priya, "approve_claim", reference)  # her yes is the first of two
    assert (waiting(priya), waiting(ines)) == (2, 2)
    decide(ines, "approve_claim", reference)
    decide(priya, "ask_claimant", own, "Which client?")
    decide_course(priya, "approve_course", shown)
    assert (waiting(priya), waiting(ines)) == (0, 0)


def test_the_list_is_as_long_as_the_count_and_leads_to_the_page_that_decides(sign_in, at):
    priya, ines = employ_priya(), employ_ines()
    reference = claim(employ_maya(), run_claims(TERMS), "R-1")
    decide(ines, "approve_claim", reference)
    browser = sign_in(priya)
    home, page = browser.get("/").text, browser.get(PAGE).text
    assert "1 claim waits for your answer" in home
    assert "Receipt number R-1" in page
    assert "Second yes" in page
    assert lint_page(page) == []
    desk = f"/manage/programs/receipts/claims/{reference}"
    assert desk in page
    claimed = browser.get(desk).text
    for needed in (
        "600 points of 100,000 left in Receipts budget; 99,400 stay",
        "None of theirs in this program",
        "Maya Chen",
        "First yes; a second person looks at it",
    ):
        assert needed in claimed
    assert lint_page(claimed) == []
    assert send(browser, desk, f"{desk}/approve", version="2").status_code == 303
    assert "Nothing waits for you" in browser.get(PAGE).text
    assert (
        "of theirs in this program" not in sign_in(employ_maya()).get(f"/claims/{reference}").text
    )


def test_a_budget_that_is_too_small_is_said_before_the_yes(sign_in, at):
    employ_ines()
    reference = claim(employ_maya(), run_claims(TERMS, budget_points=100), "R-1")
    page = sign_in(employ_priya()).get(f"/manage/programs/receipts/claims/{reference}").text
    assert "Receipts budget has 100 left and lacks 500" in page


def test_employees_count_nothing_and_stay_out(sign_in, at):
    employ_ines()
    run_claims(TERMS)
    assert sign_in(employ_maya()).get(PAGE).status_code == 403
    assert decisions_listed(actor_of(employ_priya())) == []
