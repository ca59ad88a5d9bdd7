"""Priya runs programs in the browser; Maya sees what they brought her and why."""

import re
from datetime import date

import pytest

from marketplace.ledger.queries import points_of
from marketplace.programs.measures import Filter
from tests.support.browsing import send
from tests.support.page_lint import lint_page
from tests.support.people import employ_maya, employ_priya
from tests.support.programs import report_sales, run_program, sold

NEW = "/manage/programs/new/order-rule"


def _metric(page: str) -> str:
    return re.search(r'<option value="(\d+)"', page.split('name="metric"')[1]).group(1)


@pytest.fixture
def priya(sign_in):
    return sign_in(employ_priya())


@pytest.fixture
def maya_id(at):
    return employ_maya()


def test_maya_sees_the_rule_and_how_an_order_became_points(sign_in, maya_id, at):
    run_program()
    report_sales(sold(maya_id, "SO1", "549.90"))
    maya = sign_in(maya_id)
    earn, program = maya.get("/earn"), maya.get("/programs/spring-orders")
    assert "5 points" in earn.text
    assert "1 point for every full $100 of an order" in program.text
    assert "Order SO1 of $549.90" in program.text
    assert "$549.90 ÷ $100, rounded down, is 5 points" in program.text
    assert lint_page(earn.text) == lint_page(program.text) == []


def test_a_correction_says_what_there_was_before(sign_in, maya_id, at):
    run_program()
    report_sales(sold(maya_id, "SO1", "549.90"))
    report_sales(sold(maya_id, "SO1", "200"))
    page = sign_in(maya_id).get("/programs/spring-orders").text
    assert "Corrected: 5 points before, 3 fewer: 2 points now" in page
    assert "−3" in page
    assert page.count("Corrected:") == 1


@pytest.mark.parametrize(("orders", "are_all"), [(20, True), (21, False)])
def test_where_the_newest_events_are_not_all_a_link_leads_to_the_rest(
    sign_in, maya_id, at, orders, are_all
):
    run_program()
    report_sales(*(sold(maya_id, f"SO{number}", "100") for number in range(orders)))
    page = sign_in(maya_id).get("/programs/spring-orders").text
    assert page.count("$100 ÷ $100") == 20
    assert ("These are the newest 20." not in page) == are_all


def test_priya_reads_what_the_budget_cannot_give_and_where_it_waits(maya_id, priya, at):
    run_program(budget_points=3, is_launched=False)
    report_sales(sold(maya_id, "SO1", "549.90"))
    desk = "/manage/programs/spring-orders"
    launched = send(priya, desk, f"{desk}/running")
    said = priya.get(launched.headers["Location"]).text
    assert "The budget has too little left for 5 points, so nothing was granted." in said
    assert "Waiting for budget" in priya.get("/manage").text
    assert "Spring orders" in priya.get("/manage/programs/waiting").text


def test_what_concerns_maya_comes_first_and_what_is_over_last(sign_in, maya_id, at):
    run_program(slug="spring-orders")
    report_sales(sold(maya_id, "SO1", "549.90"))
    year = (date(2026, 10, 1), date(2027, 9, 30))
    run_program(slug="gone", days=(date(2026, 10, 1), date(2026, 10, 31)))
    run_program(slug="all-year", days=year, only=(Filter("region", ("North",)),))
    page = sign_in(maya_id).get("/earn").text
    headings = re.findall(r'<h2 id="(\w+)">', page)
    assert headings == ["now", "open", "over"]
    parts = re.split(r'<h2 id="\w+">', page)[1:]
    for slug, part in zip(("spring-orders", "all-year", "gone"), parts, strict=True):
        assert re.findall(r"/programs/([a-z-]+)", part) == [slug]
    assert "5 points for you" in parts[0]
    assert "Ended 31 Oct 2026" in parts[2]
    assert lint_page(page) == []


def test_a_program_that_ends_soon_concerns_maya_before_it_brought_her_anything(
    sign_in, maya_id, at
):
    run_program(slug="spring-orders", days=(date(2026, 10, 1), date(2026, 12, 1)))
    page = sign_in(maya_id).get("/earn").text
    assert re.findall(r'<h2 id="(\w+)">', page) == ["now"]
    assert "No points yet" in page


def test_a_draft_is_not_there_for_maya(sign_in, maya_id, priya, at):
    run_program()
    maya = sign_in(maya_id)
    assert maya.get("/programs/autumn-orders").status_code == 404
    assert maya.get("/manage/programs").status_code == 403


def test_priya_opens_a_budget_makes_a_program_and_launches_it(sign_in, maya_id, priya, at):
    run_program()
    report_sales(sold(maya_id, "SO1", "500"))
    opened = send(
        priya,
        "/manage/budgets/new",
        name="Winter awards",
        slug="winter-awards",
        purpose="awards",
        department="",
        parent="",
        starts_on="2026-11-01",
        ends_on="2026-12-31",
        points="1000",
        reason="For the winter",
    )
    assert opened.status_code == 303
    page = priya.get(NEW).text
    budget = re.search(r'<option value="(\d+)"[^>]*>Winter awards', page).group(1)
    metric = _metric(page)
    made = send(
        priya,
        NEW,
        name="Winter orders",
        slug="winter-orders",
        summary="Two points for every whole fifty dollars.",
        metric=metric,
        points="2",
        per_whole="50",
        starts_on="2026-11-01",
        ends_on="2026-12-31",
        budget=budget,
        claw_back="always",
    )
    assert made.headers["Location"] == "/manage/programs/winter-orders"
    desk = "/manage/programs/winter-orders"
    assert send(priya, desk, f"{desk}/running").status_code == 303
    assert points_of(maya_id, at=at).available == 5 + 20
    for address in (
        "/manage",
        "/manage/programs",
        desk,
        "/manage/budgets",
        "/manage/budgets/winter-awards",
    ):
        assert lint_page(priya.get(address).text) == [], address


def test_an_address_in_use_is_named_at_its_field_and_nothing_typed_is_lost(priya, at):
    run_program()
    page = priya.get(NEW).text
    budget = re.search(r'<option value="(\d+)"', page.split('name="budget"')[1]).group(1)
    metric = _metric(page)
    answer = send(
        priya,
        NEW,
        name="Another spring",
        slug="spring-orders",
        summary="One more of them.",
        metric=metric,
        budget=budget,
        claw_back="always",
        points="1",
        per_whole="10",
        starts_on="2026-11-01",
        ends_on="2026-12-31",
    )
    assert answer.status_code == 422
    assert "Choose another address" in answer.text
    assert "Another spring" in answer.text
    assert lint_page(answer.text) == []


def test_a_rule_with_mistakes_names_them_and_sets_nothing(priya, at):
    run_program()
    rule = "/manage/programs/spring-orders/order-rule"
    answer = send(priya, rule, points="none", per_whole="10", claw_back="within", only=": oops")
    assert answer.status_code == 422
    for words in ("whole number from 1", "for how many days", "Write a name, a colon and values"):
        assert words in answer.text
    assert lint_page(answer.text) == []
    assert "Rule 2" not in priya.get("/manage/programs/spring-orders").text


def test_a_new_rule_starts_from_the_old_one_and_settles_the_difference(maya_id, priya, at):
    run_program(claw_back_days=30)
    report_sales(sold(maya_id, "SO1", "500"))
    rule = "/manage/programs/spring-orders/order-rule"
    page = priya.get(rule).text
    assert 'value="100"' in page
    assert 'value="30"' in page
    said = send(priya, rule, points="3", per_whole="100", claw_back="within",
                claw_back_within="30", only="", reason="Too low")  # fmt: skip
    assert said.status_code == 303
    assert "10 points given" in priya.get(said.headers["Location"]).text
    assert points_of(maya_id, at=at).available == 15


def test_a_form_with_mistakes_names_each_field_and_keeps_what_was_typed(priya, at):
    run_program()
    answer = send(
        priya,
        NEW,
        name="",
        slug="Winter Orders",
        points="1_000",
        per_whole="٣",
        metric=_metric(priya.get(NEW).text),
        budget="1",
        starts_on="2026-12-31",
        ends_on="2026-11-01",
    )
    assert answer.status_code == 422
    for words in (
        "Enter a name",
        "lower-case letters",
        "whole number from 1",
        "not before the first",
    ):
        assert words in answer.text
    assert "Winter Orders" in answer.text
    assert lint_page(answer.text) == []
