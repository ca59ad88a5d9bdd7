"""The approval engine, by tables: which policy fits, who is asked, the verdict in one line."""

from datetime import date

import pytest

from redemption.approvals.conditions import Request, Rule, fitting_rule
from redemption.approvals.gates import in_order
from redemption.approvals.policies import (
    Candidate,
    Circumstances,
    Directory,
    StepFacts,
    decision_obstacle,
    plan_for,
    policy_verdict,
)
from redemption.approvals.states import MOVES, UNSETTLED, Asks, StepState
from redemption.refusals import NobodyCanApprove

MAYA, OMAR, WEI, PRIYA, ANA, LENA = range(1, 7)
NAMES = {OMAR: "Omar", WEI: "Wei", PRIYA: "Priya", ANA: "Ana", LENA: "Lena", MAYA: "Maya"}
TRAVEL = Rule(
    1,
    "travel",
    1,
    "Travel",
    frozenset({"individual_travel", "group_trip"}),
    frozenset(),
    0,
    in_order(Asks.MANAGER, Asks.TRAVEL_APPROVER),
    notice_days=14,
    trips_per_year=1,
)
CARDS = Rule(
    2, "cards", 1, "Cards", frozenset({"gift_card"}), frozenset(), 10_000, in_order(Asks.MANAGER)
)
SUMMIT = Rule(
    3, "summit", 1, "Summit", frozenset(), frozenset({"summit"}), 0, in_order(Asks.PROGRAM_MANAGER)
)
RULES = (TRAVEL, CARDS, SUMMIT)


@pytest.mark.parametrize(
    ("kind", "tier", "points", "rule"),
    [
        ("individual_travel", "voyager", 1, TRAVEL),
        ("group_trip", "summit", 90_000, TRAVEL),
        ("gift_card", "starter", 9_999, None),
        ("gift_card", "starter", 10_000, CARDS),
        ("gift_card", "summit", 500, SUMMIT),
        ("merchandise", "explorer", 90_000, None),
        ("badge", "starter", 500, None),
        ("experience", "summit", 1, SUMMIT),
    ],
)
def test_the_first_policy_that_fits_decides(kind, tier, points, rule):
    assert fitting_rule(RULES, Request(kind, tier, points)) is rule


def people(*ids):
    return tuple(Candidate(who, NAMES[who], "role") for who in ids)


def directory(*, managers=(OMAR,), travel=(WEI,), program=(PRIYA,)):
    return Directory(MAYA, people(*managers), people(*travel), people(*program))


def asked(plan):
    return [tuple(who.employee_id for who in step.assignees) for step in plan.steps]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        (directory(), [(OMAR,), (WEI,)]),
        (directory(travel=(WEI, ANA)), [(OMAR,), (WEI, ANA)]),
        (directory(managers=(OMAR, LENA)), [(OMAR,), (WEI,)]),
        (directory(managers=()), [(WEI,), (PRIYA,)]),
        (directory(managers=(), travel=(WEI, ANA)), [(WEI, ANA), (WEI, ANA)]),
        (directory(managers=(), travel=()), None),
        (directory(managers=(WEI,)), [(WEI,), (PRIYA,)]),
        (directory(managers=(WEI,), travel=(WEI, ANA)), [(WEI,), (ANA,)]),
        (directory(travel=(MAYA,)), [(OMAR,), (PRIYA,)]),
        (directory(travel=(MAYA,), program=(MAYA,)), None),
        (directory(managers=(MAYA, OMAR)), [(OMAR,), (WEI,)]),
        (directory(travel=(), program=(OMAR,)), None),
        (directory(managers=(), travel=(), program=(PRIYA, ANA)), [(PRIYA, ANA), (PRIYA, ANA)]),
    ],
    ids=[
        "manager then travel approver",
        "any travel approver",
        "only the nearest manager",
        "no manager: the travel approver, then a program manager",
        "no manager, two travel approvers: two different ones",
        "one person is not two",
        "a manager who is the travel approver decides once",
        "a manager who is one of the travel approvers decides once",
        "a travel approver does not decide on her own trip",
        "nobody but the requester in every role",
        "a requester above herself in a broken chart is left out",
        "the only program manager is already the manager",
        "two program managers stand in for everyone",
    ],
)
def test_who_is_asked_for_a_trip(who, expected):
    if expected is None:
        with pytest.raises(NobodyCanApprove, match="Nothing has been spent"):
            plan_for(TRAVEL, who)
    else:
        assert asked(plan_for(TRAVEL, who)) == expected


def test_what_no_policy_names_needs_nobody():
    assert fitting_rule(RULES, Request("badge", "starter", 500)) is None


def test_a_large_gift_card_of_somebody_without_manager_goes_to_the_roles():
    plan = plan_for(CARDS, directory(managers=()))
    assert asked(plan) == [(WEI,)]


@pytest.mark.parametrize(
    ("who", "state", "decided", "code"),
    [
        (OMAR, StepState.OPEN, (), None),
        (MAYA, StepState.OPEN, (), "own_request"),
        (ANA, StepState.OPEN, (), "not_asked"),
        (OMAR, StepState.DECIDED, (), "not_open"),
        (OMAR, StepState.WAITING, (), "not_open"),
        (OMAR, StepState.CLOSED, (), "not_open"),
        (OMAR, StepState.OPEN, (OMAR,), "decided_twice"),
        (OMAR, StepState.OPEN, (WEI,), None),
    ],
)
def test_who_may_answer_now(who, state, decided, code):
    facts = StepFacts(state, MAYA, frozenset({OMAR, MAYA}), frozenset(decided))
    obstacle = decision_obstacle(who, facts)
    assert (obstacle.code if obstacle else None) == code


ASKED = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("rule", "facts", "within", "text"),
    [
        (
            TRAVEL,
            Circumstances("Voyager", ASKED, date(2027, 1, 15)),
            True,
            "Within policy: tier Voyager, first trip in 2027, 7 weeks’ notice",
        ),
        (
            TRAVEL,
            Circumstances("Voyager", ASKED, date(2027, 1, 15), trips_this_year=1),
            False,
            "Outside policy: second trip in 2027",
        ),
        (
            TRAVEL,
            Circumstances("Voyager", ASKED, date(2026, 11, 24)),
            False,
            "Outside policy: only 1 day’s notice of 14 days",
        ),
        (
            TRAVEL,
            Circumstances("", ASKED, date(2026, 12, 7), trips_this_year=7),
            False,
            "Outside policy: trip number 8 this year",
        ),
        (CARDS, Circumstances("Explorer", ASKED), True, "Within policy: tier Explorer"),
        (None, Circumstances("", ASKED), True, "Within policy"),
        (
            CARDS,
            Circumstances("Explorer", ASKED, person_is_active=False),
            False,
            "Outside policy: the person has left",
        ),
    ],
)
def test_the_verdict_says_why_in_one_line(rule, facts, within, text):
    verdict = policy_verdict(rule, facts)
    assert (verdict.within, verdict.text) == (within, text)


def test_a_settled_step_never_moves_again():
    settled = set(StepState) - UNSETTLED
    assert {state for state, to in MOVES.items() if not to} == settled - {StepState.CLOSED}
    assert MOVES[StepState.CLOSED] == {StepState.OPEN}  # asked again after an undo
