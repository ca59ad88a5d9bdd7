"""The terms of shared goals and of milestone paths, and their rules in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.programs.earning import MetricWords
from marketplace.programs.goals.states import Period, Scope, Sharing
from marketplace.programs.measures import Measure
from marketplace.programs.states import Direction
from marketplace.programs.words import figure, measure_in_words
from marketplace.web.filters import day, points_word

WHOLE = 0
GOAL = 100
FEW_MILESTONES = 3


@dataclass(frozen=True, slots=True)
class Part:
    """What some departments are to reach together; without departments it is everyone.

    `target` is in the measure's whole numbers, `weight` the part's share of the whole goal. `key`
    is the part's own number for good, whatever it is called.
    """

    key: int
    name: str
    departments: tuple[int, ...]
    measure: Measure
    target: int
    weight: int = 1

    def is_lower(self, metrics: Mapping[int, MetricWords]) -> bool:
        """Whether the target is not to be exceeded."""
        return metrics[self.measure.metric_id].direction is Direction.LOWER

    def figure(self, metrics: Mapping[int, MetricWords], amount: int) -> str:
        """An amount of the part's measure as people read it."""
        return figure(self.measure, metrics, amount)

    def in_words(self, metrics: Mapping[int, MetricWords]) -> str:
        """Sales: €120,000 of Order value."""
        upto = "at most " if self.is_lower(metrics) else ""
        what = measure_in_words(self.measure, metrics)
        return f"{self.name}: {upto}{self.figure(metrics, self.target)} ({what})"


@dataclass(frozen=True, slots=True)
class Milestone:
    """A share of the target (in percent) to be reached by a day, and what that brings."""

    on: date
    share: int
    points: int


@dataclass(frozen=True, slots=True)
class GoalTerms:
    """Parts, the milestones on the way, and what the goal itself brings by the last day.

    `points` are those of a part that reaches it (`scope` PART) or of everyone together (WHOLE),
    and `sharing` says what becomes of them. No part counts for more than `most` percent of its
    target in the whole.
    """

    parts: tuple[Part, ...]
    milestones: tuple[Milestone, ...]
    points: int
    sharing: Sharing = Sharing.EQUAL
    scope: Scope = Scope.WHOLE
    most: int = 100

    @property
    def departments(self) -> tuple[int, ...]:
        """Everybody's departments; none when a part is for everyone."""
        if any(not part.departments for part in self.parts):
            return ()
        return tuple(sorted({one for part in self.parts for one in part.departments}))

    def marks(self, last_day: date) -> tuple[Milestone, ...]:
        """The milestones and, as the last one, the goal."""
        return (*self.milestones, Milestone(last_day, GOAL, self.points))

    def each(self, points: int, people: int) -> int:
        """What every one of so many people gets of the points of a milestone."""
        return points if self.sharing is Sharing.FULL else points // max(people, 1)

    def sentences(self, metrics: Mapping[int, MetricWords]) -> tuple[str, ...]:
        """The rule in three sentences."""
        parts = "; ".join(part.in_words(metrics) for part in self.parts)
        return (f"{parts}.", self._what_it_pays(), self._who_is_paid())

    def _what_it_pays(self) -> str:
        by = "all parts together reach" if self.scope is Scope.WHOLE else "a part reaches"
        goal = f"the goal brings {points_word(self.points)}"
        return f"When {by} it: {', '.join([*self._steps_in_words(), goal])}."

    def _steps_in_words(self) -> list[str]:
        paying = [milestone for milestone in self.milestones if milestone.points]
        if len(paying) <= FEW_MILESTONES:
            return [
                f"{milestone.share} % by {day(milestone.on)} brings {points_word(milestone.points)}"
                for milestone in paying
            ]
        least, most = (f(milestone.points for milestone in paying) for f in (min, max))
        points = points_word(most) if least == most else f"{least:,} to {points_word(most)}"
        return [f"each of {len(paying)} milestones brings {points}"]

    def _who_is_paid(self) -> str:
        whom = "of the part " if self.scope is Scope.PART else ""
        there = f"everyone {whom}who is there when it is first seen reached"
        if self.sharing is Sharing.FULL:
            return f"The points go in full to {there}."
        return f"They are split equally among {there}; what can't be divided stays in the budget."


@dataclass(frozen=True, slots=True)
class Step:
    """A step with a name of its own, its days and its points."""

    name: str
    starts_on: date
    ends_on: date
    points: int


@dataclass(frozen=True, slots=True)
class PathTerms:
    """Points for each period in which a person reaches their own target, and for all of it.

    The targets are those kept for the metric `target_metric_id`. `points` are those of a month or a
    quarter; `steps` have their own. `goal_points` are for the sum of somebody's targets.
    """

    measure: Measure
    target_metric_id: int
    period: Period
    points: int
    goal_points: int = 0
    steps: tuple[Step, ...] = ()

    def sentences(self, metrics: Mapping[int, MetricWords]) -> tuple[str, ...]:
        """The rule in three sentences or fewer."""
        what = measure_in_words(self.measure, metrics)
        is_lower = metrics[self.measure.metric_id].direction is Direction.LOWER
        side = "at or under" if is_lower else "at or over"
        first = f"{self._what_it_pays()} {side} your own target ({what})."
        goal = f"{points_word(self.goal_points)} more for the sum of your targets."
        none = "Where you have no target there is nothing to reach."
        return (first, goal, none) if self.goal_points else (first, none)

    def _what_it_pays(self) -> str:
        if self.period is Period.MONTH:
            return f"{points_word(self.points)} for each calendar month"
        if self.period is Period.QUARTER:
            return f"{points_word(self.points)} for each quarter"
        return ", ".join(f"{step.name} brings {points_word(step.points)}" for step in self.steps)
