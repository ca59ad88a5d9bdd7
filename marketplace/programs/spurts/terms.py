"""The terms of a spurt, and their words."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from marketplace.programs.earning import MetricWords
from marketplace.programs.measures import Counting, Measure
from marketplace.programs.words import figure, filters_in_words
from marketplace.web.filters import points_word

MOST_LEGS = 4
Metrics = Mapping[int, MetricWords]
OF_CLIENTS = frozenset({Counting.NEW_CLIENTS, Counting.NEW_CLIENT_VALUE})
_THINGS = {
    Counting.AMOUNT: ("piece", "pieces"),
    Counting.RESULTS: ("result", "results"),
    Counting.ORDERS: ("order", "orders"),
    Counting.NEW_CLIENTS: ("new client", "new clients"),
    Counting.NEW_CLIENT_VALUE: ("piece", "pieces"),
}


class Per(StrEnum):
    """What is taken together before it is divided into full amounts."""

    ORDER = "order"
    RESULT = "result"
    WINDOW = "window"

    @property
    def label(self) -> str:
        """The choice in words, for a form."""
        return _PER[self]


_SHORT = {
    Counting.AMOUNT: "amounts",
    Counting.RESULTS: "results",
    Counting.ORDERS: "orders",
    Counting.NEW_CLIENTS: "new clients",
    Counting.NEW_CLIENT_VALUE: "value of new clients",
}
_PER = {
    Per.ORDER: "Each order, or each new client",
    Per.RESULT: "Each line of the results",
    Per.WINDOW: "The whole spurt, added up",
}


@dataclass(frozen=True, slots=True)
class Leg:
    """`points` for every full `per_amount` of a measure, for some departments.

    `number` (1 to 4) is its place in the spurt for good: awards are known by it. `who` names the
    departments as they were called when the rule was set; without `departments` it is for
    everyone. `per_amount` is in the measure's whole numbers (cents, pieces). `cap` is the most one
    person can have from it.
    """

    number: int
    who: str
    departments: tuple[int, ...]
    measure: Measure
    points: int
    per_amount: int
    per: Per = Per.ORDER
    cap: int | None = None

    def is_for(self, department_id: int | None) -> bool:
        """Whether the people of a department take part."""
        return not self.departments or department_id in self.departments

    @property
    def title(self) -> str:
        """Whose it is and what it is about: “Marketing, new clients”."""
        return f"{self.who}, {_SHORT[self.measure.counting]}"

    def sentence(self, metrics: Metrics) -> str:
        """The leg in words, without a full stop."""
        most = f", at most {points_word(self.cap)} each" if self.cap is not None else ""
        return (
            f"{self.who}: {points_word(self.points)} for {self._each(metrics)}"
            f" in {metrics[self.measure.metric_id].name}{filters_in_words(self.measure.only)}{most}"
        )

    def _each(self, metrics: Metrics) -> str:
        measure, scope = self.measure, self._scope()
        if measure.counting.is_money and metrics[measure.metric_id].currency:
            return f"every full {figure(measure, metrics, self.per_amount)}{scope}"
        one, many = _THINGS[measure.counting]
        if self.per_amount == 1:
            return f"each {one}{scope if measure.counting.is_money else ''}"
        return f"every full {self.per_amount:,} {many}{scope}"

    def _scope(self) -> str:
        if self.per is Per.WINDOW:
            return " over the whole spurt"
        if self.measure.counting is Counting.NEW_CLIENT_VALUE:
            return " of a new client's first order"
        return f" of {'an order' if self.per is Per.ORDER else 'a result'}"

    def in_words(self, metrics: Metrics, amount: int) -> str:
        """A figure of this leg: $1,200, 5 pieces, 1 new client."""
        measure = self.measure
        text = figure(measure, metrics, amount)
        if measure.counting.is_money and metrics[measure.metric_id].currency:
            return text
        one, many = _THINGS[measure.counting]
        return f"{text} {one if amount == 1 else many}"


@dataclass(frozen=True, slots=True)
class SpurtTerms:
    """Up to four legs, and the most the spurt pays in all; None: no such cap."""

    legs: tuple[Leg, ...]
    cap: int | None = None

    @property
    def departments(self) -> tuple[int, ...]:
        """Everybody's departments; none when a leg is for everyone."""
        if any(not leg.departments for leg in self.legs):
            return ()
        return tuple(sorted({one for leg in self.legs for one in leg.departments}))

    def sentences(self, metrics: Metrics) -> tuple[str, ...]:
        """The rule as everyone reads it."""
        legs = tuple(f"{leg.sentence(metrics)}." for leg in self.legs)
        if self.cap is None:
            return legs
        most = f"The spurt pays at most {points_word(self.cap)} in all"
        return *legs, f"{most}: first come by day, order number and staff number."
