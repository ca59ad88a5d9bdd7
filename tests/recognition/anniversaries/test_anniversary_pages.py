"""The pages and commands of anniversaries."""

from datetime import date

import pytest
import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.programs.models import Program
from marketplace.programs.queries.rules import current_rule
from marketplace.recognition.anniversaries.cli import anniversaries_cli
from marketplace.recognition.anniversaries.queries.choices import Celebrations, celebrations_of
from marketplace.recognition.anniversaries.terms import YearPoints
from tests.support.anniversaries import run_anniversaries
from tests.support.browsing import send
from tests.support.page_lint import lint_page
from tests.support.people import employ, employ_maya, employ_priya

NEW = "/manage/programs/new/anniversary"
FILLED = {
    "name": "Staying together",
    "slug": "staying-together",
    "summary": "Every year counts.",
    "table": "10: 1000\n5: 500",
    "service_message": "{name}, {years}!",
    "birthday_points": "0",
    "birthday_message": "Happy birthday, {name}!",
    "showing": "asks_first",
    "starts_on": "2026-11-01",
    "ends_on": "2027-10-31",
    "claw_back": "always",
}


@pytest.fixture
def priya(sign_in):
    return sign_in(employ_priya())


def programs() -> list[Program]:
    session().close()
    return list(session().scalars(sa.select(Program).order_by(Program.id)))


def test_priya_makes_one_and_its_terms_are_those_she_entered(priya, at):
    run_anniversaries()
    budget = str(programs()[0].budget_id)
    made = send(priya, NEW, budget=budget, **FILLED)
    assert made.status_code == 303, made.text
    terms = current_rule(programs()[1]).terms
    assert terms.table == (YearPoints(5, 500), YearPoints(10, 1000))
    assert (terms.birthday_points, terms.asks_first, terms.every_year) == (0, True, False)
    rule = priya.get("/manage/programs/staying-together/anniversary")
    assert "5: 500" in rule.text
    assert lint_page(rule.text) == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("table", "", "Enter at least one year"),
        ("table", "five: 500", "can&#39;t be read"),
        ("table", "5: 500\n5: 600", "5 years stand twice"),
        ("table", "0: 500", "can&#39;t be read"),
        ("table", "5: -1", "can&#39;t be read"),
        ("service_message", " ", "Write what the company says"),
        ("service_message", "{first} is here", "Nothing fills {first}"),
        ("service_message", "x" * 501, "Keep it under 500"),
        ("birthday_message", "", "on a birthday"),
        ("birthday_message", "{years}", "Nothing fills {years}"),
        ("birthday_points", "many", "whole number"),
        ("showing", "nobody", "Not a valid choice"),
    ],
)
def test_what_cannot_be_meant_is_said_and_nothing_is_made(priya, at, field, value, words):
    run_anniversaries()
    budget = str(programs()[0].budget_id)
    refused = send(priya, NEW, **{**FILLED, "budget": budget, field: value})
    assert refused.status_code == 422
    assert words in refused.text
    assert len(programs()) == 1


def test_the_desk_shows_whose_day_comes_and_gives_the_file(priya, at):
    run_anniversaries()
    employ("Ada Long", hired_on=date(2021, 12, 1))
    desk = priya.get("/manage/programs/milestones")
    assert "Ada Long" in desk.text
    assert "5 years of service" in desk.text
    assert lint_page(desk.text) == []
    file = priya.get("/manage/programs/milestones/anniversary/report.csv")
    assert (file.status_code, file.mimetype) == (200, "text/csv")


def test_maya_sees_her_own_next_day_and_switches_it_off(sign_in, statements, at):
    run_anniversaries()
    maya_id = employ_maya()
    maya = sign_in(maya_id)
    assert celebrations_of(maya_id) == Celebrations(True, True, "")
    off = send(maya, "/settings/celebrations", birthday="1", say_name="  MY-ah   CHEN ")
    assert off.status_code == 303
    session().close()
    assert celebrations_of(maya_id) == Celebrations(False, True, "MY-ah CHEN")
    page = maya.get("/settings/celebrations")
    assert "MY-ah CHEN" in page.text
    assert lint_page(page.text) == []
    too_long = send(maya, "/settings/celebrations", say_name="x" * 81)
    assert (too_long.status_code, "Keep it under 80" in too_long.text) == (422, True)


def test_the_program_page_names_my_next_day_with_one_statement(sign_in, statements, at):
    run_anniversaries()
    ada = employ("Ada Long", hired_on=date(2022, 3, 1))
    page = sign_in(ada)
    page.get("/programs/milestones")
    with statements() as sent:
        seen = page.get("/programs/milestones")
    assert "5 years of service, 500 points" in seen.text
    assert len([one for one in sent if "celebration_choices" in one]) == 1
    assert lint_page(seen.text) == []


def test_the_commands_name_what_comes_celebrate_it_and_report_it(queue, at, capsys):
    run_anniversaries()
    employ("Ada Long", hired_on=date(2021, 11, 23))
    anniversaries_cli(["upcoming"], standalone_mode=False)
    assert "2026-11-23  Ada Long  5 years of service, 500 points, Milestones" in (
        capsys.readouterr().out
    )
    for said in ("1 celebrated.", "0 celebrated."):
        anniversaries_cli(["celebrate"], standalone_mode=False)
        assert said in capsys.readouterr().out
    queue.run_due()
    days = ["report", "--from", "2026-11-01", "--to", "2026-11-30"]
    anniversaries_cli(days, standalone_mode=False)
    assert "500 points in all." in capsys.readouterr().out
    anniversaries_cli([*days, "--csv"], standalone_mode=False)
    assert "Ada Long,US,Milestones,5 years of service,2026-11-23,500" in capsys.readouterr().out
