"""What must always hold of points that managers give back."""

from marketplace.ledger.check import predicate

predicate(
    "I24-goodwill",
    "nobody gives points back to themselves, and above the limit two people agree",
    """SELECT id, line_id, state FROM goodwill_refunds
    WHERE proposed_by_id = employee_id OR decided_by_id = employee_id
    OR (needs_second AND state = 'given'
        AND (decided_by_id IS NULL OR decided_by_id = proposed_by_id))""",
)
predicate(
    "I30-goodwill",
    "what was given back came back once, in these points, and nothing else did",
    """SELECT g.id, g.state, g.points, r.points AS refund_says FROM goodwill_refunds g
    LEFT JOIN line_refunds r ON r.line_id = g.line_id AND r.source = 'goodwill:' || g.id
    WHERE (g.state = 'given') <> (r.id IS NOT NULL) OR r.points <> g.points OR r.units <> 0
    UNION ALL SELECT r.line_id, r.cause, r.points, 0 FROM line_refunds r
    WHERE r.cause = 'goodwill' AND NOT EXISTS (SELECT 1 FROM goodwill_refunds g
        WHERE g.line_id = r.line_id AND r.source = 'goodwill:' || g.id)""",
)
predicate(
    "I32-goodwill",
    "a goodwill is where its last move left it",
    """SELECT g.id, g.state, e.to_state FROM goodwill_refunds g
    LEFT JOIN goodwill_events e ON e.goodwill_id = g.id AND e.seq = (
        SELECT MAX(seq) FROM goodwill_events WHERE goodwill_id = g.id)
    WHERE e.to_state IS NULL OR e.to_state <> g.state""",
)
