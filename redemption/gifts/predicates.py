"""What must always hold of gifts to a colleague."""

from marketplace.ledger.check import predicate

predicate(
    "I24-gifts",
    "nobody gives to oneself, and who gets a gift does not decide on it",
    """SELECT line_id, giver_id AS employee_id FROM gifts WHERE giver_id = recipient_id
    UNION ALL SELECT d.line_id, d.approver_id FROM approval_decisions d
    JOIN redemption_lines l ON l.id = d.line_id WHERE d.approver_id = l.recipient_id
    UNION ALL SELECT s.line_id, s.decided_by_id FROM approval_steps s
    JOIN redemption_lines l ON l.id = s.line_id WHERE s.decided_by_id = l.recipient_id""",
)
predicate(
    "I33-gifts",
    "a gift is prepared once it was taken, and one that was not taken has ended",
    """SELECT l.id, l.state, g.state AS gift FROM redemption_lines l
    LEFT JOIN gifts g ON g.line_id = l.id
    WHERE (l.recipient_id IS NOT NULL AND (g.line_id IS NULL OR g.giver_id <> l.employee_id))
    OR (g.line_id IS NOT NULL AND g.recipient_id <> COALESCE(l.recipient_id, 0))
    OR (l.state IN ('fulfilling', 'fulfilled', 'refunded') AND g.state <> 'accepted')
    OR (g.state IN ('declined', 'lapsed') AND l.state <> 'cancelled')
    OR (l.state = 'pending_approval' AND g.answer_by IS NOT NULL)""",
)
predicate(
    "I32-gifts",
    "a gift is where its answer left it",
    """SELECT g.line_id, g.state, e.to_state FROM gifts g
    LEFT JOIN gift_events e ON e.line_id = g.line_id
    WHERE (g.state = 'open') <> (e.line_id IS NULL) OR g.state <> e.to_state""",
)
predicate(
    "I45-gifts",
    "no gift waits for an answer beyond its last day",
    """SELECT g.line_id, g.answer_by FROM gifts g JOIN redemption_lines l ON l.id = g.line_id
    WHERE g.state = 'open' AND l.state = 'approved' AND g.answer_by < :day_ago""",
)
