"""Each predicate of the desk bites: a row is forged and exactly that is named."""

import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.operations.shipping import mark_sent
from redemption.fulfillment.states import Work
from tests.support.redemption import new_key
from tests.support.tampering import named_when

FORGED = {
    "I45-fulfillment": (
        "UPDATE fulfillment_tasks SET state = 'closed'",
        "UPDATE redemption_lines SET changed_at = '2020-01-01 00:00:00', state = 'approved'",
    ),
    "I45-letters": ("UPDATE letters SET state = 'waiting', written_at = '2020-01-01 00:00:00'",),
    "I36-parcels": ("UPDATE fulfillment_tasks SET state = 'delivered'",),
    "I32-tasks": ("UPDATE fulfillment_tasks SET state = 'packed'",),
    "I27-bookings": ("UPDATE bookings SET places = 2",),
}


def test_a_forged_row_is_named(desk):
    assert ledger_violations() == []
    named = {name: named_when(name, *forged) for name, forged in FORGED.items()}
    assert named == {name: {name} for name in FORGED}
    assert ledger_violations() == []


SENT = {
    "I36-units": [
        "UPDATE fulfillment_tasks SET sent_units = sent_units + 1 WHERE work = 'parcel'",
        "UPDATE fulfillment_tasks SET units = units + 1 WHERE work = 'parcel'",
        "UPDATE shipments SET state = 'replaced'",
        "UPDATE shipments SET units = units + 1",
    ],
    "I32-parcels": ["UPDATE shipments SET state = 'delivered'", "DELETE FROM shipment_events"],
}


def test_units_that_left_twice_are_named(desk):
    task_id = (
        session()
        .scalars(sa.select(FulfillmentTask.id).where(FulfillmentTask.work == Work.PARCEL))
        .one()
    )
    session().close()
    with transaction():
        mark_sent(desk.ana, task_id, Parcel("DHL"), request_key=new_key(), at=clock.now())
    for name, forgeries in SENT.items():
        for forged in forgeries:
            assert name in named_when(name, forged), forged
    assert ledger_violations() == []


ONE_TRIP = "UPDATE redemption_lines SET variant_id = (SELECT variant_id FROM departures)"
MORE = [
    ("I27-bookings", "UPDATE redemption_lines SET state = 'fulfilled'"),
    ("I27-bookings", "DELETE FROM travelers"),
    ("I27-bookings", ONE_TRIP),
    ("I27-bookings", "UPDATE bookings SET employee_id = (SELECT MIN(id) FROM employees)"),
    ("I31-bookings", "UPDATE bookings SET state = 'cancelled'"),
    ("I31-bookings", "UPDATE bookings SET version = version + 1"),
    ("I31-bookings", "DELETE FROM booking_events"),
    ("I36-parcels", "UPDATE redemption_lines SET state = 'fulfilled'"),
    ("I36-parcels", "UPDATE fulfillment_tasks SET state = 'closed'"),
    ("I32-tasks", "DELETE FROM task_events"),
]


def test_each_side_of_a_predicate_bites(desk):
    named = [(name, forged, named_when(name, forged)) for name, forged in MORE]
    assert named == [(name, forged, {name}) for name, forged in MORE]


def test_two_letters_under_one_key_are_named(desk):
    copied = (
        "CREATE TABLE copied AS SELECT * FROM letters",
        "DROP TABLE letters",
        "ALTER TABLE copied RENAME TO letters",
    )
    one_key = "UPDATE letters SET key = 'one for all'"
    assert named_when("I44-letters", *copied, one_key) == {"I44-letters"}
