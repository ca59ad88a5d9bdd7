"""What points are worth: whole minor units, half up, by country and day."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput
from marketplace.ledger.operations import change_point_value, set_point_value
from marketplace.ledger.queries import Money, PointValue, point_value


@pytest.mark.parametrize(
    ("points", "minor", "per_points", "expected"),
    [
        (0, 1, 2, 0), (1, 1, 2, 1), (3, 1, 2, 2), (5, 1, 2, 3), (1, 1, 3, 0), (2, 1, 3, 1),
        (12_450, 85, 100, 10_583), (-1, 1, 2, -1), (-3, 1, 2, -2), (10**12, 10**9, 1, 10**21),
    ],
)  # fmt: skip
def test_worth_is_rounded_half_up(points, minor, per_points, expected):
    assert PointValue("US", "USD", minor, per_points).worth(points) == Money(expected, "USD")


def test_the_value_that_holds_is_the_latest_that_has_begun(at):
    today = at.date()
    with transaction():
        set_point_value(PointValue("de", "eur", 1, 1), valid_from=date(2020, 1, 1))
        set_point_value(PointValue("DE", "EUR", 2, 1), valid_from=today)
        set_point_value(PointValue("DE", "EUR", 3, 1), valid_from=today + timedelta(days=1))
    assert point_value("DE", at=at) == PointValue("DE", "EUR", 2, 1)
    assert point_value("de", at=at - timedelta(days=1)) == PointValue("DE", "EUR", 1, 1)
    assert point_value("DE", at=at + timedelta(days=1)) == PointValue("DE", "EUR", 3, 1)


def test_where_nobody_has_said_points_have_no_value(at):
    assert point_value("JP", at=at) is None
    assert point_value(None, at=at) is None


def test_the_same_day_again_replaces_the_value(at):
    for minor in (1, 2):
        with transaction():
            set_point_value(PointValue("JP", "JPY", minor, 1), valid_from=at.date())
    assert point_value("JP", at=at) == PointValue("JP", "JPY", 2, 1)


@pytest.mark.parametrize(
    "value",
    [
        PointValue("USA", "USD", 1, 1),
        PointValue("US", "$", 1, 1),
        PointValue("US", "USX", 1, 1),
        PointValue("US", "USD", 0, 1),
    ],
)
def test_a_value_that_makes_no_sense_is_refused(value, at):
    with pytest.raises(BadInput), transaction():
        set_point_value(value, valid_from=at.date())


def change(minor, *, day, at):
    with transaction():
        change_point_value(None, PointValue("JP", "JPY", minor, 1), valid_from=day, at=at)


def test_what_points_were_worth_on_a_day_that_is_over_stays(at):
    """A request of that day is told with the worth it had when Omar said yes to it."""
    today, day = at.date(), timedelta(days=1)
    change(1, day=today - 30 * day, at=at)
    for late in (today - 30 * day, today - day):
        with pytest.raises(BadInput, match=f"Say from which day on it changes, {today} or later"):
            change(9, day=late, at=at)
    assert point_value("JP", at=at - day) == PointValue("JP", "JPY", 1, 1)
    change(2, day=today, at=at)
    assert point_value("JP", at=at - day) == PointValue("JP", "JPY", 1, 1)
    assert point_value("JP", at=at) == PointValue("JP", "JPY", 2, 1)


def test_each_change_of_what_points_are_worth_is_noted_with_what_held_before(at):
    change(1, day=at.date(), at=at)
    change(2, day=at.date(), at=at)
    noted = sa.select(AuditEntry.details).where(AuditEntry.subject == "point_value:JP")
    told = [
        (one["before"], one["after"]) for one in session().scalars(noted.order_by(AuditEntry.id))
    ]
    assert told == [(None, [1, "JPY", 1]), ([1, "JPY", 1], [2, "JPY", 1])]
