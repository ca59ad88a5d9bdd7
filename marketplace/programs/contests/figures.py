"""What each competitor reached: one function a form of contest, all of them exact."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from marketplace.programs.contests.ratios import reaches
from marketplace.programs.contests.sides import Days, Side, Sides, sides_of
from marketplace.programs.contests.states import ContestForm
from marketplace.programs.contests.terms import ContestTerms, Part, is_of_amounts
from marketplace.programs.earning import MetricWords, Run
from marketplace.programs.measures import Measure
from marketplace.programs.states import Direction


@dataclass(frozen=True, slots=True)
class Counted:
    """What one competitor reached: an amount, and what it is measured against (None: nothing).

    `base` 0 means that there is nothing to compare with, so there is no figure.
    """

    amount: int
    base: int | None = None
    reached_on: date | None = None

    @property
    def has_figure(self) -> bool:
        """Whether there is anything to rank by."""
        return self.base != 0


@dataclass(frozen=True, slots=True)
class Figure:
    """A competitor with what they reached, and whether that is enough for a place."""

    competitor: str
    side: Side
    counted: Counted
    qualifies: bool


def figures_of(run: Run) -> list[Figure]:
    """What every competitor reached in the days of the program, in no order."""
    terms: ContestTerms = run.rule.terms
    sides = sides_of(run)
    counted = _COUNTERS[terms.form](run, sides)
    targets = _own_targets(run, sides) if terms.least_attainment is not None else {}
    known = sides.known(counted.keys())
    found = []
    for competitor, side in known.items():
        mine = counted.get(competitor, _nothing(terms))
        enough = _qualifies(run, mine, targets.get(competitor))
        found.append(Figure(competitor, side, mine, enough))
    return found


def is_lower_better(terms: ContestTerms, metrics: Mapping[int, MetricWords]) -> bool:
    """Whether less is better: the metric says so and its own amounts are compared."""
    measure = terms.measure
    return (
        measure is not None
        and not terms.form.has_parts
        and terms.form is not ContestForm.RAFFLE
        and is_of_amounts(measure)
        and metrics[measure.metric_id].direction is Direction.LOWER
    )


def _nothing(terms: ContestTerms) -> Counted:
    """A competitor of whom nothing was reported."""
    if terms.form is ContestForm.CHAIN:
        return Counted(0, len(terms.parts))
    return Counted(0, 0 if terms.form.is_ratio else None)


def _qualifies(run: Run, mine: Counted, target: int | None) -> bool:
    terms: ContestTerms = run.rule.terms
    if not mine.has_figure:
        return False
    if terms.form is ContestForm.THRESHOLD and mine.reached_on is None:
        return False
    lower = is_lower_better(terms, run.rule.metrics)
    if not lower and terms.form is not ContestForm.GROWTH and mine.amount <= 0:
        return False
    least, form = terms.least_figure, terms.form
    if least is not None and not reaches(form, mine.amount, mine.base, least):
        return False
    if terms.least_attainment is None:
        return True
    wanted = mine.base if form is ContestForm.TARGET else target
    return bool(wanted) and reaches(ContestForm.TARGET, mine.amount, wanted, terms.least_attainment)


def _days(run: Run) -> tuple[date, date]:
    return run.program.starts_on, run.program.ends_on


def _measure(run: Run) -> Measure:
    """The one measure; where departments have their own, the sides read those instead."""
    return run.rule.terms.measures[0]


def _own_targets(run: Run, sides: Sides) -> dict[str, int]:
    return sides.targets(_measure(run), *_days(run))


def _most(run: Run, sides: Sides) -> dict[str, Counted]:
    reached = sides.sums(_measure(run), *_days(run))
    return {key: Counted(amount) for key, amount in reached.items()}


def _threshold(run: Run, sides: Sides) -> dict[str, Counted]:
    threshold = run.rule.terms.threshold
    days = sides.days(_measure(run), *_days(run))
    return {
        key: Counted(sum(amount for _, amount in mine), None, reached_on(mine, threshold))
        for key, mine in days.items()
    }


def reached_on(days: Days, threshold: int) -> date | None:
    """The day from which the running sum stayed at or above a number; None while it is below."""
    since, running = None, 0
    for on_day, amount in days:
        running += amount
        if running < threshold:
            since = None
        elif since is None:
            since = on_day
    return since


def _growth(run: Run, sides: Sides) -> dict[str, Counted]:
    terms: ContestTerms = run.rule.terms
    assert terms.baseline_from is not None
    assert terms.baseline_to is not None
    now = sides.sums(_measure(run), *_days(run))
    before = sides.sums(_measure(run), terms.baseline_from, terms.baseline_to)
    return {
        key: Counted(now.get(key, 0), max(before.get(key, 0), 0))
        for key in now.keys() | before.keys()
    }


def _target(run: Run, sides: Sides) -> dict[str, Counted]:
    reached, targets = sides.sums(_measure(run), *_days(run)), _own_targets(run, sides)
    return {
        key: Counted(reached.get(key, 0), targets.get(key, 0))
        for key in reached.keys() | targets.keys()
    }


def _score(run: Run, sides: Sides) -> dict[str, Counted]:
    scores: dict[str, int] = {}
    for part in run.rule.terms.parts:
        for key, amount in sides.sums(part.measure, *_days(run)).items():
            scores[key] = scores.get(key, 0) + points_of(part, amount)
    return {key: Counted(score) for key, score in scores.items()}


def points_of(part: Part, amount: int) -> int:
    """What an amount brings in a score: points for every full `per` of it."""
    return max(amount, 0) // part.per * part.points


def _chain(run: Run, sides: Sides) -> dict[str, Counted]:
    terms: ContestTerms = run.rule.terms
    reached = [sides.sums(part.measure, *_days(run)) for part in terms.parts]
    keys = {key for step in reached for key in step}
    return {
        key: Counted(steps_done(terms, [step.get(key, 0) for step in reached]), len(terms.parts))
        for key in keys
    }


def steps_done(terms: ContestTerms, amounts: Collection[int]) -> int:
    """How many steps are done: a later one counts only when all before it are."""
    done = 0
    for part, amount in zip(terms.parts, amounts, strict=True):
        if amount < part.per:
            break
        done += 1
    return done


def _tickets(run: Run, sides: Sides) -> dict[str, Counted]:
    per_ticket = run.rule.terms.per_ticket
    reached = sides.sums(_measure(run), *_days(run))
    tickets = {key: amount // per_ticket for key, amount in reached.items()}
    return {key: Counted(number) for key, number in tickets.items() if number > 0}


_COUNTERS: dict[ContestForm, Callable[[Run, Sides], dict[str, Counted]]] = {
    ContestForm.TOP: _most,
    ContestForm.THRESHOLD: _threshold,
    ContestForm.GROWTH: _growth,
    ContestForm.TARGET: _target,
    ContestForm.SCORE: _score,
    ContestForm.CHAIN: _chain,
    ContestForm.RAFFLE: _tickets,
}
