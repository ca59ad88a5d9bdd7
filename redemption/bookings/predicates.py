"""What must always hold of bookings: one for each trip asked for, and nobody goes twice."""

from marketplace.kernel.literals import quoted, quoted_moves
from marketplace.ledger.check import predicate
from redemption.bookings.states import MOVES, BookingState
from redemption.states import RESERVED, SPENT

_LIVE = quoted(RESERVED | SPENT)
_LEGAL = quoted_moves(MOVES)

predicate(
    "I27-bookings",
    "each trip in progress has its booking, confirmed once it is paid, and nobody goes twice",
    f"""SELECT l.id AS line_id, b.state FROM redemption_lines l
    JOIN rewards r ON r.id = l.reward_id AND r.kind IN ('individual_travel', 'group_trip')
    LEFT JOIN bookings b ON b.line_id = l.id
    WHERE (l.state = 'fulfilled' AND (b.state IS NULL OR b.state NOT IN ('confirmed', 'traveled')))
    OR (l.state IN ('cancelled', 'failed') AND b.state <> 'cancelled')
    OR (l.state = 'refunded' AND b.state NOT IN ('cancelled', 'traveled'))
    OR (b.id IS NOT NULL AND (b.places <> l.quantity OR b.employee_id <> l.employee_id
        OR b.variant_id <> l.variant_id))
    UNION ALL SELECT b.id, b.state FROM bookings b
    WHERE b.places <> (SELECT COUNT(*) FROM travelers t WHERE t.booking_id = b.id)
    OR NOT EXISTS (SELECT 1 FROM travelers t WHERE t.booking_id = b.id AND t.position = 1
        AND t.employee_id = b.employee_id)
    UNION ALL SELECT MAX(l.id), 'goes twice' FROM redemption_lines l
    JOIN departures d ON d.variant_id = l.variant_id WHERE l.state IN ({_LIVE})
    GROUP BY l.employee_id, l.variant_id HAVING COUNT(*) > 1""",  # noqa: S608
)
predicate(
    "I31-bookings",
    "bookings move only as the table of moves allows, and stand where their last move left them",
    f"""SELECT e.booking_id, e.from_state, e.to_state FROM booking_events e
    WHERE (e.from_state IS NULL AND e.to_state <> '{BookingState.REQUESTED}')
    OR (e.from_state IS NOT NULL AND e.from_state || '>' || e.to_state NOT IN ({_LEGAL}))
    UNION ALL SELECT b.id, e.to_state, b.state FROM bookings b
    LEFT JOIN booking_events e ON e.booking_id = b.id
    AND e.seq = (SELECT MAX(x.seq) FROM booking_events x WHERE x.booking_id = b.id)
    WHERE e.to_state IS NULL OR e.to_state <> b.state OR e.seq <> b.version""",  # noqa: S608
)
