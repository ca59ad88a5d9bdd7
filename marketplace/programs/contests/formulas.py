"""From sums to a figure, in a sentence that can be checked with pen and paper."""

from collections.abc import Sequence
from typing import Protocol

from marketplace.programs.contests.figures import points_of, steps_done
from marketplace.programs.contests.ratios import hundredths, percent, ratio
from marketplace.programs.contests.states import ContestForm
from marketplace.programs.contests.terms import ContestTerms, Part
from marketplace.programs.contests.words import Metrics, ordinal
from marketplace.programs.measures import Measure
from marketplace.programs.words import figure as measure_figure


class Standing(Protocol):
    """What is explained."""

    @property
    def rank(self) -> int | None: ...
    @property
    def figure(self) -> int | None: ...
    @property
    def base(self) -> int | None: ...
    @property
    def competitor(self) -> str: ...


def part_formula(terms: ContestTerms, metrics: Metrics, part: Part, total: int) -> str:
    """What one measure of a score brings, or whether a step is done."""
    reached = measure_figure(part.measure, metrics, total)
    per = measure_figure(part.measure, metrics, part.per)
    if terms.form is ContestForm.CHAIN:
        return f"{reached} of {per}: {'done' if total >= part.per else 'not done yet'}"
    steps = max(total, 0) // part.per
    return (
        f"{reached} ÷ {per}, rounded down, is {steps:,}; "
        f"{steps:,} × {part.points:,} is {points_of(part, total):,}"
    )


def whole_formula(
    terms: ContestTerms, metrics: Metrics, standing: Standing, totals: Sequence[int]
) -> str:
    """How the sums become the figure that ranks; `totals` are those of the sections, in order."""
    return _FORMULAS.get(terms.form, _together)(terms, metrics, standing, totals)


def _measure(terms: ContestTerms, standing: Standing) -> Measure:
    own = {f"department:{one.department_id}": one.measure for one in terms.own_measures}
    return own.get(standing.competitor) or terms.measures[0]


def _together(
    terms: ContestTerms, metrics: Metrics, standing: Standing, totals: Sequence[int]
) -> str:
    return f"Together {measure_figure(_measure(terms, standing), metrics, totals[0])}"


def _growth(
    terms: ContestTerms, metrics: Metrics, standing: Standing, totals: Sequence[int]
) -> str:
    now, before = (measure_figure(_measure(terms, standing), metrics, one) for one in totals)
    if totals[1] <= 0:
        return f"{now} now and nothing before: there is nothing to compare with, so no figure"
    result = percent(hundredths(ratio(terms.form, totals[0], totals[1])), signed=True)
    return f"({now} − {before}) ÷ {before} is {result}"


def _target(
    terms: ContestTerms, metrics: Metrics, standing: Standing, totals: Sequence[int]
) -> str:
    measure = _measure(terms, standing)
    reached = measure_figure(measure, metrics, totals[0])
    if not standing.base:
        return f"{reached} reached, but no target of one’s own, so no figure"
    target = measure_figure(measure, metrics, standing.base)
    result = percent(hundredths(ratio(terms.form, totals[0], standing.base)))
    return f"{reached} ÷ {target} (the target) is {result}"


def _score(terms: ContestTerms, metrics: Metrics, standing: Standing, totals: Sequence[int]) -> str:
    del metrics, standing
    brought = [points_of(part, total) for part, total in zip(terms.parts, totals, strict=True)]
    return f"{' + '.join(f'{one:,}' for one in brought)} is {sum(brought):,}"


def _chain(terms: ContestTerms, metrics: Metrics, standing: Standing, totals: Sequence[int]) -> str:
    del metrics, standing
    done, steps = steps_done(terms, totals), len(totals)
    result = percent(hundredths(ratio(terms.form, done, steps)))
    return f"{done:,} of {steps:,} steps done in their order is {result}"


def _raffle(
    terms: ContestTerms, metrics: Metrics, standing: Standing, totals: Sequence[int]
) -> str:
    measure, each = _measure(terms, standing), terms.per_ticket or 1
    tickets = max(totals[0], 0) // each
    sold, per = (measure_figure(measure, metrics, one) for one in (totals[0], each))
    return f"{sold} ÷ {per}, rounded down, is {tickets:,} ticket{'' if tickets == 1 else 's'}"


_FORMULAS = {
    ContestForm.GROWTH: _growth,
    ContestForm.TARGET: _target,
    ContestForm.SCORE: _score,
    ContestForm.CHAIN: _chain,
    ContestForm.RAFFLE: _raffle,
}


def rank_in_words(rank: int | None, ranked: int) -> str:
    """Where somebody stands."""
    return "No rank without a figure" if rank is None else f"{ordinal(rank)} of {ranked:,}"
