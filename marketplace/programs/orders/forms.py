"""Forms of the order rule: syntax only."""

from typing import Any

from wtforms import Field, SelectField

from marketplace.programs.forms import Choices, FilterField, ProgramForm, RuleForm
from marketplace.web.forms import Filled, WholeNumberField, choices


def _points() -> Field:
    return WholeNumberField(
        "Points", low=1, high=100_000, validators=[Filled("Enter how many points.")]
    )


def _per_whole() -> Field:
    return WholeNumberField(
        "For every whole",
        low=1,
        high=100_000_000,
        description="In whole units of the metric's currency, or pieces. Rounded down per order.",
        validators=[Filled("Enter the amount that brings the points.")],
    )


class OrderRuleForm(RuleForm):
    """A new version of an order rule."""

    points = _points()
    per_whole = _per_whole()
    only = FilterField()


class OrderProgramForm(ProgramForm):
    """A new order-rule program."""

    metric = SelectField("Metric")
    points = _points()
    per_whole = _per_whole()
    only = FilterField()

    def __init__(self, metrics: Choices, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.metric.choices = choices(metrics)
