"""Priya runs programs in the browser; Maya sees what they brought her and why."""

import re

import pytest

from marketplace.ledger.queries import points_of
from tests.support.browsing import send
from tests.support.page_lint import lint_page
from tests.support.people import employ_maya, employ_priya
from tests.support.programs import report_sales, run_program, sold


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
        starts_on="2026-11-01",
        ends_on="2026-12-31",
        points="1000",
        reason="For the winter",
    )
    assert opened.status_code == 303
    page = priya.get("/manage/programs/new").text
    budget = re.search(r'<option value="(\d+)"[^>]*>Winter awards', page).group(1)
    made = send(
        priya,
        "/manage/programs/new",
        name="Winter orders",
        slug="winter-orders",
        summary="Two points for every whole fifty dollars.",
        metric="revenue",
        points="2",
        per_whole="50",
        starts_on="2026-11-01",
        ends_on="2026-12-31",
        budget=budget,
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
    page = priya.get("/manage/programs/new").text
    budget = re.search(r'<option value="(\d+)"', page.split('name="budget"')[1]).group(1)
    answer = send(
        priya,
        "/manage/programs/new",
        name="Another spring",
        slug="spring-orders",
        summary="One more of them.",
        metric="revenue",
        budget=budget,
        points="1",
        per_whole="10",
        starts_on="2026-11-01",
        ends_on="2026-12-31",
    )
    assert answer.status_code == 422
    assert "Choose another address" in answer.text
    assert "Another spring" in answer.text
    assert lint_page(answer.text) == []


def test_a_rule_with_mistakes_leaves_the_next_steps_on_the_page(priya, at):
    run_program()
    desk = "/manage/programs/spring-orders"
    answer = send(priya, desk, f"{desk}/rule", points="none", per_whole="10")
    assert answer.status_code == 422
    assert f"{desk}/closed" in answer.text


def test_a_form_with_mistakes_names_each_field_and_keeps_what_was_typed(priya, at):
    run_program()
    answer = send(
        priya,
        "/manage/programs/new",
        name="",
        slug="Winter Orders",
        points="1_000",
        per_whole="٣",
        metric="revenue",
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
