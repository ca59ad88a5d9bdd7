"""The formulas: pure functions from results to points, and the sentence that explains them."""

from dataclasses import dataclass
from datetime import date

from marketplace.web.filters import money, points_word


@dataclass(frozen=True, slots=True)
class OrderRule:
    """`points` for every whole `per_amount` of one order, rounded down per order."""

    version: int
    metric_id: int
    points: int
    per_amount: int
    currency: str | None

    def points_for(self, amount: int) -> int:
        """Points an order of `amount` deserves; nothing for an order that is all returns."""
        return max(amount, 0) // self.per_amount * self.points

    @property
    def unit(self) -> str:
        """The amount that brings points, in words: $100, or 5."""
        return self.in_words(self.per_amount)

    @property
    def sentence(self) -> str:
        """The rule in words: 1 point for every full $100 of an order."""
        return f"{points_word(self.points)} for every full {self.unit} of an order"

    def in_words(self, amount: int) -> str:
        """An amount of the metric in words."""
        return money(amount, self.currency) if self.currency else f"{amount:,}"


@dataclass(frozen=True, slots=True)
class OrderTotal:
    """What one person sold under one order number."""

    employee_id: int
    group_ref: str
    amount: int
    lines: int
    on_day: date


def explain(rule: OrderRule, order: OrderTotal) -> dict[str, object]:
    """What an award remembers of how it came about, so that it can explain itself for ever."""
    steps, points = max(order.amount, 0) // rule.per_amount, rule.points_for(order.amount)
    rounded = f"{rule.in_words(order.amount)} ÷ {rule.unit}, rounded down, is"
    one_each = f"{rounded} {points_word(points)}"
    several_each = f"{rounded} {steps:,}; {steps:,} × {rule.points:,} is {points_word(points)}"
    return {
        "event": f"Order {order.group_ref} of {rule.in_words(order.amount)}",
        "formula": one_each if rule.points == 1 else several_each,
        "lines": order.lines,
        "amount": order.amount,
        "currency": rule.currency,
        "on_day": order.on_day.isoformat(),
        "rule": rule.sentence,
        "rule_version": rule.version,
        "points": points,
    }
