"""The counts of the shelf, while several people look at once."""

from datetime import UTC, datetime

from catalog.audiences.queries import Standing
from catalog.shelf import census
from catalog.shelf.census import Dated, Holding
from catalog.states import Kind

MORNING, NOON, EVENING = (datetime(2026, 11, 23, hour, tzinfo=UTC) for hour in (9, 12, 18))


def test_maya_counts_right_while_omar_is_the_first_to_look_after_something_ended(monkeypatch):
    maya = omar = Standing()
    holding = Holding((Dated(0, 1, Kind.BADGE, 100, None, NOON),))
    assert len(holding.seen_by(maya, MORNING)) == 1
    grouped, found = census._grouped, []

    def interrupted(rows):
        monkeypatch.setattr(census, "_grouped", grouped)
        found.append(holding.seen_by(maya, EVENING))
        return grouped(rows)

    monkeypatch.setattr(census, "_grouped", interrupted)
    assert holding.seen_by(omar, EVENING) == ()
    assert found == [()]
    assert holding.seen_by(maya, EVENING) == ()
