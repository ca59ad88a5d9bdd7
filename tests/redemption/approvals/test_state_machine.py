"""Any story of approvals keeps its promises: nobody for oneself, none stuck.

A failure prints the steps; `-m soak` walks longer and further.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import Phase
from sqlalchemy.exc import IntegrityError

from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError
from redemption.approvals.away import reach
from redemption.approvals.gates import Asked, Gate
from redemption.approvals.states import Asks, Verdict
from tests.redemption.approvals.machine import (
    Approvals,
    walk,
)


@pytest.fixture
def quiet_queue(app: Flask, queue: object, unfulfilled: object) -> Iterator[Flask]:
    """The app, with nobody's context around it: each walk brings its own."""
    return app


def test_any_short_story_of_approvals_keeps_its_promises(quiet_queue):
    walk(quiet_queue, walks=2, steps=15)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_any_long_story_of_approvals_keeps_its_promises(quiet_queue):
    walk(quiet_queue, walks=150, steps=50, shrinking=(Phase.shrink,))


ONE_YES = [Gate((Asked(Asks.MANAGER),), 1)]
TWO_YESES = [*ONE_YES, Gate((Asked(Asks.TRAVEL_APPROVER),), 1)]
ASKING = "ada_sets_another_policy_for_cards_and_somebody_asks"
NEVER_MIND = {"limits": {}, "first": 0, "by": None}
STORIES: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "own": [
        (ASKING, {"gates": ONE_YES, "who": "maya"}),
        ("somebody_is_away", {"who": "omar", "stand_in": "maya", "lasts": 3, **NEVER_MIND}),
        ("somebody_answers_what_waits_for_them", {"who": "maya"}),
    ],
    "spent": [
        (
            "ada_sets_another_policy_for_cards_and_somebody_asks",
            {"gates": TWO_YESES, "who": "maya"},
        ),
        *(
            ("somebody_is_away", {"who": who, "stand_in": "jan", "lasts": 3, **NEVER_MIND})
            for who in ("omar", "wei", "tara")
        ),
        ("somebody_answers_what_waits_for_them", {"who": "jan"}),
        ("time_passes", {"seconds": 31}),
        ("somebody_answers_what_waits_for_them", {"who": "jan"}),
    ],
    "until": [
        (ASKING, {"gates": ONE_YES, "who": "maya"}),
        ("somebody_is_away", {"who": "omar", "stand_in": "jan", "lasts": 0, **NEVER_MIND}),
        ("time_passes", {"seconds": 86_400}),
        ("somebody_answers_what_waits_for_them", {"who": "jan"}),
    ],
}
"""Short stories that a protection makes harmless, as the walk may come upon them."""


def tell(app: Flask, story: list[tuple[str, dict[str, Any]]]) -> None:
    """Walk one story step by step, looking at everything after each."""
    machine = type("ApprovalsTold", (Approvals,), {"app": app})()
    machine.begin()
    try:
        for deed, facts in story:
            answers = {"verdict": Verdict.APPROVE, "which": 0} if "answers" in deed else {}
            getattr(machine, deed)(**facts, **answers)
            machine.everything_the_check_looks_at_holds()
            machine.no_yes_is_given_for_oneself_or_twice_through_whomever()
            machine.a_request_waits_for_somebody_at_work_or_was_handed_to_nobody()
    finally:
        session().rollback()
        machine.leave()


FOUND = (AssertionError, DomainError, IntegrityError)


@pytest.mark.parametrize("protection", list(STORIES))
def test_each_short_story_of_a_stand_in_keeps_its_promises(quiet_queue, protection):
    tell(quiet_queue, STORIES[protection])


@pytest.mark.parametrize("protection", list(STORIES))
def test_control_without_its_protection_the_same_story_is_found(
    quiet_queue, monkeypatch, protection
):
    unprotect(monkeypatch, protection)
    with pytest.raises(FOUND):
        tell(quiet_queue, STORIES[protection])


def is_found(app: Flask) -> bool:
    """Whether random stories come upon anything wrong, be it that the database refuses it."""
    try:
        walk(app, walks=60, steps=25)
    except FOUND:
        return True
    return False


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("protection", list(STORIES))
def test_control_without_a_protection_a_story_finds_what_it_kept_away(
    quiet_queue, monkeypatch, protection
):
    unprotect(monkeypatch, protection)
    assert is_found(quiet_queue)


def unprotect(monkeypatch, protection) -> None:
    """Let stand-ins reach their own requests, answer twice, or answer when it does not hold."""
    room = "redemption.approvals"
    if protection == "own":
        monkeypatch.setattr(reach, "_is_own", lambda *_given: sa.false())
    elif protection == "spent":
        for user in ("operations.seats", "queries.inbox"):
            monkeypatch.setattr(f"{room}.{user}.is_spent", lambda *_given: sa.false())
    else:
        for user in ("away.reach", "operations.seats"):
            monkeypatch.setattr(f"{room}.{user}.in_force", lambda *_given: sa.true())
