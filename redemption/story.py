"""The story of a request in words, pure: what happened, who acts next and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from marketplace.ledger.queries import Returned
from marketplace.web.filters import day, moment, points, points_are, points_word
from redemption.approvals.policies import PlannedStep
from redemption.approvals.states import Asks, NoteKind, StepState
from redemption.policies import DECIDE_WITHIN_WORKING_DAYS
from redemption.states import GIVEN_BACK, LineState

TONES = {
    LineState.PENDING_APPROVAL: "info",
    LineState.APPROVED: "info",
    LineState.FULFILLING: "info",
    LineState.FULFILLED: "ok",
    LineState.DECLINED: "danger",
    LineState.WITHDRAWN: "neutral",
    LineState.EXPIRED: "warn",
    LineState.CANCELLED: "neutral",
    LineState.FAILED: "danger",
    LineState.REFUNDED: "neutral",
}


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a line, as its event row says."""

    to: LineState
    at: datetime
    who: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Gate:
    """One approval step: who was asked, who answered. `decided_by` only once it took effect."""

    seq: int
    asks: Asks
    state: StepState
    names: tuple[str, ...]
    opened_at: datetime | None
    settled_at: datetime | None
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A question, an answer or a reminder."""

    kind: NoteKind
    who: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a story is made of. `usual` is how long an answer usually takes."""

    state: LineState
    points: int
    moves: Sequence[Move]
    gates: Sequence[Gate] = ()
    said: Sequence[Said] = ()
    next_steps: str = ""
    decide_by: datetime | None = None
    usual: timedelta | None = None
    returned: Returned | None = None  # what became of the points; only the asker is told
    is_own: bool = False  # the asker had a hand in its terms
    asker: str = ""  # named when somebody else reads; empty: the asker does


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One line of the timeline, in the shape its component takes."""

    what: str
    who: str = ""
    when: str = ""
    at: str = ""
    note: str = ""
    tone: str = "neutral"
    icon_name: str | None = None
    is_next: bool = False
    order: tuple[float, int] = (0.0, 0)


def timeline(facts: Facts) -> list[TimelineItem]:
    """What happened in order, and what comes next while something does."""
    items = [_moved(move, facts) for move in facts.moves]
    items += [_said_yes(gate) for gate in facts.gates if gate.state is StepState.APPROVED]
    items += [_said(said) for said in facts.said]
    items = [item for item in items if item.what]
    return sorted(items, key=lambda item: item.order) + _next(facts)


def _item(at: datetime, rank: int, what: str, who: str, **more: str) -> TimelineItem:
    return TimelineItem(
        what=what,
        who=who,
        when=moment(at),
        at=at.isoformat(),
        order=(at.timestamp(), rank),
        note=more.get("note", ""),
        tone=more.get("tone", "neutral"),
        icon_name=more.get("icon_name"),
    )


def _moved(move: Move, facts: Facts) -> TimelineItem:
    is_first = move is facts.moves[0]
    what = _first_words(facts) if is_first else _MOVE_WORDS[move.to].format(who=move.who)
    note = _asked_note(move.to, facts) if is_first else _ended_note(move, facts)
    if is_first:
        return _item(move.at, 2, what, "", note=note, icon_name="send")
    return _item(move.at, 2, what, move.who, note=note, tone=TONES[move.to])


_MOVE_WORDS = {
    LineState.PENDING_APPROVAL: "",
    LineState.APPROVED: "Approved",
    LineState.FULFILLING: "We started to prepare it",
    LineState.FULFILLED: "It is yours",
    LineState.DECLINED: "{who} said no",
    LineState.WITHDRAWN: "The request was withdrawn",
    LineState.EXPIRED: "Nobody answered in time, so the request ended",
    LineState.CANCELLED: "Cancelled",
    LineState.FAILED: "This could not be delivered",
    LineState.REFUNDED: "Cancelled after it was yours",
}


def _first_words(facts: Facts) -> str:
    return f"{facts.asker or 'You'} asked for it"


def _asked_note(to: LineState, facts: Facts) -> str:
    if to is LineState.PENDING_APPROVAL:
        why = why_asked(is_own=facts.is_own and not facts.asker)
        return f"{points_are(facts.points)} set aside. After a no all of it comes back.{why}"
    return f"{points_word(facts.points)}. No approval is needed."


def came_back(returned: Returned) -> str:
    """What became of points that came back, in a sentence: not all of them can be spent again."""
    if returned.usable == returned.points:
        return f"{points_are(returned.points)} back."
    reasons = [
        (returned.expired, "past their last day"),
        (returned.owed, "needed to fill what a correction took back"),
    ]
    why = " and ".join(f"{points(amount)} were {reason}" for amount, reason in reasons if amount)
    return (
        f"{points_word(returned.points)} came back, {points(returned.usable)} of them to spend: "
        f"{why}."
    )


def _ended_note(move: Move, facts: Facts) -> str:
    if move.to not in GIVEN_BACK:
        return move.note
    back = came_back(facts.returned or Returned(facts.points))
    return f"“{move.note}” {back}" if move.note else back


def _said_yes(gate: Gate) -> TimelineItem:
    assert gate.settled_at is not None
    return _item(gate.settled_at, 1, f"Yes from {gate.decided_by}", "", tone="ok")


_SAID_WORDS = {
    NoteKind.QUESTION: ("{who} asks", "message-circle-question-mark"),
    NoteKind.ANSWER: ("{who} answered", "message-circle"),
    NoteKind.REMINDER: ("{who} sent a reminder", "bell"),
}


def _said(said: Said) -> TimelineItem:
    words, icon = _SAID_WORDS[said.kind]
    return _item(said.at, 3, words.format(who=said.who), "", note=said.text, icon_name=icon)


def _next(facts: Facts) -> list[TimelineItem]:
    if facts.state is LineState.PENDING_APPROVAL:
        return _next_gates(facts)
    if facts.state in {LineState.APPROVED, LineState.FULFILLING}:
        note = facts.next_steps or "You get a letter as soon as it is ready."
        return [TimelineItem("We prepare it", note=note, is_next=True)]
    return []


def _next_gates(facts: Facts) -> list[TimelineItem]:
    waiting = [g for g in facts.gates if g.state in {StepState.OPEN, StepState.DECIDED}]
    later = [g for g in facts.gates if g.state is StepState.WAITING]
    ends = (
        f"Without an answer by {moment(facts.decide_by)} the points come back."
        if facts.decide_by
        else ""
    )
    items = [
        TimelineItem(
            f"Waiting for {who_decides(gate.names)}",
            when=decided_within(facts.usual),
            note=ends,
            is_next=True,
        )
        for gate in waiting
    ]
    return items + [
        TimelineItem(f"Then {who_decides(gate.names)} decides", is_next=True) for gate in later
    ]


def who_decides(names: Sequence[str]) -> str:
    """`Wei Zhang`; `Wei Zhang or Ana Souza`; `Wei Zhang or 3 others`."""
    if len(names) <= 2:
        return " or ".join(names)
    return f"{names[0]} or {len(names) - 1} others"


def why_asked(*, is_own: bool) -> str:
    """Why somebody else has to agree, where it is because of who asks; a sentence or nothing."""
    return " You had a hand in its terms, so somebody else has to agree to it." if is_own else ""


def in_turn(steps: Sequence[PlannedStep]) -> str:
    """Who decides step by step: `Omar Haddad, then Wei Zhang or Ana Sousa`."""
    return ", then ".join(who_decides([who.name for who in step.assignees]) for step in steps)


def decided_within(
    usual: timedelta | None, *, answers: int = 1, leaves_on: date | None = None
) -> str:
    """How long an answer usually takes; by when all have to be there while that is not known.

    `leaves_on`: of a trip that leaves before the usual days for an answer are over.
    """
    if usual is None and leaves_on is not None:
        return f"to be decided by {day(leaves_on)}, when it leaves"
    if usual is None:
        return f"to be decided within {DECIDE_WITHIN_WORKING_DAYS} working days"
    each = "each " if answers > 1 else ""
    return f"{each}usually decided within {span(usual)}"


def span(usual: timedelta) -> str:
    """A usual wait in round words: `1 hour`, `4 hours`, `1 day`, `3 days`."""
    hours = max(1, round(usual.total_seconds() / 3600))
    if hours < 20:
        return f"{hours} hour{'' if hours == 1 else 's'}"
    days = max(1, round(hours / 24))
    return f"{days} day{'' if days == 1 else 's'}"


def age(asked_at: datetime, at: datetime) -> str:
    """How long something waits, short: `12 min`, `2 h`, `1 d`."""
    minutes = max(0, int((at - asked_at).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 24 * 60 else f"{minutes // (24 * 60)} d"
