"""Reads of programs, one module per audience."""

from marketplace.programs.queries.metrics import (
    GrantedSubject,
    granted_subjects,
    metric_choices,
    metric_id_choices,
    metric_named,
    minor_units,
)
from marketplace.programs.queries.report import PointsRow, points_report

__all__ = [
    "GrantedSubject",
    "PointsRow",
    "granted_subjects",
    "metric_choices",
    "metric_id_choices",
    "metric_named",
    "minor_units",
    "points_report",
]
