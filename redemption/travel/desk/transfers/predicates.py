"""What must always hold of transfers: each counts who rides it, and has a seat for each."""

from marketplace.ledger.check import predicate

predicate(
    "I27-transfers",
    "each transfer counts who rides it, has a seat for each, and everyone goes on its departure",
    """SELECT l.item_id, l.taken, COUNT(s.traveler_id) AS riders FROM transfer_loads l
    LEFT JOIN itinerary_items i ON i.id = l.item_id
    LEFT JOIN transfer_seats s ON s.item_id = l.item_id
    GROUP BY l.item_id, l.taken, i.seats, i.kind
    HAVING l.taken <> COUNT(s.traveler_id) OR l.taken > i.seats OR i.kind <> 'transfer'
    UNION ALL SELECT s.item_id, s.traveler_id, NULL FROM transfer_seats s
    JOIN itinerary_items i ON i.id = s.item_id
    JOIN travelers t ON t.id = s.traveler_id
    JOIN bookings k ON k.id = t.booking_id
    WHERE k.variant_id <> i.variant_id OR k.state = 'cancelled'""",
)
