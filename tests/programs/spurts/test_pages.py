"""Priya writes a spurt beside its preview, checks it and launches it; Leo sees what is left."""

import re
from datetime import date

import pytest

from marketplace.kernel.db import db, session
from marketplace.ledger.queries import points_of
from marketplace.programs.models import Program, ProgramDepartment, ProgramRule
from marketplace.programs.operations.programs import move_program
from marketplace.programs.spurts.terms import Per
from marketplace.programs.states import ProgramState
from tests.support.browsing import hidden_fields, send
from tests.support.page_lint import lint_page
from tests.support.people import employ, employ_maya, employ_priya
from tests.support.programs import report_sales, run_program
from tests.support.query_count import statements_sent
from tests.support.spurts import brought, draft_spurt, leg, new_clients, run_spurt

NEW = "/manage/programs/new/spurt"
EDIT = "/manage/programs/november-push/spurt"


@pytest.fixture
def priya(sign_in):
    return sign_in(employ_priya())


@pytest.fixture
def leo(at):
    return employ("Leo Martins", department="Sales")


@pytest.fixture
def maya(at):
    return employ_maya()


def choice(page: str, field: str, words: str) -> str:
    """The value of a choice by its words."""
    place = page.split(f'name="{field}"', 1)[1]
    found = re.search(rf'value="(\d+)"[^>]*>(?:\s*<label[^>]*>)?{words}', place)
    assert found, f"{field} offers no {words}"
    return found[1]


def spurt(page: str, **changed: str) -> dict[str, str]:
    """What Priya enters: a point for each full $100 of sales, 250 for each new client."""
    metric = choice(page, "leg1-metric", "Revenue")
    fields = {
        "name": "Winter push", "summary": "Two weeks for Insight.", "slug": "",
        "starts_on": "2026-12-07", "ends_on": "2026-12-20",
        "budget": choice(page, "budget", "November push budget"),
        "cap": "20000", "claw_back": "always",
        "leg1-metric": metric, "leg1-counting": "amount", "leg1-points": "1",
        "leg1-per_whole": "100", "leg1-per": "order", "leg1-cap": "2000",
        "leg2-metric": metric, "leg2-counting": "new_clients", "leg2-points": "250",
        "leg2-per_whole": "1", "leg2-per": "order", "leg2-client": "customer",
    }  # fmt: skip
    return fields | changed


@pytest.fixture
def page(priya, at):
    """The page of a new spurt, in a house with a metric and a budget."""
    draft_spurt(leg())
    return priya.get(NEW).text


def test_a_new_spurt_starts_from_a_template_with_its_preview(priya, page, leo):
    report_sales(brought(leo, "SO1", 700, on_day=date(2026, 10, 1)))
    report_sales(brought(leo, "SO2", 500, on_day=date(2026, 10, 29)))
    page = priya.get(NEW).text
    for words in ("Low", "Expected", "Cap", "Leo Martins", "Who can hardly win"):
        assert words in page
    assert lint_page(page) == []


def test_priya_previews_checks_and_launches_and_can_take_it_back_until_its_first_day(
    priya, page, leo
):
    report_sales(brought(leo, "SO1", 5_000, on_day=date(2026, 10, 29), client="Harbor Mills"))
    shown = send(priya, NEW, **spurt(page), step="preview")
    assert shown.status_code == 200
    assert "would have won 300 points" in shown.text
    assert "Winter push" in shown.text
    checked = send(priya, NEW, **spurt(page), step="check")
    assert checked.headers["Location"] == "/manage/programs/winter-push/spurt/check"
    page = priya.get(checked.headers["Location"]).text
    assert "at most 20,000 points in all: first come by day" in page
    assert "starts by itself on 7 Dec 2026" in page
    assert lint_page(page) == lint_page(shown.text) == []
    desk = "/manage/programs/winter-push"
    assert send(priya, f"{desk}/spurt/check", f"{desk}/scheduled").status_code == 303
    assert "Scheduled" in priya.get(desk).text
    assert priya.get(f"{desk}/spurt/check").status_code == 303
    assert send(priya, desk, f"{desk}/draft").status_code == 303
    assert "Check and launch" in priya.get(desk).text


def test_a_preview_speaks_of_no_mistake_but_its_own(priya, page):
    bare = send(priya, NEW, **spurt(page, name="", summary=""), step="preview")
    assert bare.status_code == 200
    assert "Enter a name" not in bare.text
    wrong = send(priya, NEW, **spurt(page, ends_on="2026-12-01"), step="preview")
    assert wrong.status_code == 422
    assert "not before the first" in wrong.text
    assert "Enter days, a budget and the points of a part" in wrong.text
    assert lint_page(wrong.text) == []


MISTAKES = (
    ({"leg1-points": "", "leg2-points": ""}, "Enter the points of at least one part"),
    ({"leg1-points": "1_000"}, "whole number from 1"),
    ({"leg1-per_whole": ""}, "amount or number that brings the points"),
    ({"leg2-per_whole": "3"}, "Each counts as 1 here"),
    ({"leg2-client": ""}, "what names a client"),
    ({"leg1-only": ": oops"}, "Write a name, a colon and values"),
    ({"leg1-cap": "٣"}, "whole number from 1"),
    ({"cap": "0"}, "whole number from 1"),
    ({"leg1-departments": "99999"}, "not a valid choice"),
    ({"leg1-metric": "99999"}, "Not a valid choice"),
    ({"leg1-per": "decade"}, "Not a valid choice"),
    ({"replay_from": "2026-10-01"}, "the first and the last day to replay"),
    ({"replay_from": "2020-10-01", "replay_to": "2026-10-01"}, "at most 366 days"),
    ({"slug": "Winter Push"}, "lower-case letters"),
    ({"slug": "november-push"}, "Choose another address"),
    ({"name": ""}, "Enter a name"),
    ({"claw_back": "within"}, "for how many days"),
)


def test_a_mistake_is_named_and_nothing_is_saved(priya, page):
    hidden = hidden_fields(page)
    for changed, words in MISTAKES:
        fields = (
            spurt(page, **changed) | hidden | {"request_key": f"key of {words}", "step": "check"}
        )
        answer = priya.post(NEW, data=fields)
        assert answer.status_code == 422, changed
        assert words in answer.text, changed
        assert lint_page(answer.text) == [], changed
    assert session().query(Program).count() == 1


def test_a_leg_without_points_is_left_out_whatever_it_says(priya, page):
    fields = spurt(page) | {"leg2-points": "", "leg2-per_whole": "oops", "leg2-metric": "none"}
    assert send(priya, NEW, **fields, step="check").status_code == 303
    newest = session().query(ProgramRule).order_by(ProgramRule.id.desc()).first()
    assert [leg["number"] for leg in newest.terms["legs"]] == [1]


def test_the_same_form_twice_makes_one_draft(priya, page):
    fields = spurt(priya.get(NEW).text) | {"request_key": "the-very-same-key"}
    first = send(priya, NEW, **fields, step="check")
    second = send(priya, NEW, **fields, step="check")
    assert first.headers["Location"] == second.headers["Location"]
    assert session().query(Program).filter_by(name="Winter push").count() == 1


def test_a_draft_is_written_over_and_its_rule_gets_a_version_only_when_it_changed(priya, page, leo):
    sales = choice(priya.get(NEW).text, "leg1-departments", "Sales")
    same = {"leg1-cap": "", "cap": "", "leg2-points": "", "name": "Another name"}
    assert send(priya, EDIT, **spurt(page, **same)).status_code == 303
    draft = session().query(Program).one()
    assert (draft.name, draft.slug) == ("Another name", "november-push")
    assert session().query(ProgramRule).count() == 1
    session().close()
    send(priya, EDIT, **spurt(page, **same, **{"leg1-departments": sales}))
    assert session().query(ProgramRule).count() == 2
    assert session().query(ProgramDepartment).one().department_id == int(sales)
    again = priya.get(EDIT).text
    assert "Another name" in again
    assert lint_page(again) == []


def test_a_draft_that_was_launched_meanwhile_is_not_written_over(priya, page, monkeypatch):
    from marketplace.programs.spurts import operations, views

    def launched_meanwhile(actor, program_id, new, *, at):
        move_program(actor, program_id, ProgramState.RUNNING, at=at)
        operations.rewrite_draft(actor, program_id, new, at=at)

    monkeypatch.setattr(views, "rewrite_draft", launched_meanwhile)
    answer = send(priya, EDIT, **spurt(page, name="Too late"))
    assert answer.status_code == 409
    assert "somebody launched it. Nothing was changed" in answer.text
    assert session().query(Program).one().name == "November push"


def test_a_running_spurt_gets_a_new_rule_and_settles_the_difference(priya, leo, at):
    run_spurt(leg(per=Per.WINDOW))
    report_sales(brought(leo, "SO1", 500))
    page = priya.get(EDIT).text
    assert "Set the new rule" in page
    assert 'value="100"' in page
    fields = spurt_rule(page)
    said = send(priya, EDIT, **fields)
    assert said.status_code == 303
    assert "10 points given, 0 back" in priya.get(said.headers["Location"]).text
    wrong = send(priya, EDIT, **fields | {"leg1-points": "no"})
    assert wrong.status_code == 422
    assert lint_page(wrong.text) == lint_page(page) == []


def spurt_rule(page: str) -> dict[str, str]:
    return {
        "leg1-metric": choice(page, "leg1-metric", "Revenue"), "leg1-counting": "amount",
        "leg1-points": "3", "leg1-per_whole": "100", "leg1-per": "window", "claw_back": "never",
        "reason": "Too low",
    }  # fmt: skip


def test_leo_sees_what_is_left_of_his_cap_and_of_the_spurt(sign_in, priya, leo, maya, at):
    run_spurt(
        leg(points=10, cap=200, departments=("Sales",)),
        new_clients(departments=("Marketing",)),
        cap=1_000,
    )
    report_sales(brought(leo, "SO1", 1_500), brought(maya, "SO2", 90, client="Odense Foods"))
    page = sign_in(leo).get("/programs/november-push").text
    for words in ("150 of at most 200 points, 50 left", "12", "600", "15 × 10 is 150 points"):
        assert words in page
    assert "Marketing: 250 points for each new client" in page
    desk = priya.get("/manage/programs/november-push").text
    for words in ("400 of 1,000 points paid, 600 left", "Part 2: Marketing", "Leo Martins"):
        assert words in desk
    assert lint_page(page) == lint_page(desk) == []
    assert points_of(leo, at=at).available == 150


def test_without_a_metric_or_a_budget_the_page_says_what_is_missing(priya, at):
    page = priya.get(NEW).text
    assert "Make the first metric" in page
    assert "Open a budget" in page
    answer = send(priya, NEW, name="Winter push", step="check")
    assert answer.status_code == 422
    assert lint_page(page) == lint_page(answer.text) == []


def test_an_order_rule_has_no_page_of_a_spurt(priya, at):
    run_program()
    for address in ("/manage/programs/spring-orders/spurt", "/manage/programs/nothing/spurt/check"):
        assert priya.get(address).status_code == 404


def test_a_preview_takes_the_same_statements_whatever_the_spurt_is(priya, leo, at):
    draft_spurt(leg(), new_clients(), leg(3), new_clients(4))
    report_sales(brought(leo, "SO1", 5_000, on_day=date(2026, 10, 29), client="Harbor Mills"))
    session().close()
    for address, most in ((NEW, 12), (EDIT, 15), (f"{EDIT}/check", 13)):
        with statements_sent(db.engine) as sent:
            assert priya.get(address).status_code == 200
        assert len(sent) <= most, "\n".join(sent)
