"""How far a goal or a path is, as the pages show it: kept as JSON, so a page is one statement."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from marketplace.programs.goals.calendar import day_in_words
from marketplace.programs.goals.states import MarkState, StepState


def percent_in_words(hundredths: int) -> str:
    """Hundredths of a percent as people read them: 55.56%, or 50%."""
    whole, rest = divmod(hundredths, 100)
    return f"{whole:,}.{rest:02d}%" if rest else f"{whole:,}%"


def hundredths_of(percent: Fraction) -> int:
    """A percentage in hundredths of a percent, rounded half up, yet never up to a whole percent.

    So nothing reads as 50 % or 100 % that is a little less.
    """
    rounded = int(percent * 100 + Fraction(1, 2))
    return rounded - 1 if rounded % 100 == 0 and percent * 100 < rounded else rounded


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone on a bar. `needed` is what it takes, `each` what it brings each of `people`.

    `points` is what is given for it in all; a bar that pays nothing has none.
    """

    on: date
    share: int
    needed: str
    state: MarkState
    reached_on: date | None
    points: int
    each: int
    people: int

    @property
    def on_short(self) -> str:
        """Its day as it stands under a bar: 31 Oct."""
        return day_in_words(self.on)


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a goal, or the whole with key 0. `hundredths`: of a percent of the target.

    `percent` is where the bar ends on the page; without departments it is everyone's.
    """

    key: int
    name: str
    departments: tuple[int, ...]
    hundredths: int
    text: str
    is_lower: bool
    marks: tuple[Mark, ...]

    @property
    def percent(self) -> int:
        """The end of the bar, from 0 to 100."""
        return min(max(self.hundredths // 100, 0), 100)

    @property
    def in_percent(self) -> str:
        """55.56%, or 50%."""
        return percent_in_words(self.hundredths)

    def is_of(self, department_id: int | None) -> bool:
        """Whether somebody of this department has a part in it."""
        return not self.departments or department_id in self.departments

    @property
    def next_mark(self) -> Mark | None:
        """The first milestone that can still be reached."""
        return next((mark for mark in self.marks if mark.state is MarkState.OPEN), None)


@dataclass(frozen=True, slots=True)
class GoalSoFar:
    """A shared goal: the whole and its parts."""

    whole: Bar
    parts: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class StepSoFar:
    """One step of somebody's path, in their own figures; `target` None: they have none."""

    name: str
    starts_on: date
    ends_on: date
    state: StepState
    done: int
    target: int | None
    done_words: str
    target_words: str
    points: int

    @property
    def percent(self) -> int:
        """How much of the target is done, from 0 to 100, for a bar."""
        if not self.target:
            return 100 if self.state is StepState.DONE else 0
        return min(max(self.done * 100 // self.target, 0), 100)


@dataclass(frozen=True, slots=True)
class PathSoFar:
    """Somebody's path; the goal at its end is there when it brings points."""

    steps: tuple[StepSoFar, ...]
    goal: StepSoFar | None

    @property
    def reached(self) -> int:
        """How many steps are done."""
        return sum(step.state is StepState.DONE for step in self.steps)

    @property
    def aims(self) -> int:
        """How many steps have a target."""
        return sum(step.state is not StepState.NO_TARGET for step in self.steps)

    @property
    def current(self) -> StepSoFar | None:
        """The step to work on: that of now, or the next one when that is done."""
        ahead = (StepState.NOW, StepState.NEXT)
        return next((step for step in self.steps if step.state in ahead), None)


@dataclass(frozen=True, slots=True)
class StepCount:
    """How many of those with a target in a step reached it."""

    name: str
    ends_on: date
    aims: int
    reached: int


@dataclass(frozen=True, slots=True)
class PathsSoFar:
    """All the paths of a program, step by step."""

    steps: tuple[StepCount, ...]
