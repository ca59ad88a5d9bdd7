"""What policies look at, by tables: each condition alone, counted together, and in words."""

from dataclasses import replace
from datetime import date

import pytest

from marketplace.ledger.worth import Money, PointValue
from redemption.approvals.conditions import (
    Earlier,
    Request,
    Rule,
    checks,
    conditions_said,
    fitting_rule,
    uncovered_travel,
)
from redemption.approvals.gates import in_order
from redemption.approvals.states import Asks

ANY = Rule(1, "any", 1, "Any", frozenset(), frozenset(), 0, in_order(Asks.MANAGER))
CARDS = replace(ANY, kinds=frozenset({"gift_card"}))
EURO, YEN = PointValue("DE", "EUR", 100, 100), PointValue("JP", "JPY", 160, 100)
CARD = Request("gift_card", "starter", 3_000, worth=Money(3_000, "EUR"), on=date(2026, 11, 30))
BEFORE = Earlier("gift_card", "starter", 4_000, Money(4_000, "EUR"), days_ago=29)


def fits(rule, request):
    return fitting_rule([rule], request) is rule


@pytest.mark.parametrize(
    ("rule", "request_", "holds"),
    [
        ({"departments": frozenset({7})}, {"department_id": 7}, True),
        ({"departments": frozenset({7})}, {"department_id": 8}, False),
        ({"departments": frozenset({7})}, {}, False),
        ({"months_under": 6}, {"hired_on": date(2026, 5, 31)}, True),
        ({"months_under": 6}, {"hired_on": date(2026, 5, 30)}, False),
        ({"months_under": 6}, {}, True),
        ({"minimum_points": 3_001}, {}, False),
        ({"minimum_points": 3_000}, {}, True),
        ({"minimum_worth": Money(3_000, "EUR")}, {}, True),
        ({"minimum_worth": Money(3_001, "EUR")}, {}, False),
        ({"minimum_worth": Money(1, "EUR")}, {"worth": None}, False),
        ({"budget_percent": 30}, {"budget_left": 10_000}, True),
        ({"budget_percent": 31}, {"budget_left": 10_000}, False),
        ({"budget_percent": 1}, {"budget_left": None}, False),
        ({"for_own": True}, {"is_own": True}, True),
        ({"for_own": True}, {}, False),
        ({"tiers": frozenset({"summit"})}, {}, False),
    ],
)
def test_a_condition_holds_or_not(rule, request_, holds):
    assert fits(replace(ANY, **rule), replace(CARD, **request_)) is holds


@pytest.mark.parametrize(
    ("terms", "earlier", "holds"),
    [
        ({"minimum_points": 7_000, "window_days": 30}, [BEFORE], True),
        ({"minimum_points": 7_000, "window_days": 29}, [BEFORE], False),
        ({"minimum_points": 7_000}, [BEFORE], False),
        ({"minimum_points": 7_000, "window_days": 30}, [replace(BEFORE, kind="badge")], False),
        ({"minimum_worth": Money(7_000, "EUR"), "window_days": 30}, [BEFORE], True),
        ({"minimum_requests": 2, "window_days": 30}, [BEFORE], True),
        ({"minimum_requests": 3, "window_days": 30}, [BEFORE], False),
    ],
)
def test_asking_twice_below_a_threshold_is_counted_together(terms, earlier, holds):
    assert fits(replace(CARDS, **terms), replace(CARD, earlier=tuple(earlier))) is holds


@pytest.mark.parametrize(
    ("minor", "values", "holds"),
    [
        (4_800, (EURO, YEN), True),  # 4,800 yen are 3,000 points, and those are 30 euros
        (4_798, (EURO, YEN), False),
        (1, (), True),  # nobody can compare them, so somebody looks
    ],
)
def test_money_of_another_currency_is_compared_by_what_points_are_worth(minor, values, holds):
    rule = replace(ANY, minimum_worth=Money(3_000, "EUR"))
    request = replace(CARD, worth=Money(minor, "JPY"), values=values)
    assert fits(rule, request) is holds


def test_every_condition_says_what_it_asks_and_what_it_found():
    rule = replace(CARDS, minimum_points=5_000, window_days=30, months_under=6)
    request = replace(CARD, earlier=(BEFORE,), hired_on=date(2026, 1, 1))
    assert [(check.asks, check.found, check.holds) for check in checks(rule, request)] == [
        ("gift card", "gift card", True),
        ("here less than 6 months", "here 10 months", False),
        ("from 5,000 points within 30 days", "7,000 points, with 1 request before", True),
    ]
    assert conditions_said(rule) == [
        "gift card",
        "here less than 6 months",
        "from 5,000 points within 30 days",
    ]
    assert conditions_said(ANY) == ["everything"]


def test_somebody_who_starts_next_month_is_a_newcomer_of_no_months():
    nadia = replace(CARD, hired_on=date(2026, 12, 31))
    assert [(one.found, one.holds) for one in checks(replace(ANY, months_under=3), nadia)] == [
        ("here 0 months", True)
    ]


@pytest.mark.parametrize(
    ("rules", "uncovered"),
    [
        ([], ["individual travel", "group trip"]),
        ([ANY], []),
        ([replace(ANY, kinds=frozenset({"group_trip"}))], ["individual travel"]),
        ([replace(ANY, minimum_points=1)], ["individual travel", "group trip"]),
        ([replace(ANY, months_under=6)], ["individual travel", "group trip"]),
        ([replace(ANY, gates=())], ["individual travel", "group trip"]),
    ],
)
def test_travel_that_could_need_nobody_is_named(rules, uncovered):
    assert uncovered_travel(rules) == uncovered
