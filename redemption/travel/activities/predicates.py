"""What must always hold of places on activities: counted rightly, and for people who go."""

from marketplace.ledger.check import predicate

predicate(
    "I27-activities",
    "seats of activities are counted rightly and never above what there is",
    """SELECT i.id AS item_id, i.seats, c.taken FROM itinerary_items i
    LEFT JOIN activity_counts c ON c.item_id = i.id
    WHERE COALESCE(c.taken, 0) > COALESCE(i.seats, 1000000000)
    OR COALESCE(c.taken, 0) <> (SELECT COUNT(*) FROM activity_places p WHERE p.item_id = i.id)""",
)
predicate(
    "I27-activity-places",
    "who has a place on an activity of a departure goes there",
    """SELECT p.item_id, p.traveler_id FROM activity_places p
    JOIN itinerary_items i ON i.id = p.item_id
    JOIN travelers t ON t.id = p.traveler_id JOIN bookings b ON b.id = t.booking_id
    WHERE b.variant_id <> i.variant_id""",
)
