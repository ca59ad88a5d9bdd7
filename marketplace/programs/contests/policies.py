"""What is wrong with the terms of a contest, said once for the form and for the launch."""

from datetime import date

from marketplace.programs.contests.figures import is_lower_better
from marketplace.programs.contests.states import Between, ContestForm, Privacy, Sharing, TieRule
from marketplace.programs.contests.terms import MOST_PARTS, ContestTerms, is_of_amounts
from marketplace.programs.contests.words import Metrics
from marketplace.programs.states import Direction

_LESS_IS_MORE = {ContestForm.TOP, ContestForm.GROWTH, ContestForm.TARGET}


def terms_obstacle(terms: ContestTerms, metrics: Metrics) -> str | None:
    """The first thing that does not fit together, and what to do; None when all does."""
    for look in (_measures, _numbers, _sides, _targets, _prizes, _line, _raffle):
        if obstacle := look(terms, metrics):
            return obstacle
    return None


def days_obstacle(terms: ContestTerms, starts_on: date, ends_on: date) -> str | None:
    """What does not fit the days of the contest; None when all does."""
    if terms.baseline_to and terms.baseline_to >= starts_on:
        return "The time to compare with has to end before the contest begins."
    if terms.freeze_days > (ends_on - starts_on).days:
        return "The standings can’t be frozen for longer than the contest runs."
    return None


def _measures(terms: ContestTerms, metrics: Metrics) -> str | None:
    if not terms.measures:
        what = "measure" if terms.form is ContestForm.SCORE else "step"
        return f"Enter at least one {what}." if terms.form.has_parts else "Choose what counts."
    if len(terms.parts) > MOST_PARTS:
        return f"Enter {MOST_PARTS} measures at most."
    if terms.own_measures and terms.form not in {ContestForm.GROWTH, ContestForm.TARGET}:
        return "Departments with measures of their own can only compete by growth or by target."
    lower = [
        metrics[measure.metric_id].name
        for measure in terms.measures
        if is_of_amounts(measure) and metrics[measure.metric_id].direction is Direction.LOWER
    ]
    if lower and (terms.own_measures or terms.form not in _LESS_IS_MORE):
        return (
            f"In {lower[0]} less is better, which this form of contest can’t count. "
            "Choose “Best figure”."
        )
    return None


def _numbers(terms: ContestTerms, metrics: Metrics) -> str | None:
    if terms.form is ContestForm.THRESHOLD and not terms.threshold:
        return "Enter the number to reach."
    if terms.form is ContestForm.GROWTH and not (terms.baseline_from and terms.baseline_to):
        return "Enter the first and last day of the time to compare with."
    if terms.form is ContestForm.RAFFLE and not terms.per_ticket:
        return "Enter what brings a ticket."
    if is_lower_better(terms, metrics) and (terms.least_figure or terms.least_attainment):
        return "Where less is better there can be no least figure. Leave it empty."
    return None


def _sides(terms: ContestTerms, _metrics: Metrics) -> str | None:
    if terms.between is Between.REGIONS and not terms.dimension:
        return "Enter the name under which results carry their region, as region."
    if terms.own_measures and terms.between is not Between.DEPARTMENTS:
        return "Only departments can have measures of their own."
    if terms.own_measures and len({own.department_id for own in terms.own_measures}) < len(
        terms.own_measures
    ):
        return "Each department can have one measure of its own. Choose different departments."
    return None


def _targets(terms: ContestTerms, _metrics: Metrics) -> str | None:
    needs = terms.form is ContestForm.TARGET or terms.least_attainment is not None
    if not needs:
        return None
    if terms.between is Between.REGIONS:
        return "Targets are people’s, so regions can’t be compared with them."
    if terms.form.has_parts or terms.form is ContestForm.RAFFLE:
        return "This form has no target of one’s own. Leave that percentage empty."
    if not all(is_of_amounts(measure) for measure in terms.measures):
        return "Targets are amounts of a metric. Let the sum of the amounts count."
    return None


def _prizes(terms: ContestTerms, _metrics: Metrics) -> str | None:
    last = terms.winning_places
    for prize in terms.prizes:
        if prize.first > prize.last:
            return "A prize goes from a rank to the same or a later one."
        if last is not None and prize.last > last:
            return f"A prize for rank {prize.last:,} can’t be won: {last:,} ranks win."
    if terms.rewards and terms.between is not Between.PEOPLE and terms.sharing is Sharing.SPLIT:
        return "A reward can’t be split among the members. Let each member get the prize."
    if terms.rewards and terms.ties is TieRule.SPLIT and not terms.is_open:
        return "A reward can’t be split among those who share a rank. Let each get the whole prize."
    return None


def _line(terms: ContestTerms, _metrics: Metrics) -> str | None:
    if not terms.alternates:
        return None
    if terms.is_open:
        return "Everyone who reaches the number wins, so nobody waits in line."
    if terms.between is not Between.PEOPLE:
        return (
            "Only people can wait in line: what one of a team, a department or a region declines "
            "has nobody it would go to. Leave that number empty."
        )
    if not terms.rewards:
        return (
            "Who waits in line gets a reward that a winner declines, and the "
            "prizes here are points only. Leave that number empty, or choose a reward."
        )
    return None


def _raffle(terms: ContestTerms, _metrics: Metrics) -> str | None:
    if terms.form is not ContestForm.RAFFLE:
        return None
    if terms.privacy is Privacy.VALUES_HIDDEN:
        return (
            "The tickets of a raffle are published, or nobody could check the draw. Choose that "
            "everyone sees them, or that names are left out and people see only themselves."
        )
    if terms.freeze_days:
        return "The tickets of a raffle are published, so they can’t be frozen. Enter 0 days."
    if terms.least_figure or terms.least_attainment:
        return "In a raffle a ticket is what it takes. Leave the least figure empty."
    return None
