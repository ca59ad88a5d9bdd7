"""How far the parts of a shared goal are, and when a milestone was reached: sums, nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from marketplace.programs.goals.terms import GOAL, Part


@dataclass(frozen=True, slots=True)
class PartSoFar:
    """A part and what its people reached on each day. `is_final`: no result is missing any more."""

    part: Part
    is_lower: bool
    by_day: Mapping[date, int]
    is_final: bool = False

    def done(self, until: date) -> int:
        """What was reached until a day."""
        return sum(amount for on_day, amount in self.by_day.items() if on_day <= until)

    def is_known(self, until: date) -> bool:
        """Whether there is a figure at all: without any result, less is no achievement yet."""
        return self.is_final or any(on_day <= until for on_day in self.by_day)

    def percent(self, share: int | Fraction, until: date) -> Fraction:
        """How much of its target a part has by a day, in percent.

        Where less is better, it has `share` as long as it stays within that share of the limit, and
        less the further it is beyond.
        """
        done = self.done(until)
        if not self.is_lower:
            return Fraction(max(done, 0) * 100, self.part.target)
        allowed = Fraction(self.part.target) * share / 100
        if not self.is_known(until):
            return Fraction(0)
        return Fraction(share) if done <= allowed else share * allowed / done


@dataclass(frozen=True, slots=True)
class Group:
    """What reaches a milestone together: one part, or several by weight, none above `most`."""

    parts: Sequence[PartSoFar]
    most: int

    @property
    def is_lower(self) -> bool:
        """Whether it shows only at the end of a milestone's last day."""
        return any(part.is_lower for part in self.parts)

    def percent(self, share: int | Fraction, until: date) -> Fraction:
        """How much of its target the group has by a day, in percent."""
        weights = sum(part.part.weight for part in self.parts)
        return sum(
            (
                min(part.percent(share, until), Fraction(self.most)) * part.part.weight
                for part in self.parts
            ),
            Fraction(0),
        ) / max(weights, 1)

    def reached_on(self, share: int, by: date, today: date) -> date | None:
        """The day on which `share` percent was reached, when it still is by the day `by`.

        Where less is better that is `by` itself, once it is over.
        """
        if self.percent(share, by) < share:
            return None
        if self.is_lower:
            is_over = by < today or all(part.is_final for part in self.parts)
            return by if is_over else None
        return next(
            (on_day for on_day in self._days(by) if self.percent(share, on_day) >= share), by
        )

    def _days(self, until: date) -> list[date]:
        days = {on_day for part in self.parts for on_day in part.by_day}
        return sorted(on_day for on_day in days if on_day <= until)


def share_of_time(first: date, last: date, today: date) -> Fraction:
    """How much of the days from first to last has passed, in percent."""
    passed = min(max(today - first + timedelta(days=1), timedelta()), last - first + timedelta(1))
    return Fraction(passed.days * GOAL, (last - first).days + 1)
