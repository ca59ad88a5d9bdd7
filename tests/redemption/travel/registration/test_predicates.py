"""Each predicate of registrations bites: a row is forged and exactly that is named."""

import pytest

from marketplace.kernel.db import transaction
from marketplace.ledger.check import ledger_violations
from redemption.travel.registration.operations.planning import draw_places
from tests.support.registration import fill, party, seats, send, wish_for
from tests.support.tampering import unnoticed

FORGED = [
    ("I27-activities", "UPDATE activity_counts SET taken = taken + 1"),
    ("I27-activities", "DELETE FROM activity_places"),
    ("I27-activities", "UPDATE itinerary_items SET seats = 0 WHERE id = {tram}"),
    ("I27-activity-places", "UPDATE bookings SET variant_id = variant_id + 1"),
    ("I31-registrations", "UPDATE registrations SET state = 'open' WHERE state = 'sent'"),
    ("I31-registrations", "UPDATE registrations SET version = version + 1"),
    ("I31-registrations", "DELETE FROM registration_events"),
    ("I31-registrations", "UPDATE registration_events SET from_state = 'sent' WHERE seq = 2"),
    ("I31-guests", "UPDATE registrations SET guest = guest + 1 WHERE traveler_id = {maya}"),
    (
        "I31-guests",
        """INSERT INTO guest_changes (traveler_id, number, flights, at)
        VALUES ({maya}, 2, 0, '2026-11-23 09:00:00+00:00')""",
    ),
    ("I49-guest-links", "UPDATE guest_links SET traveler_id = {maya}"),
    ("I49-guest-links", "UPDATE vault_subjects SET employee_id = {ben} WHERE employee_id IS NULL"),
]


@pytest.fixture
def told(club, booking, items, time):
    """Maya has sent hers and has a seat on the tram; her guest has a link."""
    fill(club.maya, booking)
    wish_for(club.maya, booking, items[0])
    send(club.maya, booking)
    here = party(club.maya, booking)
    _draw(club, here, time)
    assert seats(items) == [1, 0, 0]
    return {"tram": items[0], "maya": here.members[0].traveler_id, "ben": club.ben.id}


def _draw(club, here, time):
    time.forward(days=(here.starts_on - time().date()).days - 29)
    with transaction():
        draw_places(club.priya, here.variant_id, here.starts_on, at=time())


def test_nothing_is_found_when_all_is_well(told):
    assert ledger_violations() == []


def test_each_predicate_bites(told):
    assert unnoticed(FORGED, **told) == []
