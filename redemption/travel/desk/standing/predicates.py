"""What must always hold of good standing: legal moves, and whoever was withdrawn goes no more."""

from marketplace.ledger.check import predicate
from redemption.travel.desk.standing.states import MOVES, StandingState

_LEGAL = ", ".join(f"'{start}>{to}'" for start in sorted(MOVES) for to in sorted(MOVES[start]))
_S = StandingState

predicate(
    "I31-standing",
    "looks at good standing move only as the table of moves allows, one move after the other, and"
    " stand where their last move left them",
    f"""SELECT e.booking_id, e.from_state, e.to_state FROM standing_events e
    LEFT JOIN standing_events p ON p.booking_id = e.booking_id AND p.seq = e.seq - 1
    WHERE (e.seq = 1 AND (e.from_state IS NOT NULL OR e.to_state <> '{_S.OPEN}'))
    OR (e.seq > 1 AND (e.from_state IS NULL OR p.to_state IS NULL OR p.to_state <> e.from_state
        OR e.from_state || '>' || e.to_state NOT IN ({_LEGAL})))
    UNION ALL SELECT c.booking_id, e.to_state, c.state FROM standing_checks c
    LEFT JOIN standing_events e ON e.booking_id = c.booking_id AND e.seq = c.version
    WHERE e.to_state IS NULL OR e.to_state <> c.state""",  # noqa: S608
)
predicate(
    "I27-standing",
    "whose place was withdrawn for want of good standing goes no more, each look is of its"
    " departure, and nobody decided about themself",
    f"""SELECT c.booking_id, c.state, b.state AS booking FROM standing_checks c
    JOIN bookings b ON b.id = c.booking_id
    WHERE (c.state = '{_S.WITHDRAWN}' AND b.state <> 'cancelled') OR c.variant_id <> b.variant_id
    UNION ALL SELECT e.booking_id, e.to_state, b.reference FROM standing_events e
    JOIN bookings b ON b.id = e.booking_id WHERE e.actor_id = b.employee_id""",  # noqa: S608
)
