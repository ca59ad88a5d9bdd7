"""The order of policies: which never decide, and which take from a wider one, is said."""

from dataclasses import replace

import pytest

from marketplace.ledger.worth import Money
from redemption.approvals.conditions import Rule
from redemption.approvals.gates import in_order
from redemption.approvals.overlaps import covers, hints
from redemption.approvals.states import Asks
from tests.support.approvals import in_the_way

CARD = frozenset({"gift_card"})
ANY = Rule(1, "any", 1, "Everything", frozenset(), frozenset(), 0, in_order(Asks.MANAGER))
CARDS = replace(ANY, slug="cards", name="Cards", kinds=CARD)


def test_a_policy_behind_a_wider_one_never_decides_and_is_told_so():
    said = hints([ANY, CARDS])
    assert said == [
        "",
        "Never decides: “Everything” comes first and holds for all of it. Move it up.",
    ]


def test_a_narrow_policy_before_a_wider_one_says_what_is_not_asked_any_more():
    assert hints([CARDS, ANY]) == ["Where it fits, “Everything” is not asked for any more.", ""]


@pytest.mark.parametrize(
    ("wide", "narrow", "is_covered"),
    [
        ({"minimum_points": 5}, {"minimum_points": 10}, True),
        ({"minimum_points": 10}, {"minimum_points": 5}, False),
        ({"minimum_points": 5}, {"minimum_points": 10, "window_days": 30}, False),
        ({"minimum_points": 5, "window_days": 30}, {"minimum_points": 10, "window_days": 30}, True),
        ({"countries": frozenset({"PT"})}, {}, False),
        ({"countries": frozenset({"PT", "ES"})}, {"countries": frozenset({"PT"})}, True),
        ({"for_own": True}, {}, False),
        ({}, {"for_own": True}, True),
        ({"months_under": 3}, {"months_under": 2}, True),
        ({"months_under": 3}, {"months_under": 4}, False),
        ({"budget_percent": 50}, {"budget_percent": 60}, True),
        ({"minimum_worth": Money(5, "EUR")}, {"minimum_worth": Money(9, "EUR")}, True),
        ({"minimum_worth": Money(5, "EUR")}, {"minimum_worth": Money(9, "USD")}, False),
        (
            {"minimum_requests": 2, "window_days": 9},
            {"minimum_requests": 3, "window_days": 9},
            True,
        ),
        ({"tiers": frozenset({"summit"})}, {}, False),
        ({"departments": frozenset({1})}, {"departments": frozenset({1, 2})}, False),
    ],
)
def test_one_policy_covers_another_only_where_it_surely_does(wide, narrow, is_covered):
    assert covers(replace(ANY, **wide), replace(ANY, **narrow)) is is_covered


def test_the_list_says_it_and_its_buttons_name_their_policy(house, ada, sign_in):
    in_the_way("finance")
    page = sign_in(ada.id).get("/manage/approval-policies").text
    assert "Never decides: “Cards pass gates” comes first" in page
    assert 'Move up<span class="visually-hidden"> Courses need the manager</span>' in page
