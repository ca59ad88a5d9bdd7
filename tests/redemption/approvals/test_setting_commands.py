"""`bin/laurel approvals`: policies set, moved, tried and ended on the command line."""

import pytest
from click.testing import CliRunner

from marketplace.kernel import clock
from redemption.approvals.cli import approvals_cli
from redemption.approvals.queries.routing import rules_in_force
from tests.support.approvals import MONTHLY, add, open_pool, slugs


def test_the_same_on_the_command_line(app, house):
    def run(*words):
        return CliRunner().invoke(approvals_cli, list(words))

    made = run("set", "monthly", "--name", "Monthly", "--asks", "finance", "--minimum-points", "5")
    assert made.output == "monthly v1: from 5 points\n"
    assert run("set", "monthly", "--window-days", "30").output.startswith("monthly v2")
    tried = run("try", "maya.chen@evergreen.example", "--kind", "badge", "--points", "3")
    assert "monthly: no" in tried.output, tried.output
    assert run("end", "monthly").output == "“Monthly” has ended.\n"
    assert run("put-back", "monthly").output == "“Monthly” holds again.\n"
    assert run("end", "monthly").output == "“Monthly” has ended.\n"
    assert "could need nobody’s yes" in str(run("end", "travel").exception)
    assert "Enter a number" in run("set", "x", "--minimum-worth", "6o", "EUR").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("try",), "“try” cannot be the address of a policy"),
        (("Cards/2",), "“Cards/2” cannot be the address of a policy"),
        (("x" * 61,), "cannot be the address of a policy"),
        (("cards", "--tier", "sumit"), "There is no tier “sumit”"),
        (("cards", "--window-days", "30"), "Say from how many points, money or requests"),
        (("cards", "--minimum-requests", "3"), "Say within how many days requests are counted"),
        (("cards", "--minimum-points", "9" * 20), "is not in the range"),
        (("cards", "--asks", "nobody"), "'nobody' asks nobody there is"),
        (("cards", "--asks", "pool"), "'pool' asks nobody there is"),
        (("cards", "--asks", "manager,manager"), "Name whom a gate asks once each"),
        (("cards", "--asks", "2:manager"), "The manager is one person, so that is one yes"),
        (("cards", "--asks", "3:manager,finance"), "asks 2 can’t need 3 yeses"),
        (("cards", "--asks", "0:finance"), "Choose from 1 to 9 yeses of finance"),
        (("cards", "--asks", "pool:nowhere"), "There is no pool “nowhere”"),
        (("cards", "--country", "ZZ"), "“ZZ” is no country"),
        (("cards", "--department", "Nowhere"), "There is no department “Nowhere”"),
    ],
)
def test_what_a_page_would_refuse_the_command_line_refuses(app, house, words, said):
    told = [*words, "--name", "Cards", "--asks", "finance"]
    run = CliRunner().invoke(approvals_cli, ["set", *told])
    assert run.exit_code != 0
    assert said in f"{run.output} {run.exception}"
    assert len(slugs()) == 5


def test_a_window_is_not_left_with_nothing_to_count(app, house, ada):
    add(ada, "monthly", MONTHLY)
    run = CliRunner().invoke(approvals_cli, ["set", "monthly", "--minimum-points", "0"])
    assert "Say from how many points, money or requests" in str(run.exception)
    assert MONTHLY.minimum_points in [one.minimum_points for one in rules_in_force(at=clock.now())]


def test_a_policy_is_moved_to_where_it_decides_on_the_command_line_too(app, house, ada):
    def move(way):
        return CliRunner().invoke(approvals_cli, ["move", "monthly", way]).output

    add(ada, "monthly", MONTHLY)
    assert move("up") == "“Cards of a month” is moved.\n"
    assert slugs()[-2:] == ["monthly", "own-rewards"]
    assert move("down") == "“Cards of a month” is moved.\n"
    assert move("down") == "“Cards of a month” stands at that end already.\n"


def test_what_is_within_policy_is_set_on_the_command_line_too(app, house):
    words = ["set", "travel", "--notice-days", "21", "--trips-per-year", "2"]
    CliRunner().invoke(approvals_cli, words)
    travel = rules_in_force(at=clock.now())[0]
    assert (travel.notice_days, travel.trips_per_year, travel.version) == (21, 2, 2)


def test_gates_pools_and_countries_are_said_on_the_command_line(app, house):
    open_pool("travel-desk", house.wei.id)
    runs = CliRunner()
    gates = ("--asks", "any:manager,finance", "--asks", "2:pool:travel-desk")
    told = ["set", "far", "--name", "Far away", "--kind", "group_trip", "--country", "jp", *gates]
    assert runs.invoke(approvals_cli, told).output == "far v1: group trip, to Japan\n"
    listed = runs.invoke(approvals_cli, ["policies"]).output
    assert "asks  the manager or someone in finance, then 2 of Travel desk" in listed
    asked = ["try", "maya.chen@evergreen.example", "--kind", "group_trip", "--points", "5"]
    for country, fits in (("JP", "fits"), ("PT", "no"), ("", "fits")):
        tried = runs.invoke(approvals_cli, [*asked, "--country", country]).output
        assert f"far: {fits}" in tried, tried


def test_a_department_and_conditions_are_taken_away_on_the_command_line(app, house):
    def run(*words):
        return CliRunner().invoke(approvals_cli, ["set", "far", *words]).output

    here = ("--department", "Marketing", "--kind", "badge")
    made = run("--name", "Far", "--asks", "finance", *here)
    assert made.startswith("far v1: badge, "), made
    assert run("--without", "kind", "--minimum-points", "5").endswith("from 5 points\n")
    assert run("--without", "department") == "far v3: from 5 points\n"
    assert run("--without", "minimum-points") == "far v4: everything\n"
