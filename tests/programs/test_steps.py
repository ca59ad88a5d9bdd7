"""What Priya is offered next: a program is scheduled before its first day, launched on it."""

from datetime import date

import pytest

from marketplace.programs.states import MOVES, ProgramState
from marketplace.programs.steps import ahead_of, said_after
from marketplace.web.forms import address_from

FIRST, LAST = date(2026, 12, 10), date(2026, 12, 20)
BEFORE, DURING, AFTER = date(2026, 11, 28), date(2026, 12, 15), date(2027, 1, 4)


@pytest.mark.parametrize(
    ("state", "today", "labels", "words"),
    [
        (ProgramState.DRAFT, BEFORE, ["Schedule", "Start now"], "starts by itself on that day"),
        (ProgramState.DRAFT, DURING, ["Launch"], "counts, too"),
        (ProgramState.DRAFT, AFTER, ["Launch"], "closes within the hour"),
        (ProgramState.SCHEDULED, BEFORE, ["Back to draft", "Start now"], "on 10 Dec 2026"),
        (ProgramState.RUNNING, BEFORE, ["Close now"], "Its first day, 10 Dec 2026, is ahead"),
        (ProgramState.RUNNING, DURING, ["Close now"], "closes by itself after 20 Dec 2026"),
        (ProgramState.RUNNING, AFTER, ["Close"], "It closes within the hour"),
        (ProgramState.CLOSED, DURING, ["Open again", "Settle for good"], "closed before the end"),
        (ProgramState.CLOSED, AFTER, ["Settle for good"], "nothing changes"),
        (ProgramState.SETTLED, AFTER, [], ""),
    ],
)
def test_the_steps_follow_the_state_and_the_calendar(state, today, labels, words):
    ahead = ahead_of(state, FIRST, LAST, today=today)
    assert [step.label for step in ahead.steps] == labels
    assert words in ahead.sentence
    assert {step.state for step in ahead.steps} <= MOVES[state]


def test_what_is_said_of_a_start_follows_the_calendar():
    said = [said_after(ProgramState.RUNNING, FIRST, LAST, today=on) for on in (BEFORE, AFTER)]
    assert "ahead of its first day, 10 Dec 2026" in said[0]
    assert "closes within the hour" in said[1]
    assert "by itself on 10 Dec" in said_after(ProgramState.SCHEDULED, FIRST, LAST, today=BEFORE)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Été launch!", "ete-launch"),
        ("Waiting", "program-waiting"),
        ("New", "program-new"),
        ("賞", "program"),
    ],
)
def test_an_address_is_made_from_the_name(name, address):
    assert address_from(name, "program") == address
