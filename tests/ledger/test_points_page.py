"""The points page: Maya sees what she has, where it came from and where it went."""

from datetime import date

import pytest

from marketplace.access.actor import Actor
from marketplace.awards.operations import Entitled, settle_awards
from marketplace.kernel.db import transaction
from marketplace.ledger.operations import capture_hold
from tests.support.ledger import give_points, hold, open_funded_budget
from tests.support.page_lint import lint_page
from tests.support.people import employ_leo, employ_maya


@pytest.fixture
def maya(at):
    return employ_maya()


def award(employee_id, points, *, subject="SO-1001", at):
    wanted = Entitled(
        program_id=1, rule_version=3, employee_id=employee_id, subject=subject, points=points,
        reason="Spring orders: SO-1001", budget_id=open_funded_budget(1_000),
        occurred_on=date(2026, 11, 20),
        explanation={
            "event": "Order SO-1001 of 20 November, USD 1,234.56",
            "rule": "Order points",
            "formula": f"1 point for each whole USD 100 makes {points} points",
        },
    )  # fmt: skip
    with transaction():
        settle_awards([wanted], actor=Actor.system(), at=at)


def test_each_entry_says_event_rule_version_and_sum(maya, browser, sign_in, at):
    award(maya, 12, at=at)
    page = sign_in(maya).get("/points").text
    assert "Spring orders: SO-1001" in page
    assert "Order SO-1001 of 20 November, USD 1,234.56" in page
    assert "Order points (version 3)" in page
    assert "1 point for each whole USD 100 makes 12 points" in page
    assert not lint_page(page, title_has="Your points")


def test_what_is_set_aside_stands_apart_and_what_was_spent_lowers_the_balance(maya, sign_in, at):
    give_points(maya, 500, days=20)
    hold(maya, 200, reference="redemption:R-2041")
    spent = hold(maya, 50)
    with transaction():
        capture_hold(spent, actor_id=maya, at=at)
    page = sign_in(maya).get("/points").text
    assert "Set aside for requests" in page
    assert "−50" in page
    assert "+500" in page
    assert "The first on 13 Dec 2026" in page
    assert not lint_page(page)


def test_nobody_sees_the_points_of_another(maya, sign_in, at):
    give_points(maya, 500, reason="Maya's own deal")
    page = sign_in(employ_leo()).get("/points").text
    assert "Maya's own deal" not in page
    assert "Your first points will show here with the reason" in page
    assert not lint_page(page)


def test_older_entries_follow_on_a_page_of_their_own(maya, sign_in, at):
    budget = open_funded_budget(100_000)
    for number in range(30):
        give_points(maya, 10 + number, budget_id=budget, reason=f"Deal {number:02}")
    client = sign_in(maya)
    first = client.get("/points").text
    assert "Deal 29" in first
    assert "Deal 04" not in first
    address = first.split('href="/points?before=')[1].split('"')[0]
    second = client.get(f"/points?before={address}").text
    assert "Deal 04" in second
    assert "Deal 05" not in second
    assert "Show older entries" not in second


@pytest.mark.parametrize(
    ("source", "shown"), [("earned", True), ("spent", False), ("expired", False)]
)
def test_the_list_can_be_narrowed_by_where_entries_come_from(maya, sign_in, source, shown, at):
    give_points(maya, 500, reason="The big deal")
    page = sign_in(maya).get(f"/points?source={source}").text
    assert ("The big deal" in page) is shown
    assert not lint_page(page)


@pytest.mark.parametrize("query", ["source=gifts", "before=x", "before=0", "before=1_0"])
def test_a_broken_link_gets_a_clear_page(maya, sign_in, query, at):
    answer = sign_in(maya).get(f"/points?{query}")
    assert answer.status_code == 422
    assert "Traceback" not in answer.text


def test_the_file_has_every_entry_with_its_running_balance(maya, sign_in, at):
    award(maya, 12, at=at)
    give_points(maya, 500, reason="=2+2 deal")
    answer = sign_in(maya).get("/points.csv")
    assert answer.mimetype == "text/csv"
    lines = answer.data.decode("utf-8-sig").splitlines()
    assert lines[0] == "Date,What,Why,How it came about,Points,Balance,Reference"
    assert lines[1].startswith("2026-11-23,Earned,Spring orders: SO-1001,")
    assert ",12,12,award:1:SO-1001" in lines[1]
    assert ",500,512," in lines[2]
    assert ",=2+2" not in lines[2]


def test_the_page_takes_few_statements(maya, sign_in, statements, at):
    award(maya, 12, at=at)
    hold(maya, 5)
    client = sign_in(maya)
    with statements() as sent:
        client.get("/points")
    assert len(sent) <= 6, sent


def test_the_points_pill_and_the_home_page_read_the_same_balance(maya, sign_in, at):
    give_points(maya, 1_234, days=10)
    assert "1,234" in sign_in(maya).get("/").text


def test_somebody_not_signed_in_is_sent_to_sign_in(browser, at):
    assert browser().get("/points").status_code == 303
