"""What is said of a request in passing: what it is, who decides, how long it takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marketplace.ledger.queries import Returned
from marketplace.web.filters import day, points, points_are, points_word, so_many
from redemption.approvals.clock import CLOSE_DAYS
from redemption.approvals.gates import listed
from redemption.approvals.policies import PlannedStep, by_gate


@dataclass(frozen=True, slots=True)
class GateTold:
    """Who is asked at the same time, step by step, and how many yeses that needs."""

    names: tuple[tuple[str, ...], ...]
    needed: int

    @property
    def words(self) -> str:
        """`Wei Zhang or Ana Sousa`; `Wei Zhang and Ana Sousa`; `2 of Wei Zhang and 4 others`."""
        groups = list(dict.fromkeys(self.names))
        everyone = list(dict.fromkeys(name for names in groups for name in names))
        if self.needed == 1:
            return who_decides(everyone)
        if self.needed >= len(everyone):
            return listed(everyone, "and")
        if len(groups) == 1:
            return f"{self.needed} of {among(everyone)}"
        said = [who_decides(names) for names in groups]
        if self.needed >= len(self.names):
            return listed(said, "and") if len(everyone) == len(groups) else ", and ".join(said)
        return f"{self.needed} of these: {', '.join(said)}"

    @property
    def verb(self) -> str:
        """What they do: one `decides`, several `decide`."""
        return "decides" if self.needed == 1 else "decide"


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


def title_of(snapshot: Mapping[str, Any]) -> str:
    """`Atlas Outdoor gift card × 3`."""
    quantity = snapshot["quantity"]
    return snapshot["name"] + (f" × {quantity}" if quantity > 1 else "")


def who_decides(names: Sequence[str]) -> str:
    """`Wei Zhang`; `Wei Zhang or Ana Souza`; `Wei Zhang or 3 others`."""
    if len(names) <= 2:
        return " or ".join(names)
    return f"{names[0]} or {len(names) - 1} others"


def among(names: Sequence[str]) -> str:
    """`Wei Zhang, Ana Souza and Liam Byrne`; `Wei Zhang and 4 others`."""
    return listed(names, "and") if len(names) <= 3 else f"{names[0]} and {len(names) - 1} others"


def why_asked(*, is_own: bool, counts_with: str = "") -> str:
    """Why somebody else has to agree, where it is because of who asks; sentences or nothing.

    `counts_with` is what nobody would be asked so without, see the function of that name.
    """
    hand = " You had a hand in its terms, so somebody else has to agree to it." if is_own else ""
    return f"{hand} It counts together with {counts_with}." if counts_with else hand


def counts_with(counted: int, *, needs_rest: bool = False) -> str:
    """`a request before`; `the rest of the request and 3 requests before`; empty for nothing."""
    rest = ["the rest of the request"] if needs_rest else []
    before = "a request before" if counted == 1 else f"{counted:,} requests before"
    return " and ".join([*rest, *([before] if counted else [])])


def in_turn(steps: Sequence[PlannedStep]) -> str:
    """Who decides gate by gate: `Omar Haddad, then Wei Zhang or Ana Sousa`."""
    return ", then ".join(told_of(gate).words for gate in by_gate(steps))


def told_of(gate: Sequence[PlannedStep]) -> GateTold:
    """A planned gate as people read it."""
    return GateTold(tuple(step.names for step in gate), gate[0].needed)


def decided_within(
    usual: timedelta | None, *, answers: int = 1, leaves_on: date | None = None
) -> str:
    """How long an answer usually takes; by when all have to be there while that is not known.

    `leaves_on`: of a trip that leaves before the usual days for an answer are over.
    """
    if usual is None and leaves_on is not None:
        return f"to be decided by {day(leaves_on)}, when it leaves"
    each = "each " if answers > 1 else ""
    if usual is None:
        return f"{each}to be decided within {CLOSE_DAYS} working days"
    return f"{each}usually decided within {span(usual)}"


def span(usual: timedelta) -> str:
    """A usual wait in round words: `1 hour`, `4 hours`, `1 day`, `3 days`."""
    hours = max(1, round(usual.total_seconds() / 3600))
    if hours < 20:
        return so_many(hours, "hour")
    days = max(1, round(hours / 24))
    return so_many(days, "day")


def age(asked_at: datetime, at: datetime) -> str:
    """How long something waits, short: `12 min`, `2 h`, `1 d`."""
    minutes = max(0, int((at - asked_at).total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 24 * 60 else f"{minutes // (24 * 60)} d"
