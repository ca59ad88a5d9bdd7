"""Before a launch: what it would cost, who would have won, and who can hardly win."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from marketplace.access.actor import Actor
from marketplace.kernel.db import transaction
from marketplace.people.operations.employment import mark_left
from marketplace.programs.measures import Counting
from marketplace.programs.spurts.policies import budget_verdict
from marketplace.programs.spurts.queries.preview import Asked, preview_of
from marketplace.programs.spurts.terms import Leg, Per, SpurtTerms
from tests.support.people import employ, employ_maya
from tests.support.programs import report_sales
from tests.support.spurts import brought, leg, new_clients, revenue

TODAY = date(2026, 11, 30)
NEXT_WEEK = (date(2026, 12, 7), date(2026, 12, 13))


@pytest.fixture
def maya(at):
    revenue()
    return employ_maya()


@pytest.fixture
def leo(at):
    revenue()
    return employ("Leo Martins", department="Sales")


def asked(*legs: Leg, cap: int | None = None, replay=None, days=NEXT_WEEK) -> Asked:
    return Asked(SpurtTerms(legs, cap), *days, replay, TODAY)


def sold_on(employee_id, *sales):
    """Orders by day of November: `sold_on(leo, (3, 500))`."""
    report_sales(
        *(
            brought(employee_id, f"SO{employee_id}{day}", dollars, on_day=date(2026, 11, day))
            for day, dollars in sales
        )
    )


def test_low_and_expected_come_from_the_last_whole_windows(leo):
    sold_on(leo, (1, 100), (8, 900), (16, 300), (23, 400), (28, 300), (29, 200))
    found = preview_of(asked(leg()))
    spans = [(window.first.day, window.last.day, window.points) for window in found.cost.windows]
    assert spans == [(23, 29, 9), (16, 22, 3), (9, 15, 0), (2, 8, 9)]
    assert (found.cost.low, found.cost.expected, found.cost.most) == (0, 5, None)


def test_no_window_reaches_into_days_without_results_or_into_today(leo):
    sold_on(leo, (1, 100), (20, 100))
    found = preview_of(asked(leg()))
    assert found.cost.windows[0].last == date(2026, 11, 20)
    later = preview_of(replace(asked(leg()), starts_on=TODAY, ends_on=TODAY + timedelta(days=6)))
    assert later.cost.windows[0].last == date(2026, 11, 20)
    report_sales(brought(leo, "SO99", 100, on_day=TODAY))
    assert preview_of(asked(leg())).cost.windows[0].last == date(2026, 11, 29)


def test_a_short_past_gives_a_replay_but_no_cost(leo):
    sold_on(leo, (27, 700))
    found = preview_of(asked(leg()))
    assert (found.cost.windows, found.cost.low, found.cost.expected) == ([], None, None)
    assert found.replayed.points == 7


def test_the_cap_is_the_smaller_of_the_whole_and_everyone_at_their_own(leo, maya):
    legs = leg(cap=300, departments=("Sales",)), new_clients(cap=100, departments=("Marketing",))
    people = preview_of(asked(*legs)).audience
    assert preview_of(asked(*legs)).cost.most == 300 + 100 * (people - 1)
    assert preview_of(asked(*legs, cap=350)).cost.most == 350
    assert preview_of(asked(leg(), legs[1], cap=999)).cost.most == 999
    assert preview_of(asked(leg(), legs[1])).cost.most is None


def test_who_would_have_won_how_much_and_how_many_are_reached(leo, maya):
    ben = employ("Ben Osei", department="Sales")
    employ("Clara Weiss", department="Sales")
    sold_on(leo, (1, 100), (24, 500), (25, 90))
    sold_on(ben, (26, 500))
    report_sales(brought(maya, "SO9", 9_999, on_day=date(2026, 11, 24)))
    found = preview_of(asked(leg(departments=("Sales",))))
    winners = [(one.rank, one.name, one.department, one.points) for one in found.winners]
    assert winners == [(1, "Ben Osei", "Sales", 5), (1, "Leo Martins", "Sales", 5)]
    assert (found.reached, found.audience, found.reached_percent) == (2, 3, 67)


def test_a_replay_may_be_on_days_of_ones_own_and_pays_what_the_spurt_would_have_paid(leo):
    sold_on(leo, (1, 100), (3, 250), (4, 250), (24, 800))
    days = (date(2026, 11, 2), date(2026, 11, 5))
    found = preview_of(asked(leg(points=10, cap=30, per=Per.WINDOW), replay=days))
    assert (found.replayed.first, found.replayed.last, found.replayed.points) == (*days, 30)


@pytest.mark.parametrize("window", [(4, 5), (2, 3)])
def test_an_order_over_two_windows_counts_as_one_in_each(leo, window):
    report_sales(
        brought(leo, "SO1", 10, on_day=date(2026, 11, 3)),
        brought(leo, "SO1", 10, on_day=date(2026, 11, 4), line=2),
    )
    days = tuple(date(2026, 11, day) for day in window)
    orders = leg(points=10, per_amount=1, counting=Counting.ORDERS)
    assert preview_of(asked(orders, replay=days)).replayed.points == 10


def test_a_new_client_is_new_in_the_window_of_the_first_order_alone(leo):
    for day in (2, 24):
        report_sales(brought(leo, f"SO{day}", 10, client="Harbor", on_day=date(2026, 11, day)))
    found = preview_of(asked(new_clients(1)))
    assert [window.points for window in found.cost.windows] == [0, 0, 0]
    assert preview_of(asked(new_clients(1), replay=(date(2026, 11, 2),) * 2)).replayed.points == 250


def test_who_had_no_result_of_that_kind_can_hardly_win(leo, maya):
    employ("Clara Weiss", department="Sales")
    sold_on(leo, (1, 100), (29, 100))
    report_sales(brought(maya, "SO7", 500, on_day=date(2026, 8, 31)))
    report_sales(brought(employ("Ana Sousa"), "SO8", 500, on_day=date(2026, 9, 1)))
    found = preview_of(asked(leg(departments=("Sales",)), new_clients(departments=("Marketing",))))
    sales, marketing = found.idle
    assert (sales.people, sales.of, sales.names) == (1, 2, ["Clara Weiss"])
    assert "Maya Chen" in marketing.names
    assert "Ana Sousa" not in marketing.names
    assert found.idle_since == date(2026, 9, 1)


def test_nobody_who_left_is_counted_as_reached(leo, at):
    sold_on(leo, (1, 100), (24, 500))
    audience = preview_of(asked(leg())).audience
    with transaction():
        mark_left(leo, on=TODAY, actor=Actor.system(), at=at)
    found = preview_of(asked(leg()))
    assert (found.reached, found.audience) == (0, audience - 1)
    assert found.cost.windows[0].points == 5


def test_without_any_results_there_is_nothing_to_go_by(leo):
    found = preview_of(asked(leg()))
    assert (found.replayed, found.winners, found.idle, found.idle_since) == (None, [], (), None)


@pytest.mark.parametrize(
    ("expected", "most", "tone", "words"),
    [
        (410_000, 500_000, "danger", "The budget has 380,000. Lower the cap or add 30,000."),
        (320_000, 330_000, "warn", "needs 320,000 points, 84% of the 380,000"),
        (304_000, 330_000, "ok", "enough for the cap"),
        (10, 400_000, "info", "At its cap it needs 400,000 points"),
        (10, None, "info", "Without a cap nobody can say"),
        (None, 380_000, "ok", "380,000 points left"),
        (0, 0, "ok", "enough"),
    ],
)
def test_the_budget_is_held_against_the_expected_pace_and_the_cap(expected, most, tone, words):
    verdict = budget_verdict(expected, most, left=380_000, name="The budget")
    assert (verdict.tone, words in verdict.text) == (tone, True), verdict
