"""Rows of a form that count only when something is written in them."""

from typing import Any

from wtforms import Field, Form

from marketplace.programs.earning import MetricWords
from marketplace.web.forms import WholeNumberField, choices

MOST_POINTS = 10_000_000
Metrics = dict[int, MetricWords]


def points_field(label: str = "Points", **kwargs: Any) -> Field:
    """A number of points; 0 is none."""
    return WholeNumberField(label, low=0, high=MOST_POINTS, **kwargs)


def all_of(kind: type[Any]) -> list[Any]:
    """Every member of an enum, to choose from."""
    return choices([(one.value, one.label) for one in kind])


class RowForm(Form):
    """A row that counts only when something is written in it."""

    def is_blank(self) -> bool:
        """Whether nothing is written in it."""
        raise NotImplementedError

    def validate(self, extra_validators: Any = None) -> bool:
        """A blank row is right as it is."""
        if not self.is_blank():
            return super().validate(extra_validators)
        for field in self:
            field.errors = []
        return True


def is_empty(field: Field) -> bool:
    """Whether nothing was typed into a field, and nothing stands in it by itself."""
    raw = getattr(field, "raw_data", None)
    return not (raw and str(raw[0]).strip()) and not field.data
