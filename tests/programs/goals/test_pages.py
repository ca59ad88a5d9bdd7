"""Priya makes goals and paths without a script; Maya and Leo see their own part."""

import re
from dataclasses import replace
from datetime import date
from urllib.parse import urljoin

import pytest
from flask import Flask

from marketplace.kernel.db import session
from marketplace.programs.goals.states import Scope
from marketplace.programs.models import Program, Result
from marketplace.programs.queries.rules import current_rule
from marketplace.programs.states import ProgramKind
from tests.support.goals import aim, goal_terms, make_metrics, path_terms, report, run_goal
from tests.support.journeys import Seen, Visitor
from tests.support.page_lint import lint_page
from tests.support.people import employ_leo, employ_maya, employ_priya

NEW_GOAL = "/manage/programs/new/goal"
NEW_PATH = "/manage/programs/new/path"
BOTH = ("Sales", "Marketing")


@pytest.fixture
def leo(at):
    make_metrics()
    return employ_leo()


@pytest.fixture
def maya(at):
    return employ_maya()


class Guest(Visitor):
    """A visitor beside the test's own session, whose browser lets go of it by itself."""

    def request(self, method, address, **options):
        response = self.client.open(address, method=method, **options)
        return Seen(address, response)


@pytest.fixture
def visit(app: Flask, at):
    return lambda employee_id: Guest(app, employee_id)


@pytest.fixture
def priya(visit, leo, maya):
    run_goal(ProgramKind.GOAL, goal_terms(), slug="other", departments=BOTH)  # with its budget
    return visit(employ_priya())


def options(visitor, name):
    """What a choice of the open page offers, by its words."""
    for select in visitor.here.root.iter("select"):
        if select.attrib.get("name") == name:
            return {"".join(o.itertext()).strip(): o.attrib["value"] for o in select.iter("option")}
    labels = {
        label.attrib.get("for"): "".join(label.itertext()).strip()
        for label in visitor.here.root.iter("label")
    }
    return {
        labels[box.attrib["id"]]: box.attrib["value"]
        for box in visitor.here.root.iter("input")
        if box.attrib.get("name") == name
    }


def saved(slug):
    session().close()
    program = session().query(Program).filter_by(slug=slug).one_or_none()
    return program and (program, current_rule(program).terms)


def filled(priya, **changes):
    departments, metrics = (options(priya, f"parts-0-{n}") for n in ("departments", "metric"))
    return {
        "name": "Winter together",
        "slug": "winter-together",
        "summary": "Both reach it.",
        "starts_on": "2026-10-01",
        "ends_on": "2026-12-31",
        "parts-0-name": "Sales",
        "parts-0-departments": [departments["Sales"]],
        "parts-0-metric": metrics["Revenue"],
        "parts-0-target": "5000",
        "parts-1-name": "Marketing",
        "parts-1-departments": [departments["Marketing"]],
        "parts-1-metric": metrics["New clients"],
        "parts-1-target": "30",
        "milestone_points": "120",
        "points": "600",
    } | changes


def press(visitor, words, fields):
    """Press a button with fields, checkboxes among them."""
    form, name, value = visitor.form_with(words)
    data = form.filled(**fields) | ({name: value} if name else {})
    return visitor._arrive(visitor.request("POST", urljoin("/", form.action), data=data))


def landing(visitor):
    """The legend of the row at which the page comes back."""
    rows = re.findall(r"<fieldset[^>]* autofocus>\s*<legend[^>]*>([^<]+)<", visitor.here.html)
    assert len(rows) == 1
    return rows[0]


def test_a_goal_with_the_usual_milestones_is_saved_and_launched(priya, visit, leo, maya):
    priya.open(NEW_GOAL)
    press(priya, "Save as a draft", filled(priya))
    priya.reads("Winter together", "the goal brings 600 points")
    program, terms = saved("winter-together")
    assert [(str(m.on), m.share, m.points) for m in terms.milestones] == [
        ("2026-10-31", 33, 120),
        ("2026-11-30", 66, 120),
    ]
    assert [part.target for part in terms.parts] == [500_000, 30]
    priya.press("Launch")
    report("revenue", leo, 170_000)
    report("clients", maya, 10)
    seen = visit(maya)
    seen.open("/earn")
    seen.reads("Winter together", "Marketing: 10 of 30")
    seen.open("/programs/winter-together")
    seen.reads("Your part", "34", "brings you 30 points", "what can't be divided")
    assert program.kind is ProgramKind.GOAL


def test_a_new_rule_lets_in_the_departments_of_its_parts(priya, visit, maya):
    priya.open(NEW_GOAL)
    departments = options(priya, "parts-0-departments")
    only_sales = {"parts-1-name": "", "parts-1-target": "", "parts-1-departments": []}
    press(priya, "Save as a draft", filled(priya, **only_sales))
    priya.press("Launch")
    seen = visit(maya)
    assert seen.open("/programs/winter-together").status == 404
    priya.open("/manage/programs/winter-together/goal")
    press(priya, "Add a part", {})
    metrics = options(priya, "parts-1-metric")
    both = {
        "parts-1-name": "Marketing",
        "parts-1-departments": [departments["Marketing"]],
        "parts-1-metric": metrics["New clients"],
        "parts-1-target": "30",
        "reason": "Marketing joined",
    }
    press(priya, "Set the new rule", both)
    priya.reads("Rule 2")
    assert seen.open("/programs/winter-together").status == 200


def test_rows_are_added_and_milestones_filled_in_without_a_script(priya):
    priya.open(NEW_GOAL)
    assert "parts-2-name" not in priya.form_with("Add a part")[0].kinds
    press(priya, "Add a part", filled(priya, rhythm="quarterly", ends_on="2027-09-30"))
    form = priya.form_with("Add a part")[0]
    assert "parts-2-name" in form.kinds
    assert dict(form.fields)["parts-0-name"] == "Sales"
    assert landing(priya) == "Part 3"
    press(priya, "Fill in the milestones", {})
    assert 'id="milestones" tabindex="-1" autofocus' in priya.here.html
    fields = dict(priya.form_with("Save as a draft")[0].fields)
    assert [fields[f"milestones-{n}-on"] for n in range(3)] == [
        "2026-12-31",
        "2027-03-31",
        "2027-06-30",
    ]
    assert saved("winter-together") is None
    press(priya, "Save as a draft", {"milestones-1-share": "60", "milestones-1-points": "7"})
    milestones = saved("winter-together")[1].milestones
    assert [(m.share, m.points) for m in milestones] == [(25, 120), (60, 7), (75, 120)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"parts-0-name": "", "parts-0-target": "", "parts-1-name": "", "parts-1-target": ""},
         "Enter at least one part"),
        ({"parts-1-name": "sales"}, "Two parts have the same name"),
        ({"parts-0-target": "5_000"}, "whole number from 1 to 1,000,000,000"),
        ({"parts-0-target": ""}, "Enter the target"),
        ({"parts-0-name": ""}, "Enter a name for this part"),
        ({"parts-0-counting": "new_clients"}, "Enter what names a client"),
        ({"parts-0-weight": "0"}, "whole number from 1 to 100"),
        ({"milestones-0-on": "2026-10-31", "milestones-0-share": "50", "milestones-0-points": "1",
          "milestones-1-on": "2026-11-30", "milestones-1-share": "50", "milestones-1-points": "1"},
         "its own day and a higher percent"),
        ({"milestones-0-on": "2027-10-31", "milestones-0-share": "50", "milestones-0-points": "1"},
         "between the first day and the last"),
        ({"milestones-0-on": "2026-10-31", "milestones-0-share": "120", "milestones-0-points": ""},
         "whole number from 1 to 99"),
        ({"most": "50"}, "whole number from 100 to 300"),
        ({"points": ""}, "Enter the points; 0 for none"),
        ({"starts_on": "2027-01-01"}, "not before the first"),
        ({"scope": "nobody"}, "Not a valid choice"),
    ],
)  # fmt: skip
def test_a_goal_with_mistakes_names_them_and_saves_nothing(priya, changes, words):
    priya.open(NEW_GOAL)
    seen = press(priya, "Save as a draft", filled(priya, **changes))
    assert seen.status == 422
    priya.reads(words)
    assert lint_page(seen.html) == []
    assert saved("winter-together") is None


def test_a_torn_form_and_a_nonsense_rhythm_are_answered(priya):
    priya.open(NEW_GOAL)
    form, *_ = priya.form_with("Save as a draft")
    data = form.filled(**filled(priya))
    torn = {name: value for name, value in data.items() if name != "parts-0-name"}
    assert priya.request("POST", NEW_GOAL, data=torn).status == 422
    again = data | {"do": "milestones", "rhythm": "never"}
    assert priya.request("POST", NEW_GOAL, data=again).status == 200
    without_days = data | {"do": "milestones", "starts_on": ""}
    answer = priya.request("POST", NEW_GOAL, data=without_days)
    assert "Enter the first and last day above" in answer.html
    assert saved("winter-together") is None


def test_a_new_rule_starts_from_the_old_one_and_settles_the_difference(priya, leo, maya):
    report("revenue", leo, 50_000)
    report("clients", maya, 5)
    priya.open("/manage/programs/other/goal")
    fields = dict(priya.form_with("Set the new rule")[0].fields)
    assert fields["parts-0-target"] == "1000"
    assert fields["milestones-0-on"] == "2026-10-31"
    press(priya, "Set the new rule", {"milestones-0-points": "200", "reason": "Too low"})
    priya.reads("100 points given")
    priya.reads("All together", "Who reached what")


def test_each_department_sees_its_part_first_and_what_it_brings(visit, leo, maya):
    run_goal(ProgramKind.GOAL, replace(goal_terms(), scope=Scope.PART), departments=BOTH)
    report("clients", maya, 5)
    for who, mine, other in ((maya, "Marketing", "Sales"), (leo, "Sales", "Marketing")):
        seen = visit(who)
        page = seen.open("/programs/together").words.partition("How far we are")[2]
        assert page.index(mine) < page.index(other)
        assert f"Milestones of {mine}" in page
        assert f"Milestones of {other}" not in page
        assert re.search(r"Next: (\d+%|the goal) \([^)]+\) by ", page)


def test_the_pages_of_goals_and_metrics_need_few_statements(sign_in, statements, leo, maya):
    aim(leo, 50_000, 10)
    run_goal(ProgramKind.GOAL, goal_terms(), departments=BOTH)
    run_goal(ProgramKind.MILESTONES, path_terms(goal_points=10), slug="path")
    report("revenue", leo, 60_000)
    seen = {
        leo: ("/earn", "/programs/together", "/programs/path"),
        employ_priya(): (
            "/manage/metrics",
            "/manage/metrics/revenue",
            f"/manage/metrics/revenue/results/{_last_result()}",
            "/manage/metrics/revenue/enter",
            NEW_GOAL,
            NEW_PATH,
            "/manage/programs/together",
            "/manage/programs/path",
            "/manage/programs/together/goal",
            "/manage/programs/path/path",
        ),
    }
    found = {}
    for person, address in [(one, address) for one in seen for address in seen[one]]:
        browser = sign_in(person)
        session().close()
        with statements() as sent:
            assert browser.get(address).status_code == 200
        found[address] = sum(one.lstrip().startswith("SELECT") for one in sent)
    allowed = {  # each has its line among the STATEMENTS_ALLOWED of the house rules
        "/programs/together": 7,
        "/programs/path": 7,
        "/manage/programs/together": 12,
        "/manage/programs/path": 12,
        "/manage/programs/together/goal": 7,
    }
    greedy = {one: count for one, count in found.items() if count > allowed.get(one, 6)}
    assert greedy == {}


def _last_result():
    session().close()
    return session().query(Result).one().id


def test_leo_sees_his_path_and_maya_that_she_has_no_target(visit, leo, maya):
    aim(leo, 50_000, 10)
    aim(leo, 50_000, 11)
    run_goal(ProgramKind.MILESTONES, path_terms())
    report("revenue", leo, 60_000)
    seen = visit(leo)
    seen.open("/programs/together")
    seen.reads("1 of 2 steps reached; Nov 2026 is now", "Done", "$600 of $500", "No target")
    other = visit(maya)
    other.open("/programs/together")
    other.reads("You have no target in this program")


def test_a_path_is_saved_and_its_desk_says_who_reached_what(priya, leo):
    aim(leo, 50_000, 10)
    report("revenue", leo, 60_000)
    priya.open(NEW_PATH)
    revenue = options(priya, "target_metric")["Revenue"]
    path = {
        "name": "Own targets",
        "slug": "own-targets",
        "summary": "Month by month.",
        "starts_on": "2026-10-01",
        "ends_on": "2026-12-31",
        "counted-metric": revenue,
        "target_metric": revenue,
        "points": "500",
        "goal_points": "900",
    }
    seen = press(priya, "Save as a draft", path | {"starts_on": "2026-10-02"})
    assert seen.status == 422
    priya.reads("begin and end with a whole month")
    press(priya, "Save as a draft", path)
    priya.press("Launch")
    priya.reads("1 of 1 with a target", "Leo Martins", "1 of 1")
    priya.open("/manage/programs/own-targets/path")
    assert dict(priya.form_with("Set the new rule")[0].fields)["points"] == "500"
    press(priya, "Set the new rule", {"points": "700", "reason": "Too low"})
    priya.reads("200 points given")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"points": "0"}, "Enter the points that each step brings"),
        ({"period": "named"}, "Enter at least one step"),
        ({"period": "named", "steps-0-name": "Launch"}, "Enter the first day"),
        ({"period": "named", "steps-0-name": "Launch", "steps-0-starts_on": "2026-11-02",
          "steps-0-ends_on": "2026-11-01", "steps-0-points": "5"}, "not before the first"),
        ({"period": "named", "steps-0-name": "Late", "steps-0-starts_on": "2027-11-02",
          "steps-0-ends_on": "2027-11-03", "steps-0-points": "5"}, "within the program's days"),
        ({"counted-counting": "nonsense"}, "Not a valid choice"),
        ({"counted-metric": "x" * 20}, "Not a valid choice"),
        ({"target_metric": "clients"}, "Those targets are in pieces, and what counts is in USD"),
    ],
)  # fmt: skip
def test_a_path_with_mistakes_names_them_and_saves_nothing(priya, changes, words):
    priya.open(NEW_PATH)
    metrics = options(priya, "target_metric")
    if changes.get("target_metric"):
        changes = {"target_metric": metrics["New clients"]}
    path = {
        "name": "Own targets",
        "slug": "own-targets",
        "summary": "Month by month.",
        "starts_on": "2026-10-01",
        "ends_on": "2026-12-31",
        "counted-metric": metrics["Revenue"],
        "target_metric": metrics["Revenue"],
        "points": "500",
    }
    seen = press(priya, "Save as a draft", path | changes)
    assert seen.status == 422
    priya.reads(words)
    assert lint_page(seen.html) == []
    assert saved("own-targets") is None


def test_steps_stay_unfolded_when_one_more_is_added_before_they_are_chosen(priya):
    priya.open(NEW_PATH)
    assert '<details class="stack" open>' not in priya.here.html
    press(priya, "Add a step", {"period": "monthly"})
    assert '<details class="stack" open>' in priya.here.html


def test_steps_of_ones_own_are_added_and_kept(priya, leo):
    priya.open(NEW_PATH)
    metrics = options(priya, "target_metric")
    press(
        priya,
        "Add a step",
        {
            "name": "Launch path",
            "slug": "launch-path",
            "summary": "Step by step.",
            "starts_on": "2026-10-01",
            "ends_on": "2026-12-31",
            "counted-metric": metrics["Revenue"],
            "target_metric": metrics["Revenue"],
            "period": "named",
            "steps-0-name": "Warm up",
            "steps-0-starts_on": "2026-10-01",
            "steps-0-ends_on": "2026-10-31",
            "steps-0-points": "100",
        },
    )
    assert "steps-3-name" in priya.form_with("Save as a draft")[0].kinds
    assert landing(priya) == "Step 4"
    press(priya, "Save as a draft", {})
    step = saved("launch-path")[1].steps[0]
    assert (step.name, step.ends_on, step.points) == ("Warm up", date(2026, 10, 31), 100)
