"""Priya writes every form of contest in the browser, changes its rule and reads what is missing."""

import re

import pytest

from marketplace.kernel.db import session
from marketplace.programs.contests.states import Between
from marketplace.programs.models import Program
from marketplace.programs.states import ProgramState
from tests.support.browsing import send
from tests.support.catalog import stock_lisbon_trip
from tests.support.contests import look, make_contest, run_contest
from tests.support.page_lint import lint_page

DESK = "/manage/programs/autumn-race"
NEW = "/manage/programs/new/contest"


def choice(page: str, name: str, label: str = "") -> str:
    """The value of the option of a select that says `label`, or of its first."""
    options = page.split(f'name="{name}"')[1].split("</select>", maxsplit=1)[0]
    return re.search(rf'<option value="([^"]+)"[^>]*>{label}', options).group(1)


def filled(page: str, **changes: str) -> dict[str, str]:
    """The form of a new contest, filled in."""
    return {
        "name": "Winter race",
        "slug": "winter-race",
        "summary": "The most revenue of the winter wins.",
        "budget": choice(page, "budget"),
        "starts_on": "2026-12-01",
        "ends_on": "2026-12-31",
        **rule(page),
    } | changes


def rule(page: str) -> dict[str, str]:
    """The fields of its rule."""
    found = {
        "between": "people",
        "places": "2",
        "prizes-0-first": "1",
        "prizes-0-points": "500",
        "ties": "each",
        "sharing": "each_member",
        "privacy": "all",
    }
    for select in re.findall(r'<select[^>]*name="([^"]+)"', page):
        if select.endswith(("-metric", "-counting")):
            found[select] = choice(page, select)
        elif select not in {"budget", "theme"}:
            found[select] = ""
    return found


FORMS = {
    "top": {"least_attainment": "80"},
    "threshold": {"threshold": "5000", "first_to_reach": "3"},
    "growth": {"baseline_from": "2025-12-01", "baseline_to": "2025-12-31", "least_figure": "5"},
    "target": {"freeze_days": "5"},
    "score": {"parts-0-per": "100", "parts-0-points": "2", "parts-1-per": "1"},
    "chain": {"parts-0-per": "100", "parts-1-per": "5"},
    "raffle": {"per_ticket": "100"},
}


@pytest.mark.parametrize("form", FORMS)
def test_priya_makes_each_form_of_contest_and_it_comes_back_as_it_was(priya, maya, form):
    run_contest()
    page = priya.get(f"{NEW}?form={form}").text
    assert lint_page(page) == []
    made = send(priya, f"{NEW}?form={form}", **filled(page, **FORMS[form]))
    assert made.headers.get("Location") == "/manage/programs/winter-race", made.text[:3000]
    again = priya.get("/manage/programs/winter-race/contest").text
    assert lint_page(again) == []
    for name, value in FORMS[form].items():
        assert f'name="{name}" value="{value}"' in again, name
    session().close()
    program = session().query(Program).filter_by(slug="winter-race").one()
    assert program.state is ProgramState.DRAFT
    look(priya, "/manage/programs/winter-race")


def test_a_contest_with_a_trip_for_departments_with_their_own_measures(priya, maya, leo):
    run_contest()
    trip = stock_lisbon_trip()
    page = priya.get(f"{NEW}?form=growth").text
    facts = filled(
        page,
        **FORMS["growth"],
        between="departments",
        **{
            "own-0-department": choice(page, "own-0-department", "Marketing"),
            "own-0-is_everyones": "1",
            "own-1-department": choice(page, "own-1-department", "Sales"),
            "prizes-0-reward": str(trip.variant_id),
        },
    )
    assert send(priya, f"{NEW}?form=growth", **facts).status_code == 303
    desk = look(priya, "/manage/programs/winter-race")
    assert "Marketing: Revenue of everyone; Sales: Revenue" in desk
    assert "500 points and Lisbon long weekend, 13 to 16 May 2027" in desk


@pytest.mark.parametrize(
    ("form", "changes", "said"),
    [
        ("top", {"places": ""}, "how many ranks win"),
        ("top", {"places": "0"}, "whole number from 1"),
        ("top", {"prizes-0-first": "5"}, "2 ranks win"),
        ("top", {"prizes-0-last": "0"}, "whole number from 1"),
        ("top", {"prizes-0-points": ""}, "Enter points, or choose a reward"),
        ("top", {"between": "regions"}, "carry their region"),
        ("top", {"between": "martians"}, "Not a valid choice"),
        ("top", {"alternates": "2"}, "the prizes here are points only"),
        ("top", {"alternates": "2", "between": "teams"}, "Only people can wait in line"),
        ("top", {"freeze_days": "31"}, "longer than the contest runs"),
        ("top", {"ends_on": "2026-11-01"}, "not before the first"),
        ("threshold", {"threshold": "12.5"}, "whole number from 1"),
        ("growth", {"baseline_from": ""}, "Enter the first day"),
        (
            "growth",
            {"baseline_from": "2026-11-01", "baseline_to": "2026-12-01"},
            "before the contest begins",
        ),
        ("score", {}, "at least one measure"),
        ("chain", {}, "at least one step"),
        ("raffle", {"per_ticket": "0"}, "whole number from 1"),
        ("raffle", {"per_ticket": "5", "privacy": "values_hidden"}, "nobody could check the draw"),
    ],
)
def test_a_form_with_mistakes_says_what_to_enter_and_makes_nothing(
    priya, maya, form, changes, said
):
    run_contest()
    page = priya.get(f"{NEW}?form={form}").text
    usual = {} if form in {"score", "chain"} else FORMS[form]
    answer = send(priya, f"{NEW}?form={form}", **filled(page, **(usual | changes)))
    assert answer.status_code == 422
    assert said in re.sub(r"&#39;|&#34;", "'", answer.text)
    assert lint_page(answer.text) == []
    assert "Winter race" in answer.text
    session().close()
    assert session().query(Program).filter_by(slug="winter-race").count() == 0


def test_the_rule_is_changed_before_the_launch_and_never_after(priya, maya):
    contest = make_contest()
    page = priya.get(f"{DESK}/contest").text
    changed = send(priya, f"{DESK}/contest", **(rule(page) | {"places": "5"}))
    assert changed.status_code == 303
    assert "Rule 2" in look(priya, DESK)
    contest.move(ProgramState.RUNNING)
    assert "Change the rule" not in look(priya, DESK)
    assert priya.get(f"{DESK}/contest").status_code == 409


def test_more_rows_come_and_nothing_typed_is_lost(priya):
    run_contest()
    page = f"{NEW}?form=score"
    answer = send(priya, page, do="rows", **{"name": "Long race", "parts-0-per": "5"})
    assert answer.status_code == 200
    assert 'value="Long race"' in answer.text
    assert re.search(r'name="parts-0-per"[^>]*value="5"', answer.text)
    assert 'name="prizes-5-first"' in answer.text
    shown = {f"prizes-{number}-first": "" for number in range(3)}
    again = send(priya, page, do="rows", **shown).text
    assert re.findall(r"autofocus>\s*<legend>([^<]+)<", again) == ["Prize 4"]
    assert lint_page(answer.text) == []


def test_a_contest_says_at_its_desk_what_is_missing_before_it_can_start(priya):
    make_contest(between=Between.TEAMS)
    desk = priya.get(DESK)
    assert "needs two teams" in desk.text
    refused = send(priya, DESK, f"{DESK}/running")
    assert refused.status_code == 303
    assert "needs two teams" in priya.get(refused.headers["Location"]).text
