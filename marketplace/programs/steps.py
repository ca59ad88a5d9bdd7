"""What a manager can do next with a program, and what that means: pure, by its state and day."""

from dataclasses import dataclass
from datetime import date

from marketplace.programs.states import ProgramState
from marketplace.web.filters import day


@dataclass(frozen=True, slots=True)
class Step:
    """A button: the state it leads to, its words and its picture."""

    state: ProgramState
    label: str
    icon: str


@dataclass(frozen=True, slots=True)
class Ahead:
    """The steps a program can take, the usual one first, and what to know before taking one."""

    sentence: str
    steps: tuple[Step, ...]


_LAUNCH = Step(ProgramState.RUNNING, "Launch", "rocket")
_START_NOW = Step(ProgramState.RUNNING, "Start now", "rocket")
_SCHEDULE = Step(ProgramState.SCHEDULED, "Schedule", "calendar-clock")
_BACK = Step(ProgramState.DRAFT, "Back to draft", "undo-2")
_CLOSE = Step(ProgramState.CLOSED, "Close", "flag")
_CLOSE_NOW = Step(ProgramState.CLOSED, "Close now", "flag")
_OPEN_AGAIN = Step(ProgramState.RUNNING, "Open again", "undo-2")
_SETTLE = Step(ProgramState.SETTLED, "Settle for good", "check")


def ahead_of(state: ProgramState, first: date, last: date, *, today: date) -> Ahead:
    """What can come next for a program in `state` that runs from `first` to `last`.

    A step that the calendar would take back within the hour is not offered.
    """
    if state is ProgramState.DRAFT:
        return _of_draft(first, last, today)
    if state is ProgramState.SCHEDULED:
        return Ahead(
            f"It starts by itself on {day(first)}. Until then nobody but managers sees it.",
            (_BACK, _START_NOW),
        )
    if state is ProgramState.RUNNING:
        return _of_running(first, last, today)
    if state is ProgramState.CLOSED:
        return _of_closed(last, today)
    return Ahead("", ())


def _of_closed(last: date, today: date) -> Ahead:
    settling = "Settle it when all results are in: from then on nothing changes."
    if last < today:
        return Ahead(settling, (_SETTLE,))
    early = f"It was closed before the end of its last day, {day(last)}, and can be opened again."
    return Ahead(f"{early} {settling}", (_OPEN_AGAIN, _SETTLE))


def _of_draft(first: date, last: date, today: date) -> Ahead:
    if first > today:
        return Ahead(
            f"Its first day is {day(first)}. Scheduled, it starts by itself on that day; "
            "started now, people see it and take part from today.",
            (_SCHEDULE, _START_NOW),
        )
    if last < today:
        return Ahead(
            f"Its last day, {day(last)}, is over. Launched, it pays for the results of its days "
            "and closes within the hour.",
            (_LAUNCH,),
        )
    return Ahead(
        "Launched, people see it from now on. What is there already from its days counts, too.",
        (_LAUNCH,),
    )


def _of_running(first: date, last: date, today: date) -> Ahead:
    if last < today:
        return Ahead(f"Its last day, {day(last)}, is over. It closes within the hour.", (_CLOSE,))
    begins = f"Its first day, {day(first)}, is ahead. " if first > today else ""
    return Ahead(f"{begins}It closes by itself after {day(last)}.", (_CLOSE_NOW,))


def said_after(state: ProgramState, first: date, last: date, *, today: date) -> str:
    """What to say when a program has come to `state`."""
    if state is ProgramState.RUNNING:
        if last < today:
            return "It runs, and closes within the hour: its last day is over."
        return "It runs." if first <= today else f"It runs, ahead of its first day, {day(first)}."
    return {
        ProgramState.SCHEDULED: f"It is scheduled and starts by itself on {day(first)}.",
        ProgramState.DRAFT: "It is a draft again. Nobody sees it.",
        ProgramState.CLOSED: "It is closed. Corrections still count until it is settled.",
        ProgramState.SETTLED: "It is settled. Its points stay as they are.",
    }[state]
