"""The story of a request in words, pure: what happened, who acts next and by when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from marketplace.ledger.queries import Returned
from marketplace.web.filters import moment, points, points_are, points_word
from redemption.approvals.clock_words import Chimed, Clock, ahead, chimed, ends
from redemption.approvals.states import NoteKind, StepState
from redemption.gifts.given import GivenGift
from redemption.states import GIVEN_BACK, LineState, RefundCause
from redemption.words import GateTold, came_back, counts_with, decided_within, why_asked

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
class StepTold:
    """One approval step: who was asked, who answered. `decided_by` only once it took effect.

    `by_policy`: nobody answered, and the policy said yes in their place.
    """

    seq: int
    state: StepState
    names: tuple[str, ...]
    opened_at: datetime | None
    settled_at: datetime | None
    decided_by: str = ""
    gate: int = 1
    needed: int = 1  # yeses of the whole gate
    by_policy: bool = False
    clock: Clock | None = None
    away: tuple[str, ...] = ()  # `Wei Zhang answers for Omar Haddad until 4 Dec 2026`


@dataclass(frozen=True, slots=True)
class Said:
    """A question, an answer or a reminder."""

    kind: NoteKind
    who: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Refunded:
    """What came back after it was spent: units, their points, and what of those did not."""

    cause: RefundCause
    units: int
    points: int
    kept: int
    who: str
    at: datetime
    note: str = ""

    @property
    def words(self) -> str:
        """`200 points are back for 2 of them; 20 stay spent, by the terms`, as a sentence."""
        units = f" for {self.units:,} of them" if self.units else ""
        kept = f"; {points(self.kept)} stay spent, by the terms" if self.kept else ""
        return f"{points_are(self.points)} back{units}{kept}."


@dataclass(frozen=True, slots=True)
class Missing:
    """There is none to send: until when the asker says what should happen, or that they wait."""

    answer_by: datetime
    is_awaited: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything a story is made of. `usual` is how long an answer usually takes."""

    state: LineState
    points: int
    moves: Sequence[Move]
    steps: Sequence[StepTold] = ()
    said: Sequence[Said] = ()
    next_steps: str = ""
    decide_by: datetime | None = None
    usual: timedelta | None = None
    refunds: Sequence[Refunded] = ()
    returned: Returned | None = None  # what became of the points; only the asker is told
    is_own: bool = False  # the asker had a hand in its terms
    counted: int = 0  # earlier requests it counts together with
    needs_rest: bool = False  # and the rest of its own request
    asker: str = ""  # named when somebody else reads; empty: the asker does
    missing: Missing | None = None  # there is none to send for now
    gift: GivenGift | None = None  # to a colleague
    is_sent: bool = False  # in parcels: spent once the first leaves


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
    items += [_said_yes(step) for step in facts.steps if step.state is StepState.APPROVED]
    items += [_said(said) for said in facts.said]
    endings = {move.at for move in facts.moves if move.to is LineState.REFUNDED}
    items += [_refunded(one) for one in facts.refunds if one.at not in endings]
    items += _taken(facts.gift)
    items += [
        _item(one.at, 3, one.what, "", note=one.note, icon_name="bell")
        for one in _chimed_once(facts.steps)
    ]
    items = [item for item in items if item.what]
    return sorted(items, key=lambda item: item.order) + _next(facts)


def _taken(gift: GivenGift | None) -> list[TimelineItem]:
    if gift is None or gift.answered_at is None or not gift.is_taken:
        return []
    return [_item(gift.answered_at, 1, f"{gift.recipient} took it", "", icon_name="gift")]


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
    what = _first_words(facts) if is_first else _move_words(move, facts)
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
    LineState.CANCELLED: "Canceled",
    LineState.FAILED: "This could not be delivered",
    LineState.REFUNDED: "Canceled after it was yours",
}


_REFUND_WORDS = {
    RefundCause.CANCELED: "Canceled after it was yours",
    RefundCause.NOT_DELIVERED: "This could not be delivered",
    RefundCause.LOST: "Lost on its way",
    RefundCause.FAULTY: "It came broken or wrong",
    RefundCause.SENT_BACK: "Sent back",
    RefundCause.GOODWILL: "Points back as a goodwill",
    RefundCause.NOT_WORKING: "It did not work",
    RefundCause.CALLED_OFF: "The trip was called off",
}


def _move_words(move: Move, facts: Facts) -> str:
    if move.to is LineState.REFUNDED and facts.refunds:
        return _REFUND_WORDS[facts.refunds[-1].cause]
    if move.to is LineState.FULFILLED and facts.gift is not None:
        return f"It is {facts.gift.recipient}’s"
    if move.to is LineState.FULFILLED and facts.is_sent:
        return "It was sent"
    return _MOVE_WORDS[move.to].format(who=move.who)


def _refunded(one: Refunded) -> TimelineItem:
    note = f"“{one.note}” {one.words}" if one.note else one.words
    return _item(one.at, 3, _REFUND_WORDS[one.cause], one.who, note=note, icon_name="undo-2")


def _first_words(facts: Facts) -> str:
    return f"{facts.asker or 'You'} asked for it"


def _asked_note(to: LineState, facts: Facts) -> str:
    if to is LineState.PENDING_APPROVAL:
        with_what = counts_with(facts.counted, needs_rest=facts.needs_rest)
        why = "" if facts.asker else why_asked(is_own=facts.is_own, counts_with=with_what)
        if facts.state is not LineState.PENDING_APPROVAL:
            return f"{points_word(facts.points)}, set aside while others decided.{why}"
        return f"{points_are(facts.points)} set aside. After a no all of it comes back.{why}"
    return f"{points_word(facts.points)}. No approval is needed."


def _ended_note(move: Move, facts: Facts) -> str:
    if move.to not in GIVEN_BACK:
        return move.note
    back = came_back(facts.returned or Returned(facts.points))
    return f"“{move.note}” {back}" if move.note else back


def _said_yes(step: StepTold) -> TimelineItem:
    assert step.settled_at is not None
    if step.by_policy:
        said = "The policy said yes, as nobody had answered"
        return _item(step.settled_at, 1, said, "", tone="ok")
    return _item(step.settled_at, 1, f"Yes from {step.decided_by}", "", tone="ok")


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
    if facts.state is LineState.APPROVED and facts.gift is not None and not facts.gift.is_taken:
        until = facts.gift.answer_by
        note = f"Until {moment(until)}; after that the points come back." if until else ""
        return [TimelineItem(f"{facts.gift.recipient} takes it, or not", note=note, is_next=True)]
    if facts.missing is not None:
        return [_missing(facts.missing, facts.asker)]
    if facts.state in {LineState.APPROVED, LineState.FULFILLING}:
        note = facts.next_steps or "You get a letter as soon as it is ready."
        return [TimelineItem("We prepare it", note=note, is_next=True)]
    return []


def _missing(missing: Missing, asker: str) -> TimelineItem:
    if missing.is_awaited:
        return TimelineItem("We send it as soon as there is one", is_next=True)
    what = f"{asker} says what should happen" if asker else "You say what should happen"
    note = f"Until {moment(missing.answer_by)}; after that the points come back."
    return TimelineItem(what, note=note, is_next=True)


def open_question(facts: Facts) -> Said | None:
    """The last question, unless it was answered or nobody waits any more."""
    talk = [said for said in facts.said if said.kind is not NoteKind.REMINDER]
    is_answered = not talk or talk[-1].kind is NoteKind.ANSWER
    return None if facts.state is not LineState.PENDING_APPROVAL or is_answered else talk[-1]


def _next_gates(facts: Facts) -> list[TimelineItem]:
    items: list[TimelineItem] = []
    asked = open_question(facts)
    for _number, grouped in groupby(facts.steps, key=lambda step: step.gate):
        steps = list(grouped)
        if (gate := _still_asked(steps)) is None:
            continue
        if items:
            items.append(TimelineItem(f"Then {gate.words} {gate.verb}", is_next=True))
            continue
        usual, note = decided_within(facts.usual), _without_answer(steps, facts.decide_by)
        words = f"Waiting for {gate.words}"
        if asked is not None:
            verb = f"{facts.asker} answers" if facts.asker else "You answer"
            items.append(TimelineItem(f"{verb} {asked.who}", is_next=True))
            words = f"Then {gate.words} {gate.verb}"
        items.append(TimelineItem(words, when=usual, note=note, is_next=True))
    return items


def _still_asked(steps: Sequence[StepTold]) -> GateTold | None:
    """Who may still be needed at a gate; None once it is passed.

    An answer that may be taken back is none yet, so whom it makes needless is still named.
    """
    yes = [step for step in steps if step.state is StepState.APPROVED]
    missing = steps[0].needed - len(yes)
    said_yes = {step.decided_by for step in yes}
    rest = [step for step in steps if step.state is not StepState.APPROVED]
    if missing <= 0 or not rest:
        return None
    names = (tuple(name for name in step.names if name not in said_yes) for step in rest)
    return GateTold(tuple(filter(None, names)) or (rest[0].names,), missing)


def _without_answer(steps: Sequence[StepTold], decide_by: datetime | None) -> str:
    """Who is away, and what comes when nobody answers.

    Of steps that are open together that of the first to do something.
    """
    waiting = [step for step in steps if step.state is StepState.OPEN]
    away = dict.fromkeys(f"{one}." for step in waiting for one in step.away)
    clocks = [step.clock for step in waiting if step.clock]
    soonest = min(clocks, key=lambda clock: clock.times.remind_at, default=None)
    comes = ahead(soonest, decide_by) if soonest else ends(decide_by)
    return " ".join([*away, comes]).strip()


def _chimed_once(steps: Sequence[StepTold]) -> list[Chimed]:
    """What the clocks did, said once where those of steps that were open together did the same."""
    every = [one for step in steps if step.clock for one in chimed(step.clock)]
    first: dict[str, Chimed] = {}
    for one in sorted(every, key=lambda one: one.at):
        first.setdefault(one.what, one)
    return list(first.values())
