"""What must always hold of rooms: nobody in two, nobody in one too many, everyone of the trip."""

from marketplace.ledger.check import predicate

predicate(
    "I27-rooms",
    "each room counts who sleeps in it, and everyone in it goes on its departure",
    """SELECT r.id, r.taken, COUNT(b.traveler_id) AS beds FROM trip_rooms r
    LEFT JOIN trip_beds b ON b.room_id = r.id
    GROUP BY r.id, r.taken, r.sleeps
    HAVING r.taken <> COUNT(b.traveler_id) OR r.taken > r.sleeps
    UNION ALL SELECT r.id, b.traveler_id, NULL FROM trip_beds b
    JOIN trip_rooms r ON r.id = b.room_id
    JOIN travelers t ON t.id = b.traveler_id
    JOIN bookings k ON k.id = t.booking_id
    WHERE k.variant_id <> r.variant_id OR k.state = 'cancelled'
    UNION ALL SELECT r.id, k.rooms, r.number FROM trip_rooms r
    JOIN room_types k ON k.id = r.room_type_id
    WHERE k.variant_id <> r.variant_id OR r.number > k.rooms""",
)
