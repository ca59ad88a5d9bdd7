"""Each predicate of the desk bites: a row is forged and exactly that is named."""

import sqlalchemy as sa

from marketplace.ledger.check import ledger_violations
from tests.support.tampering import walls_down

FORGED = {
    "I45-fulfillment": "UPDATE redemption_lines SET changed_at = '2020-01-01 00:00:00', "
    "state = 'approved'",
    "I45-letters": "UPDATE letters SET state = 'waiting', written_at = '2020-01-01 00:00:00'",
    "I36-parcels": "UPDATE fulfillment_tasks SET state = 'delivered'",
    "I32-tasks": "UPDATE fulfillment_tasks SET state = 'packed'",
    "I27-bookings": "UPDATE bookings SET places = 2",
}


def test_a_forged_row_is_named(desk):
    assert ledger_violations() == []
    named = {}
    for name, forged in FORGED.items():
        with walls_down() as broken:
            if name == "I45-fulfillment":
                broken.execute(sa.text("UPDATE fulfillment_tasks SET state = 'closed'"))
            broken.execute(sa.text(forged))
            named[name] = {found.id for found in ledger_violations([name])}
    assert named == {name: {name} for name in FORGED}
    assert ledger_violations() == []


ONE_TRIP = "UPDATE redemption_lines SET variant_id = (SELECT variant_id FROM departures)"
MORE = [
    ("I27-bookings", "UPDATE redemption_lines SET state = 'fulfilled'"),
    ("I27-bookings", "DELETE FROM travelers"),
    ("I27-bookings", ONE_TRIP),
    ("I36-parcels", "UPDATE redemption_lines SET state = 'fulfilled'"),
    ("I36-parcels", "UPDATE fulfillment_tasks SET state = 'closed'"),
    ("I32-tasks", "DELETE FROM task_events"),
]


def test_each_side_of_a_predicate_bites(desk):
    named = []
    for name, forged in MORE:
        with walls_down() as broken:
            broken.execute(sa.text(forged))
            named.append((name, forged, {found.id for found in ledger_violations([name])}))
    assert named == [(name, forged, {name}) for name, forged in MORE]


def test_two_letters_under_one_key_are_named(desk):
    with walls_down() as broken:
        broken.execute(sa.text("CREATE TABLE copied AS SELECT * FROM letters"))
        broken.execute(sa.text("DROP TABLE letters"))
        broken.execute(sa.text("ALTER TABLE copied RENAME TO letters"))
        broken.execute(sa.text("UPDATE letters SET key = 'one for all'"))
        assert {found.id for found in ledger_violations(["I44-letters"])} == {"I44-letters"}
