"""Reads of programs, one module per audience."""

from marketplace.programs.queries.metrics import (
    granted_subjects,
    metric_choices,
    metric_named,
    minor_units,
    rule_of,
)
from marketplace.programs.queries.report import PointsRow, points_report

__all__ = [
    "PointsRow",
    "granted_subjects",
    "metric_choices",
    "metric_named",
    "minor_units",
    "points_report",
    "rule_of",
]
