"""A contest in words: its rule in three sentences, figures, places and prizes."""

from collections.abc import Mapping

from marketplace.programs.contests.figures import is_lower_better
from marketplace.programs.contests.ratios import percent
from marketplace.programs.contests.states import Between, ContestForm, Sharing, TieRule
from marketplace.programs.contests.terms import ContestTerms, Part, Prize
from marketplace.programs.earning import MetricWords
from marketplace.programs.measures import Counting, Measure
from marketplace.programs.words import figure as measure_figure
from marketplace.programs.words import filters_in_words, measure_in_words
from marketplace.web.filters import day, points_word

Metrics = Mapping[int, MetricWords]
_COUNTED = {
    Counting.RESULTS: ("result", "results"),
    Counting.ORDERS: ("order", "orders"),
    Counting.NEW_CLIENTS: ("new client", "new clients"),
}
_WHO = {
    Between.PEOPLE: ("person", "people"),
    Between.TEAMS: ("team", "teams"),
    Between.DEPARTMENTS: ("department", "departments"),
    Between.REGIONS: ("region", "regions"),
}


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{'th' if 10 <= number % 100 <= 20 else ending}"


def figure_in_words(terms: ContestTerms, metrics: Metrics, figure: int | None) -> str:
    """A figure as the board shows it; “no figure” where there is nothing to compare with."""
    if figure is None:
        return "No figure"
    if terms.form.is_ratio:
        return percent(figure, signed=terms.form is ContestForm.GROWTH)
    return amount_in_words(terms, metrics, figure)


def amount_in_words(terms: ContestTerms, metrics: Metrics, amount: int) -> str:
    """An amount that counts: money, a number of things, points of a score, tickets, or steps."""
    if terms.form is ContestForm.RAFFLE:
        return f"{amount:,} ticket{'' if amount == 1 else 's'}"
    if terms.form is ContestForm.SCORE:
        return f"{amount:,} in the score"
    if terms.form is ContestForm.CHAIN:
        return f"{amount:,} step{'' if amount == 1 else 's'}"
    measure = terms.measures[0]
    return measure_figure(measure, metrics, amount)


def sentences_of(terms: ContestTerms, metrics: Metrics) -> tuple[str, ...]:
    """The rule as everyone reads it."""
    first = f"{_who_wins(terms, metrics)}{_condition(terms, metrics)}."
    return first, prizes_in_words(terms), _ties(terms)


def _who_wins(terms: ContestTerms, metrics: Metrics) -> str:
    one, many = _WHO[terms.between]
    several = one if terms.places == 1 else f"{terms.places:,} {many}"
    return _WINS[terms.form](terms, metrics, f"The {several}", (one, many))


def _what(terms: ContestTerms, metrics: Metrics) -> str:
    if terms.own_measures:
        each = "; ".join(
            f"{own.department}: {measure_in_words(own.measure, metrics)}"
            f"{' of everyone' if own.is_everyones else ''}"
            for own in terms.own_measures
        )
        return f"its own measure ({each})"
    return measure_in_words(terms.measures[0], metrics)


def _top(terms: ContestTerms, metrics: Metrics, who: str, _words: tuple[str, str]) -> str:
    least = "least" if is_lower_better(terms, metrics) else "most"
    return f"{who} with the {least} {_what(terms, metrics)}"


def _threshold(terms: ContestTerms, metrics: Metrics, _who: str, words: tuple[str, str]) -> str:
    aim = amount_in_words(terms, metrics, terms.threshold or 0)
    if terms.first_to_reach is None:
        return f"Every {words[0]} that reaches {aim} of {_what(terms, metrics)}"
    first = words[0] if terms.first_to_reach == 1 else f"{terms.first_to_reach:,} {words[1]}"
    return f"The first {first} to reach {aim} of {_what(terms, metrics)}"


def _growth(terms: ContestTerms, metrics: Metrics, who: str, _words: tuple[str, str]) -> str:
    assert terms.baseline_from is not None
    assert terms.baseline_to is not None
    since = f"{day(terms.baseline_from)} to {day(terms.baseline_to)}"
    return f"{who} with the most growth in {_what(terms, metrics)} over {since}"


def _target(terms: ContestTerms, metrics: Metrics, who: str, _words: tuple[str, str]) -> str:
    return f"{who} with the highest percentage of their own target in {_what(terms, metrics)}"


def part_in_words(part: Part, metrics: Metrics, *, form: ContestForm) -> str:
    """One measure of a score, or one step of a chain."""
    per = measure_figure(part.measure, metrics, part.per)
    what = measure_in_words(part.measure, metrics)
    return (
        f"{part.points:,} for every {per} of {what}"
        if form is ContestForm.SCORE
        else (f"{per} of {what}")
    )


def _score(terms: ContestTerms, metrics: Metrics, who: str, _words: tuple[str, str]) -> str:
    parts = ", ".join(part_in_words(part, metrics, form=terms.form) for part in terms.parts)
    return f"{who} with the highest score ({parts})"


def _chain(terms: ContestTerms, metrics: Metrics, who: str, _words: tuple[str, str]) -> str:
    steps = ", then ".join(part_in_words(part, metrics, form=terms.form) for part in terms.parts)
    return f"{who} with most steps done in their order ({steps})"


def _raffle(terms: ContestTerms, metrics: Metrics, who: str, _words: tuple[str, str]) -> str:
    each = _ticket(terms.measures[0], metrics, terms.per_ticket or 1)
    return f"Every {each} a ticket. {who} drawn by lot"


def _ticket(measure: Measure, metrics: Metrics, per: int) -> str:
    if measure.counting not in _COUNTED:
        much = measure_figure(measure, metrics, per)
        return f"full {much} of {measure_in_words(measure, metrics)} is"
    one, many = _COUNTED[measure.counting]
    where = f"in {metrics[measure.metric_id].name}{filters_in_words(measure.only)}"
    return f"{one} {where} is" if per == 1 else f"{per:,} {many} {where} are"


_WINS = {
    ContestForm.TOP: _top,
    ContestForm.THRESHOLD: _threshold,
    ContestForm.GROWTH: _growth,
    ContestForm.TARGET: _target,
    ContestForm.SCORE: _score,
    ContestForm.CHAIN: _chain,
    ContestForm.RAFFLE: _raffle,
}


def _condition(terms: ContestTerms, metrics: Metrics) -> str:
    found = []
    if terms.least_figure is not None:
        found.append(f"at least {figure_in_words(terms, metrics, terms.least_figure)}")
    if terms.least_attainment is not None:
        found.append(f"at least {percent(terms.least_attainment)} of one’s own target")
    win = " wins" if terms.is_open or (terms.winning_places == 1) else " win"
    return f"{win}; for a place it takes {' and '.join(found)}" if found else win


def prize_in_words(prize: Prize) -> str:
    """What a rank brings: 5,000 points and Lisbon long weekend."""
    points = points_word(prize.points) if prize.points else ""
    return " and ".join(part for part in (points, prize.reward) if part) or "the honor"


def prizes_in_words(terms: ContestTerms) -> str:
    """What each place brings, and to whom."""
    if not terms.prizes:
        return "It is for the honor."
    each = "; ".join(
        f"{_ranks(prize, is_open=terms.is_open)}: {prize_in_words(prize)}" for prize in terms.prizes
    )
    if terms.between is Between.PEOPLE:
        to = ""
    elif terms.sharing is Sharing.SPLIT:
        to = " Points are split among the members; what can’t be divided stays in the budget."
    else:
        to = " Each member gets it."
    return f"{each}.{to}"


def _ranks(prize: Prize, *, is_open: bool) -> str:
    if is_open:
        return "Each winner"
    if prize.first == prize.last:
        return f"{ordinal(prize.first)} place"
    to = "and" if prize.last == prize.first + 1 else "to"
    return f"{ordinal(prize.first)} {to} {ordinal(prize.last)} place"


def _ties(terms: ContestTerms) -> str:
    if terms.form is ContestForm.RAFFLE:
        said = "Nobody is drawn twice."
    elif terms.is_open:
        said = "Everyone gets the same."
    elif terms.ties is TieRule.EACH:
        said = "Those who share a rank each get its whole prize, also at the last place."
    else:
        said = (
            "Those who share a rank share what their ranks bring together, rounded down; the rest "
            "stays in the budget."
        )
    if terms.alternates:
        wait = "waits" if terms.alternates == 1 else "wait"
        said += f" {terms.alternates:,} more {wait} in line."
    return said
