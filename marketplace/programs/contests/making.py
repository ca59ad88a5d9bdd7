"""From a filled form to the terms of a contest, and back."""

from collections.abc import Mapping, Sequence
from typing import Any

from marketplace.programs.contests.states import Between, ContestForm, Privacy, Sharing, TieRule
from marketplace.programs.contests.terms import (
    MOST_PLACES,
    ContestTerms,
    OwnMeasure,
    Part,
    Prize,
)
from marketplace.programs.earning import MetricWords
from marketplace.programs.forms import filters_as_text
from marketplace.programs.measures import Measure
from marketplace.programs.words import minor_units

Metrics = Mapping[int, MetricWords]
Data = dict[str, Any]
PERCENT = 100  # hundredths in one


def terms_from(
    form: Any, contest: ContestForm, metrics: Metrics, names: Mapping[str, Mapping[str, str]]
) -> ContestTerms:
    """The terms of a validated form; `names` are the labels of departments and rewards chosen."""
    own = _own_measures(form, names["departments"])
    measure = form["what"].form.measure if "what" in form and not own else None
    unit = minor_units(measure, metrics) if measure else 1
    first_to_reach = _data(form, "first_to_reach")
    places = first_to_reach or _data(form, "places") or MOST_PLACES
    least = _data(form, "least_figure")
    attainment = _data(form, "least_attainment")
    return ContestTerms(
        form=contest,
        between=Between(form["between"].data),
        dimension=(form["dimension"].data or "").strip(),
        measure=measure,
        parts=_parts(form, metrics),
        own_measures=own,
        threshold=_times(_data(form, "threshold"), unit),
        first_to_reach=first_to_reach,
        baseline_from=_data(form, "baseline_from"),
        baseline_to=_data(form, "baseline_to"),
        per_ticket=_times(_data(form, "per_ticket"), unit),
        least_figure=_times(least, PERCENT if contest.is_ratio else unit),
        least_attainment=_times(attainment, PERCENT),
        places=places,
        alternates=_data(form, "alternates") or 0,
        prizes=_prizes(form, names["rewards"]),
        ties=TieRule(_data(form, "ties") or TieRule.EACH),
        sharing=Sharing(form["sharing"].data),
        privacy=Privacy(form["privacy"].data),
        freeze_days=_data(form, "freeze_days") or 0,
    )


def _data(form: Any, name: str) -> Any:
    return form[name].data if name in form else None


def _times(number: int | None, unit: int) -> int | None:
    return None if number is None else number * unit


def _parts(form: Any, metrics: Metrics) -> tuple[Part, ...]:
    filled = (
        [entry.form for entry in form["parts"] if entry.form.per.data] if ("parts" in form) else []
    )
    return tuple(
        Part(
            measure=row.measure,
            per=row.per.data * minor_units(row.measure, metrics),
            points=row.points.data or 1,
        )
        for row in filled
    )


def _own_measures(form: Any, departments: Mapping[str, str]) -> tuple[OwnMeasure, ...]:
    rows = [entry.form for entry in form["own"]] if "own" in form else []
    return tuple(
        OwnMeasure(
            department_id=int(row.department.data),
            department=departments[row.department.data],
            measure=row.measure,
            is_everyones=row.is_everyones.data,
        )
        for row in rows
        if row.department.data
    )


def _prizes(form: Any, rewards: Mapping[str, str]) -> tuple[Prize, ...]:
    rows = [entry.form for entry in form["prizes"] if entry.form.first.data]
    return tuple(
        Prize(
            first=row.first.data,
            last=row.last.data or row.first.data,
            points=row.points.data or 0,
            variant_id=int(row.reward.data) if row.reward.data else None,
            reward=rewards[row.reward.data] if row.reward.data else "",
        )
        for row in rows
    )


def data_of(terms: ContestTerms, metrics: Metrics) -> Data:
    """The terms as a form shows them."""
    unit = minor_units(terms.measure, metrics) if terms.measure else 1
    least_unit = PERCENT if terms.form.is_ratio else unit
    return {
        "between": terms.between.value,
        "dimension": terms.dimension,
        "what": _measure_data(terms.measure) if terms.measure else {},
        "parts": [_part_data(part, metrics) for part in terms.parts],
        "own": [
            {
                **_measure_data(own.measure),
                "department": str(own.department_id),
                "is_everyones": own.is_everyones,
            }
            for own in terms.own_measures
        ],
        "threshold": _over(terms.threshold, unit),
        "first_to_reach": terms.first_to_reach,
        "baseline_from": terms.baseline_from,
        "baseline_to": terms.baseline_to,
        "per_ticket": _over(terms.per_ticket, unit),
        "least_figure": _over(terms.least_figure, least_unit),
        "least_attainment": _over(terms.least_attainment, PERCENT),
        "places": terms.places,
        "alternates": terms.alternates or None,
        "prizes": [_prize_data(prize) for prize in terms.prizes],
        "ties": terms.ties.value,
        "sharing": terms.sharing.value,
        "privacy": terms.privacy.value,
        "freeze_days": terms.freeze_days or None,
    }


def _over(amount: int | None, unit: int) -> int | None:
    return None if amount is None else amount // unit


def _measure_data(measure: Measure) -> Data:
    return {
        "metric": str(measure.metric_id),
        "counting": measure.counting.value,
        "client": measure.client,
        "only": filters_as_text(measure.only),
    }


def _part_data(part: Part, metrics: Metrics) -> Data:
    per = part.per // minor_units(part.measure, metrics)
    return {**_measure_data(part.measure), "per": per, "points": part.points}


def _prize_data(prize: Prize) -> Data:
    reward = "" if prize.variant_id is None else str(prize.variant_id)
    return {"first": prize.first, "last": prize.last, "points": prize.points, "reward": reward}


def labels(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Choices as a look-up from the value to the words."""
    return dict(pairs)
