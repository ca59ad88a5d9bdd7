"""What waits for somebody says who that can be, and what to do when it is nobody."""

import pytest
import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission, Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.people.deciders import one_of, remedy_for, who_may
from marketplace.people.operations.employment import grant_role, mark_left, revoke_role
from marketplace.people.queries import actor_of
from marketplace.programs.claims.terms import ClaimTerms
from marketplace.programs.jobs import turn_programs
from marketplace.programs.operations.programs import (
    CannotLaunch,
    NobodyDecides,
    move_program,
    set_rule,
)
from marketplace.programs.panels import decisions_listed, decisions_waiting
from marketplace.programs.queries.desk import people_obstacles
from marketplace.programs.states import ProgramState
from tests.support.browsing import send
from tests.support.claims import claim, decide, run_claims
from tests.support.nominations import (
    close,
    name,
    open_round,
    people,
    proposed_round,
    score,
    start_award,
)
from tests.support.page_lint import lint_page
from tests.support.people import employ, employ_leo, employ_maya, employ_omar, employ_priya
from tests.support.trainings import add_courses, run_training, show_course

TERMS = ClaimTerms(points=600, reference_name="Receipt number", second_look_from=500)
DESK = "/manage/programs/receipts"
TO_DECIDE = "/manage/programs/to-decide"
REMEDY = "Give somebody else the role program manager"


def employ_ines() -> int:
    return employ("Ines Reis", roles=(Role.PROGRAM_MANAGER,))


def give(who: int) -> None:
    with transaction():
        grant_role(who, Role.PROGRAM_MANAGER, actor=Actor.system(), at=clock.now())


def take_from(who: int) -> None:
    with transaction():
        revoke_role(who, Role.PROGRAM_MANAGER, actor=Actor.system(), at=clock.now())


def subjects_to(who: int) -> list[str]:
    session().close()
    return list(session().scalars(sa.select(Letter.subject).where(Letter.employee_id == who)))


def test_a_rule_that_needs_two_people_does_not_start_with_one(sign_in, at):
    priya = employ_priya()
    program_id = run_claims(TERMS, is_launched=False)
    page = sign_in(priya).get(DESK).text
    said = "From 500 points on a claim needs the yes of two people, and only Priya Nair could"
    assert said in page
    assert REMEDY in page
    assert lint_page(page) == []
    with pytest.raises(CannotLaunch, match="only Priya Nair"), transaction():
        move_program(actor_of(priya), program_id, ProgramState.RUNNING, at=at)
    employ_ines()
    assert said not in sign_in(priya).get(DESK).text
    with transaction():
        move_program(actor_of(priya), program_id, ProgramState.RUNNING, at=at)


def test_a_new_rule_that_needs_two_people_does_not_hold_with_one(sign_in, at):
    priya = employ_priya()
    program_id = run_claims()
    with pytest.raises(NobodyDecides, match="Nothing was changed"), transaction():
        set_rule(actor_of(priya), program_id, TERMS, reason="Two answer", at=at)
    facts = {"points": "600", "reference_name": "Receipt", "amount_name": "Amount"}
    facts |= {"reason": "Two answer"}
    facts |= {"evidence": "none", "second_look_from": "500", "claw_back": "always"}
    refused = send(sign_in(priya), f"{DESK}/claim-rule", **facts)
    assert (refused.status_code, "only Priya Nair could give one" in refused.text) == (422, True)
    assert lint_page(refused.text) == []


@pytest.mark.parametrize(
    ("terms", "employed", "waits"),
    [
        (ClaimTerms(points=100), (), "a claim of Priya Nair would wait"),
        (ClaimTerms(points=100), ("Ines Reis",), ""),
        (ClaimTerms(points=100, second_look_from=101), ("Ines Reis",), ""),
        (TERMS, ("Ines Reis",), "a claim of either from 500 points on would lack a second yes"),
        (TERMS, ("Ines Reis", "Noor Khan"), ""),
    ],
)
def test_the_desk_says_whose_own_claims_would_wait(terms, employed, waits, sign_in, at):
    for one in employed:
        employ(one, roles=(Role.PROGRAM_MANAGER,))
    run_claims(terms)
    page = sign_in(employ_priya()).get(DESK).text
    assert (waits in page) if waits else ("decides here" not in page and "decide here" not in page)


def test_a_claim_names_who_can_decide_and_then_who_gives_the_second_yes(sign_in, at):
    priya, ines, maya = employ_priya(), employ_ines(), employ_maya()
    reference = claim(maya, run_claims(TERMS), "R-1")
    mine, desk = f"/claims/{reference}", f"{DESK}/claims/{reference}"
    assert "Ines Reis or Priya Nair can decide." in sign_in(maya).get(mine).text
    decide(priya, "approve_claim", reference)
    for page in (sign_in(maya).get(mine).text, sign_in(ines).get(desk).text):
        assert "Ines Reis can give the second yes." in page
        assert "Somebody is missing" not in page
        assert lint_page(page) == []


def test_a_claim_that_waits_for_nobody_says_so_everywhere_until_somebody_comes(sign_in, queue, at):
    priya, ines, maya, noor = employ_priya(), employ_ines(), employ_maya(), employ("Noor Khan")
    reference = claim(maya, run_claims(TERMS), "R-1")
    take_from(ines)
    page = sign_in(priya).get(f"{DESK}/claims/{reference}").text
    assert "Only Priya Nair can give the first yes, and nobody the second." in page
    queue.run_due()
    decide(priya, "approve_claim", reference)
    queue.run_due()
    assert "A claim waits, and nobody can answer" in subjects_to(priya)
    for who, where in ((priya, f"{DESK}/claims/{reference}"), (maya, f"/claims/{reference}")):
        page = sign_in(who).get(where).text
        assert "Nobody can give the second yes now." in page
        assert REMEDY in page
        assert lint_page(page) == []
    page = sign_in(priya).get(TO_DECIDE).text
    assert "Nobody can decide" in page
    assert REMEDY in page
    assert lint_page(page) == []
    assert session().scalar(sa.select(decisions_waiting(actor_of(priya)))) == 0
    give(noor)
    assert decisions_listed(actor_of(priya)) == []
    assert [one.is_stuck for one in decisions_listed(actor_of(noor))] == [False]
    assert "Noor Khan can give the second yes." in sign_in(maya).get(f"/claims/{reference}").text


def test_the_only_manager_is_told_that_nobody_can_decide_on_their_own_claim(queue, sign_in, at):
    priya = employ_priya()
    reference = claim(priya, run_claims(), "R-1")
    queue.run_due()
    assert subjects_to(priya) == ["A claim waits, and nobody can answer"]
    assert "Nobody can decide now." in sign_in(priya).get(f"/claims/{reference}").text
    assert [one.is_stuck for one in decisions_listed(actor_of(priya))] == [True]


def test_the_only_managers_own_course_waits_for_nobody_and_says_so(queue, sign_in, at):
    priya, ids = employ_priya(), add_courses()
    reference = show_course(priya, run_training(ids), ids[0])
    queue.run_due()
    assert subjects_to(priya) == ["A claim waits, and nobody can answer"]
    desk = f"/manage/programs/marketing-for-sellers/completions/{reference}"
    missing = "it takes a program manager other than you"
    browser = sign_in(priya)
    assert "Nobody can decide now." in browser.get(desk).text
    assert missing in browser.get("/programs/marketing-for-sellers").text
    assert [one.is_stuck for one in decisions_listed(actor_of(priya))] == [True]
    employ_ines()
    assert "Ines Reis can decide." in browser.get(desk).text
    assert missing not in browser.get("/programs/marketing-for-sellers").text
    assert decisions_listed(actor_of(priya)) == []


def test_who_made_a_program_hears_once_a_month_when_its_second_person_has_left(queue, sign_in, at):
    priya, ines = employ_priya(), employ_ines()
    run_claims(TERMS)
    turn_programs()
    assert people_obstacles() == {}
    with transaction():
        mark_left(ines, on=clock.today(), actor=Actor.system(), at=clock.now())
    turn_programs()
    turn_programs()
    assert subjects_to(priya) == ["Somebody is missing: Receipts"]
    assert list(people_obstacles()) == ["receipts"]
    page = sign_in(priya).get(DESK).text
    assert "only Priya Nair could give one" in page
    assert lint_page(page) == []


def test_a_round_says_who_can_confirm_and_when_it_is_nobody(sign_in, at):
    priya, leo = employ_priya(), employ_leo()
    round_id = proposed_round(confirmers=people(leo, employ_omar()))
    page = f"/manage/nominations/{round_id}"
    shown = sign_in(priya).get(page).text
    assert "Omar Haddad can confirm." in shown
    assert lint_page(shown) == []
    confirming = sign_in(leo).get(f"/nominations/{round_id}/confirm").text
    assert "You nominated this winner." in confirming
    assert "Omar Haddad can confirm." in confirming
    with transaction():
        mark_left(employ_omar(), on=clock.today(), actor=Actor.system(), at=clock.now())
    assert "Nobody can confirm now. Name somebody else" in sign_in(priya).get(page).text


def test_a_round_says_whose_scores_are_missing_and_whom_nobody_can_judge(sign_in, at):
    priya, maya, omar = employ_priya(), employ_maya(), employ_omar()
    round_id = open_round(start_award(jury=people(maya), confirmers=people(omar)))
    name(round_id, employ_leo(), maya)
    name(round_id, employ_leo(), omar)
    page = f"/manage/nominations/{round_id}"
    assert (
        "Nobody can judge Maya Chen: the jury has no other member" in sign_in(priya).get(page).text
    )
    close(round_id)
    assert "Scores are still to come from Maya Chen." in sign_in(priya).get(page).text
    score(round_id, maya, {omar: 7})
    assert "Scores are still to come" not in sign_in(priya).get(page).text


def test_an_award_without_a_jury_at_work_does_not_start(at):
    omar = employ_omar()
    start_award(jury=people(omar))
    with transaction():
        mark_left(omar, on=clock.today(), actor=Actor.system(), at=clock.now())
    assert "Nobody of the jury works here any more." in people_obstacles()["marketer"]


def test_names_are_few_and_a_remedy_names_every_role_that_would_do(at):
    assert one_of(["Ana"]) == "Ana"
    assert one_of(["Ana", "Leo"]) == "Ana or Leo"
    assert one_of(["Ana", "Leo", "Maya", "Noor"]) == "Ana, Leo, Maya or 1 other"
    assert one_of([*"ABCDE"]) == "A, B, C or 2 others"
    assert "the role finance or program manager" in remedy_for(Permission.BUDGETS_MANAGE)
    priya, felix = employ_priya(), employ("Felix Brandt", roles=(Role.FINANCE,))
    both = who_may(Permission.BUDGETS_MANAGE)
    assert both.names == ("Felix Brandt", "Priya Nair")
    assert who_may(Permission.BUDGETS_MANAGE, without=[priya, felix]).are_nobody
