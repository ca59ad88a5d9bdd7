"""What must always hold of orders at providers."""

from marketplace.kernel.literals import quoted, quoted_moves
from marketplace.ledger.check import predicate
from redemption.ordering.states import GONE, MOVES

_GONE = quoted(GONE)
_LEGAL = quoted_moves(MOVES)

predicate(
    "I35",
    "one order of a provider for each unit, and never two successes",
    f"""SELECT MIN(id) AS id, COUNT(*) AS orders FROM provider_orders
    GROUP BY client_ref HAVING COUNT(*) > 1
    UNION ALL SELECT MIN(id), COUNT(*) FROM provider_orders WHERE state NOT IN ({_GONE})
    GROUP BY line_id, unit_no HAVING COUNT(*) > 1
    UNION ALL SELECT MIN(id), COUNT(*) FROM provider_orders WHERE provider_ref IS NOT NULL
    GROUP BY provider_id, provider_ref HAVING COUNT(*) > 1""",  # noqa: S608
)
predicate(
    "I36-orders",
    "a provider's voucher has its delivered order, and a fulfilled line a voucher for each",
    f"""SELECT v.id, o.id AS order_id, o.state FROM vouchers v
    JOIN provider_orders o ON o.id = v.provider_order_id
    WHERE o.line_id <> v.line_id OR o.unit_no <> v.unit_no OR o.fingerprint <> v.fingerprint
    OR (o.state <> 'delivered' AND v.state <> 'void' AND NOT (o.state = 'replaced' AND EXISTS (
        SELECT 1 FROM provider_orders n WHERE n.replaces_id = o.id
        AND n.state NOT IN ('delivered', {_GONE}))))
    UNION ALL SELECT NULL, o.id, o.state FROM provider_orders o
    JOIN redemption_lines l ON l.id = o.line_id AND l.state = 'fulfilled'
    WHERE o.state = 'delivered' AND NOT EXISTS (
        SELECT 1 FROM vouchers v WHERE v.provider_order_id = o.id)""",  # noqa: S608
)
predicate(
    "I35-reissued",
    "a card is replaced by an order for its own unit, and of both one counts",
    """SELECT n.id, n.state, o.id AS first, o.state AS first_state FROM provider_orders n
    JOIN provider_orders o ON o.id = n.replaces_id
    WHERE o.line_id <> n.line_id OR o.unit_no <> n.unit_no OR o.issue >= n.issue
    OR (n.state NOT IN ('refused', 'canceled') AND o.state <> 'replaced')
    OR (n.state = 'delivered' AND EXISTS (
        SELECT 1 FROM vouchers v WHERE v.provider_order_id = o.id AND v.state <> 'void'))
    UNION ALL SELECT NULL, NULL, o.id, o.state FROM provider_orders o
    WHERE o.state = 'replaced' AND NOT EXISTS (
        SELECT 1 FROM provider_orders n WHERE n.replaces_id = o.id AND n.state <> 'refused')""",
)
predicate(
    "I31-orders",
    "orders move only as their table allows",
    f"""SELECT id, from_state, to_state FROM provider_order_events
    WHERE (from_state IS NULL AND to_state <> 'wanted')
    OR (from_state IS NOT NULL AND from_state || '>' || to_state NOT IN ({_LEGAL}))""",  # noqa: S608
)
predicate(
    "I32-orders",
    "an order is where its last move left it",
    """SELECT o.id, o.state, e.to_state FROM provider_orders o
    LEFT JOIN provider_order_events e ON e.order_id = o.id AND e.seq = (
        SELECT MAX(seq) FROM provider_order_events WHERE order_id = o.id)
    WHERE e.to_state IS NULL OR e.to_state <> o.state""",
)
predicate(
    "I45-orders",
    "no order is stuck: what goes on has a time, and that is not long past",
    """SELECT id, state, next_at FROM provider_orders
    WHERE state IN ('wanted', 'asked', 'pending', 'cancelling')
    AND (next_at IS NULL OR next_at < :quarter_hour_ago)""",
)
