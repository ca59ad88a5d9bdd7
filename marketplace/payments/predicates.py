"""What must always hold of payments."""

from marketplace.kernel.literals import quoted_moves
from marketplace.ledger.check import predicate
from marketplace.payments.states import MOVES, REFUND_MOVES

_LEGAL, _LEGAL_BACK = quoted_moves(MOVES), quoted_moves(REFUND_MOVES)

predicate(
    "I40-captured",
    "no more of a payment goes back than was taken, and what goes back is the sum of its refunds",
    """SELECT p.id, p.captured_minor, p.refunded_minor, COALESCE(r.minor, 0) AS refunds
    FROM payments p LEFT JOIN (
        SELECT payment_id, SUM(minor) AS minor FROM payment_refunds
        WHERE state <> 'failed' GROUP BY payment_id) r ON r.payment_id = p.id
    WHERE p.refunded_minor > p.captured_minor OR p.refunded_minor <> COALESCE(r.minor, 0)""",
)
predicate(
    "I40-taken",
    "money was taken exactly where a payment is paid, or came too late and goes back whole",
    """SELECT id, state, minor, captured_minor, refunded_minor FROM payments
    WHERE (state IN ('paid', 'late') AND (captured_minor <> minor OR paid_at IS NULL))
    OR (state NOT IN ('paid', 'late') AND (captured_minor <> 0 OR refunded_minor <> 0))
    OR (state = 'late' AND refunded_minor <> captured_minor AND NOT EXISTS (
        SELECT 1 FROM payment_refunds r
        WHERE r.payment_id = payments.id AND r.state = 'failed'))""",
)
predicate(
    "I31-payments",
    "payments and refunds move only as their tables allow",
    f"""SELECT id, from_state, to_state FROM payment_events
    WHERE (from_state IS NULL AND to_state <> 'wanted')
    OR (from_state IS NOT NULL AND from_state || '>' || to_state NOT IN ({_LEGAL}))
    UNION ALL SELECT id, from_state, to_state FROM payment_refund_events
    WHERE (from_state IS NULL AND to_state <> 'wanted')
    OR (from_state IS NOT NULL AND from_state || '>' || to_state NOT IN ({_LEGAL_BACK}))""",  # noqa: S608
)
predicate(
    "I32-payments",
    "a payment and a refund are where their last move left them",
    """SELECT p.id, p.state, e.to_state FROM payments p
    LEFT JOIN payment_events e ON e.payment_id = p.id AND e.seq = (
        SELECT MAX(seq) FROM payment_events WHERE payment_id = p.id)
    WHERE e.to_state IS NULL OR e.to_state <> p.state
    UNION ALL SELECT r.id, r.state, e.to_state FROM payment_refunds r
    LEFT JOIN payment_refund_events e ON e.refund_id = r.id AND e.seq = (
        SELECT MAX(seq) FROM payment_refund_events WHERE refund_id = r.id)
    WHERE e.to_state IS NULL OR e.to_state <> r.state""",
)
predicate(
    "I45-payments",
    "no payment and no refund is stuck: what goes on has a time, and that is not long past",
    """SELECT id, state, next_at FROM payments
    WHERE (state IN ('wanted', 'asked', 'open') AND next_at IS NULL)
    OR next_at < :quarter_hour_ago
    UNION ALL SELECT id, state, next_at FROM payment_refunds
    WHERE (state IN ('wanted', 'asked') AND next_at IS NULL) OR next_at < :quarter_hour_ago""",
)
