"""What must always hold of goods that are sent back."""

from marketplace.kernel.literals import quoted, quoted_moves
from marketplace.ledger.check import predicate
from redemption.sending_back.states import MOVES, OPENING

_LEGAL = quoted_moves(MOVES)
_FIRST = quoted(OPENING)

predicate(
    "I30-returning",
    "what is about to come back of a line is what its open returns say",
    """SELECT l.id, l.returning_units, COALESCE(g.units, 0) AS returns_say
    FROM redemption_lines l LEFT JOIN (SELECT line_id, SUM(units) AS units FROM goods_returns
        WHERE state IN ('asked', 'accepted') GROUP BY line_id) g ON g.line_id = l.id
    WHERE l.returning_units <> COALESCE(g.units, 0)""",
)
predicate(
    "I30-received",
    "each return that arrived brought its points back once, and no other one did",
    """SELECT g.id, g.state, g.received_units, r.units AS refund_says FROM goods_returns g
    LEFT JOIN line_refunds r ON r.line_id = g.line_id AND r.source = 'return:' || g.id
    WHERE (g.state = 'received') <> (r.id IS NOT NULL) OR r.units <> g.received_units
    OR r.cause <> 'sent_back'
    UNION ALL SELECT r.line_id, r.cause, r.units, 0 FROM line_refunds r
    WHERE r.cause = 'sent_back' AND NOT EXISTS (SELECT 1 FROM goods_returns g
        WHERE g.line_id = r.line_id AND r.source = 'return:' || g.id)""",
)
predicate(
    "I32-returns",
    "a return is where its last move left it, and moves only as the table allows",
    f"""SELECT g.id, g.state, e.to_state FROM goods_returns g
    LEFT JOIN goods_return_events e ON e.return_id = g.id AND e.seq = (
        SELECT MAX(seq) FROM goods_return_events WHERE return_id = g.id)
    WHERE e.to_state IS NULL OR e.to_state <> g.state
    UNION ALL SELECT return_id, from_state, to_state FROM goods_return_events
    WHERE (from_state IS NULL AND to_state NOT IN ({_FIRST}))
    OR (from_state IS NOT NULL AND from_state || '>' || to_state NOT IN ({_LEGAL}))""",  # noqa: S608
)
predicate(
    "I37-returns",
    "nobody decides on what they send back themselves",
    "SELECT id, line_id, decided_by_id FROM goods_returns WHERE decided_by_id = employee_id",
)
