"""Evaluating milestone paths: each person's steps against their own targets."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.programs.earning import Deserved, Earner, Evaluated, KindFacts, Progress, Rule, Run
from marketplace.programs.goals.calendar import are_whole_months, period_in_words, periods
from marketplace.programs.goals.operations import keep_paths, keep_standing
from marketplace.programs.goals.standing import PathSoFar, PathsSoFar, StepCount, StepSoFar
from marketplace.programs.goals.states import Period, StepState
from marketplace.programs.goals.terms import PathTerms, Step
from marketplace.programs.measures import by_person, by_person_and_month
from marketplace.programs.models import Program
from marketplace.programs.queries.targets import Span, targets_of
from marketplace.programs.states import Direction, ProgramKind
from marketplace.programs.words import figure
from marketplace.web.filters import points_word

MONTHS = {Period.MONTH: 1, Period.QUARTER: 3}
WHOLE_PATH = "goal"


class PathEarner(Earner):
    """Points for each step in which somebody reaches their own target."""

    facts = KindFacts(
        kind=ProgramKind.MILESTONES,
        label="Milestone path",
        note="Each person's own targets, month by month or step by step.",
        icon="milestone",
        terms=PathTerms,
        new_endpoint="paths_manage.new",
        rule_endpoint="paths_manage.change_rule",
    )

    def metric_ids(self, terms: PathTerms) -> Collection[int]:
        """The metric that is counted and the one the targets are kept for."""
        return {terms.measure.metric_id, terms.target_metric_id}

    def sentences(self, rule: Rule) -> Sequence[str]:
        """The rule in three sentences or fewer."""
        return rule.terms.sentences(rule.metrics)

    def launch_obstacle(self, program: Program, rule: Rule) -> str | None:
        """The days fit the steps, and somebody has a target in them."""
        terms: PathTerms = rule.terms
        obstacle = days_obstacle(terms, program.starts_on, program.ends_on)
        if obstacle:
            return obstacle
        if not targets_of(terms.target_metric_id, program.starts_on, program.ends_on):
            name = rule.metrics[terms.target_metric_id].name
            return f"Nobody has a target for {name} in these days. Import the targets first."
        return None

    def evaluate(self, run: Run) -> Evaluated:
        """What each person's reached steps deserve."""
        paths = _Paths(run).people()
        so_far = {who: path for who, path in paths.items() if path.aims}
        keep_paths(run.program.id, so_far)
        keep_standing(run.program.id, _counted(so_far.values()), at=run.at)
        deserved = [one for who, path in so_far.items() for one in _deserved(run, who, path)]
        return Evaluated(deserved, [_progress(who, path) for who, path in so_far.items()])


def days_obstacle(terms: PathTerms, first: date, last: date) -> str | None:
    """Why a path can't run between two days; None when its steps fit them."""
    months = MONTHS.get(terms.period)
    if months and not are_whole_months(first, last, months):
        what = "month" if months == 1 else "quarter"
        return f"The program has to begin and end with a whole {what}. Change its days."
    if any(not first <= step.starts_on <= step.ends_on <= last for step in terms.steps):
        return "Every step has to lie within the program's days. Change the steps."
    return None


def steps_of(terms: PathTerms, first: date, last: date) -> list[Step]:
    """The steps of a path between two days."""
    if terms.period is Period.NAMED:
        return list(terms.steps)
    return [
        Step(period_in_words(starts_on, ends_on), starts_on, ends_on, terms.points)
        for starts_on, ends_on in periods(first, last, MONTHS[terms.period])
    ]


@dataclass(frozen=True, slots=True)
class _Aim:
    """A step of one person: their figure (None: nothing reported) and their target."""

    step: Step
    done: int | None
    target: int | None


class _Paths:
    """One evaluation of everyone's path."""

    def __init__(self, run: Run) -> None:
        self.run, self.terms, self.metrics = run, run.rule.terms, run.rule.metrics
        first, last = run.program.starts_on, run.program.ends_on
        self.steps = steps_of(self.terms, first, last)
        self.targets = targets_of(self.terms.target_metric_id, first, last)
        self.figures = self._figures(first, last)
        metric = self.metrics[self.terms.measure.metric_id]
        self.is_lower = metric.direction is Direction.LOWER

    def _figures(self, first: date, last: date) -> Sequence[Mapping[int, int]]:
        """What each person reached in each step; nobody who reported nothing."""
        measure = self.terms.measure
        if self.terms.period is Period.NAMED:
            return [by_person(measure, step.starts_on, step.ends_on) for step in self.steps]
        found: list[dict[int, int]] = [{} for _ in self.steps]
        for (who, month), amount in by_person_and_month(measure, first, last).items():
            place = next(n for n, step in enumerate(self.steps) if month <= step.ends_on)
            found[place][who] = found[place].get(who, 0) + amount
        return found

    def people(self) -> dict[int, PathSoFar]:
        """The paths of everyone with a target whom the program is for."""
        return {who: self._path(who) for who in sorted(self.targets) if self.run.is_for(who)}

    def _path(self, who: int) -> PathSoFar:
        aims = [
            _Aim(step, figures.get(who), _own_target(step, self.targets[who], self.is_lower))
            for step, figures in zip(self.steps, self.figures, strict=True)
        ]
        steps = tuple(self._step(aim) for aim in aims)
        return PathSoFar(steps, self._goal(aims) if self.terms.goal_points else None)

    def _goal(self, aims: Sequence[_Aim]) -> StepSoFar | None:
        """The sum of somebody's targets, and what they reached where they had one."""
        own = [aim for aim in aims if aim.target is not None]
        if not own:
            return None
        figures = [aim.done for aim in own if aim.done is not None]
        program, points = self.run.program, self.terms.goal_points
        whole = Step("All of it", program.starts_on, program.ends_on, points)
        return self._step(
            _Aim(whole, sum(figures) if figures else None, sum(aim.target or 0 for aim in own))
        )

    def _step(self, aim: _Aim) -> StepSoFar:
        step, done = aim.step, aim.done or 0
        return StepSoFar(
            name=step.name,
            starts_on=step.starts_on,
            ends_on=step.ends_on,
            state=self._state(aim),
            done=done,
            target=aim.target,
            done_words=self._words(done),
            target_words="" if aim.target is None else self._words(aim.target),
            points=step.points,
        )

    def _words(self, amount: int) -> str:
        return figure(self.terms.measure, self.metrics, amount)

    def _state(self, aim: _Aim) -> StepState:
        if aim.target is None:
            return StepState.NO_TARGET
        is_over = aim.step.ends_on < self.run.today or self.run.is_final
        if self._is_reached(aim, is_over=is_over):
            return StepState.DONE
        if not is_over:
            return StepState.NOW if aim.step.starts_on <= self.run.today else StepState.NEXT
        return StepState.WAITING if self.is_lower and aim.done is None else StepState.MISSED

    def _is_reached(self, aim: _Aim, *, is_over: bool) -> bool:
        """Where less is better it shows once the step is over, and only in results."""
        target = aim.target or 0
        if not self.is_lower:
            return aim.done is not None and aim.done >= target
        is_known = aim.done is not None or self.run.is_final
        return is_over and is_known and (aim.done or 0) <= target


def _own_target(step: Step, spans: Iterable[Span], is_lower: bool) -> int | None:
    """The target of exactly these days, or else the sum of those within; None without any.

    Where more is better a target of 0 is none: there would be nothing to reach.
    """
    within = [
        (first, last, amount)
        for first, last, amount in spans
        if step.starts_on <= first and last <= step.ends_on
    ]
    days = (step.starts_on, step.ends_on)
    exact = [amount for first, last, amount in within if (first, last) == days]
    amounts = exact or [amount for _, _, amount in within]
    if not amounts:
        return None
    return sum(amounts) if is_lower else sum(amounts) or None


def _deserved(run: Run, who: int, path: PathSoFar) -> Iterator[Deserved]:
    for step in path.steps:
        if step.state is StepState.DONE:
            subject = f"{step.starts_on.isoformat()}/{step.ends_on.isoformat()}"
            yield _award(run, who, step, subject)
    if path.goal is not None and path.goal.state is StepState.DONE:
        yield _award(run, who, path.goal, WHOLE_PATH)


def _award(run: Run, who: int, step: StepSoFar, subject: str) -> Deserved:
    return Deserved(
        employee_id=who,
        subject=subject,
        points=step.points,
        occurred_on=max(step.starts_on, min(step.ends_on, run.today)),
        reason=f"{run.program.name}: {step.name}",
        explanation={
            "event": f"{step.name}: {step.done_words}",
            "formula": f"{step.done_words} against your target of {step.target_words} "
            f"brings {points_word(step.points)}",
        },
    )


def _progress(who: int, path: PathSoFar) -> Progress:
    """The step of now as the bar, and how many are done."""
    steps = "step" if path.aims == 1 else "steps"
    so_far = f"{path.reached} of {path.aims} {steps} reached."
    now = path.current
    if now is None:
        return Progress(who, path.reached, path.aims, so_far)
    said = f"{now.name}: {now.done_words} of {now.target_words}. {so_far}"
    return Progress(who, now.done, now.target or None, said)


def _counted(paths: Iterable[PathSoFar]) -> PathsSoFar:
    counts: dict[tuple[date, date, str], list[int]] = {}
    for path in paths:
        for step in path.steps:
            count = counts.setdefault((step.starts_on, step.ends_on, step.name), [0, 0])
            count[0] += step.state is not StepState.NO_TARGET
            count[1] += step.state is StepState.DONE
    return PathsSoFar(
        tuple(
            StepCount(name, ends_on, aims, reached)
            for (_, ends_on, name), (aims, reached) in sorted(counts.items())
        )
    )
