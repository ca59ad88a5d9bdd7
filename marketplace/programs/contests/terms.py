"""The terms of a contest, as a version of its rule keeps them."""

from dataclasses import dataclass
from datetime import date

from marketplace.programs.contests.states import Between, ContestForm, Privacy, Sharing, TieRule
from marketplace.programs.measures import Counting, Measure

MOST_PARTS = 10
MOST_PLACES = 1_000


@dataclass(frozen=True, slots=True)
class Part:
    """A measure of a score or a step of a chain.

    In a score every full `per` (in the measure's whole units) brings `points`; in a chain the step
    is done at `per`.
    """

    measure: Measure
    per: int
    points: int = 1


@dataclass(frozen=True, slots=True)
class OwnMeasure:
    """What counts for one department in a contest where each has a measure of its own.

    `is_everyones`: what the whole organization reached, not only the department's own people.
    """

    department_id: int
    department: str
    measure: Measure
    is_everyones: bool = False


@dataclass(frozen=True, slots=True)
class Prize:
    """What the ranks from `first` to `last` (both count) bring: points, a reward, or both."""

    first: int
    last: int
    points: int = 0
    variant_id: int | None = None
    reward: str = ""


@dataclass(frozen=True, slots=True)
class ContestTerms:
    """What decides a contest, who competes, what the places bring, and who sees what.

    `least_figure` is in the figure's own unit (whole units of the measure, points of a score, or
    hundredths of a percent), `least_attainment` in hundredths of a percent of one's own target:
    both must be reached to have a place. `first_to_reach` narrows a threshold to so many; `places`
    are the ranks that win otherwise. `alternates` is how many wait in line. `per_ticket` is what
    brings a ticket of a raffle. `freeze_days` before the end the standings stand still.
    """

    form: ContestForm
    between: Between = Between.PEOPLE
    dimension: str = ""
    measure: Measure | None = None
    parts: tuple[Part, ...] = ()
    own_measures: tuple[OwnMeasure, ...] = ()
    threshold: int | None = None
    first_to_reach: int | None = None
    baseline_from: date | None = None
    baseline_to: date | None = None
    per_ticket: int | None = None
    least_figure: int | None = None
    least_attainment: int | None = None
    places: int = 3
    alternates: int = 0
    prizes: tuple[Prize, ...] = ()
    ties: TieRule = TieRule.EACH
    sharing: Sharing = Sharing.EACH_MEMBER
    privacy: Privacy = Privacy.ALL
    freeze_days: int = 0

    @property
    def is_open(self) -> bool:
        """Whether everyone who reaches the number wins, however many."""
        return self.form is ContestForm.THRESHOLD and self.first_to_reach is None

    @property
    def is_race(self) -> bool:
        """Whether the day of reaching decides."""
        return self.form is ContestForm.THRESHOLD and self.first_to_reach is not None

    @property
    def winning_places(self) -> int | None:
        """The last rank that wins; None when there is no last."""
        return None if self.is_open else self.first_to_reach or self.places

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Every measure it counts."""
        if self.own_measures:
            return tuple(own.measure for own in self.own_measures)
        if self.form.has_parts:
            return tuple(part.measure for part in self.parts)
        return (self.measure,) if self.measure else ()

    @property
    def unit(self) -> Measure | None:
        """The measure whose unit the figures are in; None for percentages and scores."""
        return None if self.form.is_ratio or self.form.has_parts else self.measure

    @property
    def rewards(self) -> tuple[Prize, ...]:
        """The prizes that are rewards of the catalog."""
        return tuple(prize for prize in self.prizes if prize.variant_id is not None)

    @property
    def metric_ids(self) -> tuple[int, ...]:
        """The metrics its measures read."""
        return tuple(dict.fromkeys(measure.metric_id for measure in self.measures))


def is_of_amounts(measure: Measure) -> bool:
    """Whether it counts the metric's own amounts, so that direction and targets have a meaning."""
    return measure.counting is Counting.AMOUNT
