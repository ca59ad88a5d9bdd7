"""What the clock of a step did and will do, in words, pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from marketplace.web.filters import moment, weekday
from redemption.approvals.clock import Times


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock of one step: its times, and when what was done. `added`: who is asked beside."""

    times: Times
    reminded_at: datetime | None = None
    escalated_at: datetime | None = None
    looked_at: datetime | None = None
    kept_for: str = ""
    asked: str = ""  # `Omar Haddad`; those who were asked first
    added: str = ""


@dataclass(frozen=True, slots=True)
class Chimed:
    """Something the clock did, for the timeline."""

    at: datetime
    what: str
    note: str = ""


def chimed(clock: Clock) -> Iterator[Chimed]:
    """What it did so far. Who was asked beside heard of it instead of a reminder."""
    if clock.reminded_at is not None and clock.reminded_at != clock.escalated_at:
        yield Chimed(clock.reminded_at, f"We reminded {clock.asked}")
    if clock.escalated_at is not None and clock.added:
        yield Chimed(
            clock.escalated_at, f"Nobody had answered, so {clock.added} may answer too from here on"
        )
    elif clock.escalated_at is not None:
        yield Chimed(clock.escalated_at, "Nobody had answered, and nobody above is left to ask")
    if clock.looked_at is not None and clock.kept_for:
        yield Chimed(clock.looked_at, "It did not go through by itself", clock.kept_for)


def ahead(clock: Clock, decide_by: datetime | None) -> str:
    """What comes when nobody answers, in the order in which it comes."""
    said = []
    if clock.reminded_at is None:
        said.append(f"Without an answer we remind them on {moment(clock.times.remind_at)}.")
    if clock.escalated_at is None:
        said.append(f"From {moment(clock.times.escalate_at)} somebody above may answer too.")
    if clock.times.passes_at is not None and clock.looked_at is None:
        said.append(f"By itself it goes through on {moment(clock.times.passes_at)}.")
    return " ".join([*said, ends(decide_by)]).strip()


def ends(decide_by: datetime | None) -> str:
    """By when somebody has to answer, and what happens to the points otherwise."""
    if decide_by is None:
        return ""
    return f"Without an answer by {moment(decide_by)} the points come back."


def closes_on(decide_by: datetime) -> str:
    """`Closes on Friday, 4 Dec 2026 at 09:00 UTC if nobody answers`."""
    return f"Closes on {weekday(decide_by)} at {decide_by:%H:%M} UTC if nobody answers"
