"""The terms of an order rule, and its formula."""

from dataclasses import dataclass

from marketplace.programs.earning import MetricWords
from marketplace.programs.measures import Filter
from marketplace.programs.words import filters_in_words
from marketplace.web.filters import points_word


@dataclass(frozen=True, slots=True)
class OrderTerms:
    """`points` for every whole `per_amount` of one order, rounded down per order.

    `per_amount` is in the metric's whole units (cents, pieces); `only` narrows what counts.
    """

    metric_id: int
    points: int
    per_amount: int
    only: tuple[Filter, ...] = ()

    def points_for(self, amount: int) -> int:
        """Points an order of `amount` deserves; nothing for an order that is all returns."""
        return max(amount, 0) // self.per_amount * self.points

    def sentence(self, metric: MetricWords) -> str:
        """The rule in words: 1 point for every full $100 of an order."""
        return (
            f"{points_word(self.points)} for every full {metric.in_words(self.per_amount)} "
            f"of an order{filters_in_words(self.only)}."
        )

    def formula(self, metric: MetricWords, amount: int) -> str:
        """How the points of an order came about, as a sum in words."""
        steps, points = max(amount, 0) // self.per_amount, self.points_for(amount)
        per = metric.in_words(self.per_amount)
        rounded = f"{metric.in_words(amount)} ÷ {per}, rounded down, is"
        if self.points == 1:
            return f"{rounded} {points_word(points)}"
        return f"{rounded} {steps:,}; {steps:,} × {self.points:,} is {points_word(points)}"
