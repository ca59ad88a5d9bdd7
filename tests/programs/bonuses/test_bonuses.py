"""Priya gives points by hand: she sees what a list does, and then it happens once."""

import re

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from sqlalchemy.exc import IntegrityError

from marketplace.access.roles import Role
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from marketplace.programs.bonuses.cli import bonuses_cli
from marketplace.programs.bonuses.models import Bonus
from marketplace.programs.bonuses.operations import NotRunning, give_bonuses, withdraw_bonus
from marketplace.programs.bonuses.queries import preflight
from marketplace.programs.bonuses.terms import BonusTerms
from marketplace.programs.models import Program
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.operations.settlement import settle_for_good
from marketplace.programs.states import ProgramKind, ProgramState
from tests.support.browsing import send
from tests.support.ledger import open_funded_budget
from tests.support.page_lint import lint_page
from tests.support.people import employ, employ_maya, employ_omar, employ_priya

GIVE = "/manage/programs/thanks/give"
DESK = "/manage/programs/thanks"


@pytest.fixture
def maya(at):
    return employ_maya()


@pytest.fixture
def program(at):
    priya, budget = actor_of(employ_priya()), open_funded_budget(1_000, slug="thanks")
    new = NewProgram("thanks", "Thanks", "By hand.", ProgramKind.BONUS, at.date(),
                     at.date().replace(month=12), budget, BonusTerms(600))  # fmt: skip
    with transaction():
        program_id = create_program(priya, new, at=at)
        move_program(priya, program_id, ProgramState.RUNNING, at=at)
    return session().get_one(Program, program_id)


def give(browser, looked, **fields):
    """Press the button of a page on which a list was looked over."""
    seal = re.search(r'name="seal" value="([^"]+)"', looked)[1]
    return send(browser, GIVE, **{"step": "give", "seal": seal} | fields)


def available(employee_id, at):
    session().close()
    return points_of(employee_id, at=at).available


def test_priya_looks_a_list_over_and_gives_it_once(sign_in, maya, program, at):
    priya, text = sign_in(employ_priya()), "maya.chen@evergreen.example; 300; Ran the fair"
    looked = send(priya, GIVE, lines=text)
    assert looked.status_code == 200
    assert "Give 300 points" in looked.text
    assert available(maya, at) == 0
    key = "one-and-the-same-key"
    for _ in range(2):
        sent = give(priya, looked.text, lines=text, request_key=key)
        assert sent.status_code == 303
    assert available(maya, at) == 300
    desk = priya.get(DESK).text
    assert "Ran the fair" in desk
    assert lint_page(desk) == lint_page(looked.text) == []
    assert ledger_violations() == []


def test_a_page_that_somebody_else_sends_again_gives_nothing_twice(sign_in, maya, program, at):
    lea = sign_in(employ("Lea Brandt", department="People", roles=(Role.PROGRAM_MANAGER,)))
    priya, text = sign_in(employ_priya()), "maya.chen@evergreen.example; 300; Ran the fair"
    looked, key = send(priya, GIVE, lines=text), "one-and-the-same-key"
    assert give(priya, looked.text, lines=text, request_key=key).status_code == 303
    again = give(lea, looked.text, lines=text, request_key=key)
    assert again.status_code == 422
    assert "This list was given before. Nothing was given again." in again.text
    assert available(maya, at) == 300


def test_another_list_than_the_one_looked_over_is_not_given(sign_in, maya, program, at):
    priya, omar = sign_in(employ_priya()), employ_omar()
    looked = send(priya, GIVE, lines="maya.chen; 300; Ran the fair")
    for other in ("omar.haddad; 300; Ran the fair", "maya.chen; 600; Ran the fair"):
        refused = give(priya, looked.text, lines=other)
        assert refused.status_code == 422
        assert "not what you looked over" in refused.text
    assert send(priya, GIVE, lines="maya.chen; 300; Ran the fair", step="give").status_code == 422
    assert (available(maya, at), available(omar, at)) == (0, 0)
    assert lint_page(refused.text) == []
    assert give(priya, refused.text, lines=other).status_code == 303
    assert available(maya, at) == 600


def test_a_bonus_is_taken_back_in_its_own_program_and_not_once_that_is_settled(
    sign_in, maya, program, at
):
    priya = actor_of(employ_priya())
    with transaction():
        give_bonuses(priya, session().merge(program), "maya.chen; 300; Fair", batch="b1", at=at)
        days = at.date(), at.date().replace(month=12)
        kind, budget, terms = ProgramKind.BONUS, program.budget_id, BonusTerms(9)
        other = NewProgram("other", "Other", "By hand.", kind, *days, budget, terms)
        create_program(priya, other, at=at)
    bonus = session().query(Bonus).one().id
    browser = sign_in(priya.id)
    page = f"/manage/programs/other/bonuses/{bonus}/withdraw"
    assert send(browser, page, reason="Not here").status_code == 404
    assert available(maya, at) == 300
    with transaction():
        move_program(priya, program.id, ProgramState.CLOSED, at=at)
        settle_for_good(program.id, actor=priya, at=at)
    late = send(browser, f"/manage/programs/thanks/bonuses/{bonus}/withdraw", reason="Too late")
    assert "settled, so its bonuses stay" in late.text
    assert session().query(Bonus).one().withdrawn_at is None


def test_a_list_that_comes_after_the_close_is_refused_though_its_page_was_open(maya, program, at):
    priya = actor_of(employ_priya())
    seen_running = session().merge(program)
    session().expunge(seen_running)
    with transaction():
        move_program(priya, program.id, ProgramState.CLOSED, at=at)
    with pytest.raises(NotRunning), transaction():
        give_bonuses(priya, seen_running, "maya.chen; 300; Fair", batch="b1", at=at)
    assert available(maya, at) == 0


def test_a_list_that_is_too_long_is_refused_whole_and_not_cut_off(sign_in, maya, program):
    lines = "\n".join(f"maya.chen; 1; Thanks {number}" for number in range(2_001))
    page = send(sign_in(employ_priya()), GIVE, lines=lines)
    assert page.status_code == 422
    assert "This list has 2,001 lines, and 2,000 fit into one" in page.text
    assert session().query(Bonus).count() == 0


def test_each_wrong_line_says_what_to_correct_and_nothing_is_given(sign_in, maya, program, at):
    employ("Noor Idrissi")
    priya = sign_in(employ_priya())
    lines = ("maya.chen; 300; Good", "nobody@x.example; 5; Who", "priya.nair; 5; Me",
             "maya.chen; 1_000; Digits", "maya.chen; 601; Too many", "maya.chen; 5;",
             "noor.idrissi; 7; Same", "noor.idrissi; 7; Same")  # fmt: skip
    page = send(priya, GIVE, lines="\n".join(lines), step="give")
    assert page.status_code == 422
    for words in ("Nobody has this e-mail", "to themselves", "plain digits", "up to 600 points",
                  "Write a reason", "stands twice"):  # fmt: skip
        assert words in page.text
    assert lint_page(page.text) == []
    assert session().query(Bonus).count() == 0


def test_cells_of_a_spreadsheet_are_read_and_commas_are_named(maya, program, at):
    found = preflight(actor_of(employ_priya()), program, "maya.chen\t300\tFair\nmaya.chen, 5, x")
    fine, wrong = found.lines
    assert (fine.points, fine.reason, fine.problem) == (300, "Fair", "")
    assert wrong.problem.startswith("Put semicolons between")


def test_a_list_beyond_the_budget_is_announced_and_waits_whole(maya, program, at):
    priya, omar = actor_of(employ_priya()), employ_omar()
    text = "maya.chen; 600; One\nomar.haddad; 600; Two"
    found = preflight(priya, program, text)
    assert (found.points, found.missing) == (1_200, 200)
    with transaction():
        given = give_bonuses(priya, session().merge(program), text, batch="b1", at=at)
    assert given.report.waiting == 1_200
    assert (available(maya, at), available(omar, at)) == (0, 0)


def test_a_bonus_is_taken_back_once_and_never_by_who_has_it(maya, program, at):
    priya = actor_of(employ_priya())
    with transaction():
        give_bonuses(priya, session().merge(program), "maya.chen; 300; Fair", batch="b1", at=at)
    bonus = session().query(Bonus).one().id
    with pytest.raises(Exception, match="Somebody else has to take it back"), transaction():
        withdraw_bonus(actor_of(maya), program.id, bonus, reason="Mine", at=at)
    with transaction():
        withdraw_bonus(priya, program.id, bonus, reason="Another fair", at=at)
    assert available(maya, at) == 0
    with pytest.raises(Exception, match="taken back before"), transaction():
        withdraw_bonus(priya, program.id, bonus, reason="Again", at=at)


def test_the_database_refuses_points_to_oneself(maya, program, at):
    with pytest.raises(IntegrityError, match="not_to_self"), transaction() as here:
        here.execute(sa.insert(Bonus).values(
            program_id=program.id, batch="b", line=1, employee_id=maya, points=5,
            reason="Me", given_by_id=maya, given_at=at,
        ))  # fmt: skip


def test_a_file_is_given_by_command_once_per_key(maya, program, at, tmp_path):
    file = tmp_path / "list.txt"
    file.write_text("maya.chen; 200; Fair\n", "utf-8")
    asked = ["give", "thanks", str(file), "--key", "november"]
    session().close()
    dry = CliRunner().invoke(bonuses_cli, [*asked, "--dry-run"])
    assert "1 lines, 200 points" in dry.output
    for words in ("200 points for 1 people", "was given before"):
        said = CliRunner().invoke(bonuses_cli, asked)
        assert words in said.output
    assert available(maya, at) == 200
    file.write_text("maya.chen; x; Fair\n", "utf-8")
    session().close()
    wrong = CliRunner().invoke(bonuses_cli, ["give", "thanks", str(file), "--key", "december"])
    assert wrong.exit_code == 1
    assert "plain digits" in wrong.output
