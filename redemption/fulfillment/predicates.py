"""What must always hold of the work on lines, and that nothing is silently stuck."""

from marketplace.ledger.check import predicate

predicate(
    "I45-fulfillment",
    "no approved line waits for long without somebody at it, or a provider who is asked again soon",
    """SELECT l.id, l.state, l.changed_at FROM redemption_lines l
    WHERE l.state IN ('approved', 'fulfilling') AND l.changed_at < :quarter_hour_ago
    AND NOT EXISTS (SELECT 1 FROM fulfillment_tasks t WHERE t.line_id = l.id
        AND t.state IN ('to_do', 'packed', 'problem'))
    AND NOT EXISTS (SELECT 1 FROM gifts g WHERE g.line_id = l.id
        AND (g.state = 'open' AND g.answer_by IS NOT NULL))
    AND NOT EXISTS (SELECT 1 FROM provider_orders o WHERE o.line_id = l.id
        AND (o.state = 'no_funds' OR o.next_at > :quarter_hour_ago))""",
)
predicate(
    "I45-letters",
    "no letter waits for long to leave",
    """SELECT id, key, written_at FROM letters
    WHERE state = 'waiting' AND written_at < :quarter_hour_ago""",
)
predicate(
    "I44-letters",
    "one letter for each thing there is to say",
    "SELECT key, COUNT(*) AS letters FROM letters GROUP BY key HAVING COUNT(*) > 1",
)
predicate(
    "I36-parcels",
    "what has left was paid, and what was taken back is closed",
    """SELECT t.id, t.state, l.state AS line_state FROM fulfillment_tasks t
    JOIN redemption_lines l ON l.id = t.line_id
    WHERE (t.state IN ('partly_sent', 'sent', 'delivered', 'booked', 'done', 'completed')
        AND l.state <> 'fulfilled')
    OR (t.state IN ('to_do', 'packed') AND l.state <> 'fulfilling')
    OR (t.state = 'problem' AND l.state NOT IN ('approved', 'fulfilling', 'fulfilled'))
    OR (t.state = 'closed' AND t.work <> 'issue'
        AND l.state NOT IN ('cancelled', 'failed', 'refunded'))""",
)
predicate(
    "I36-units",
    "no unit is sent twice: what left is in parcels, and what never left came back",
    """SELECT t.id, t.state, t.units, t.sent_units, COALESCE(p.sent, 0) AS parcels_say
    FROM fulfillment_tasks t JOIN redemption_lines l ON l.id = t.line_id
    LEFT JOIN (SELECT task_id,
        SUM(CASE state WHEN 'replaced' THEN 0 ELSE units END) AS sent,
        SUM(CASE state WHEN 'delivered' THEN units ELSE 0 END) AS arrived,
        SUM(CASE state WHEN 'refunded' THEN units ELSE 0 END) AS refunded
        FROM shipments GROUP BY task_id) p ON p.task_id = t.id
    LEFT JOIN (SELECT line_id, SUM(received_units) AS units FROM goods_returns
        GROUP BY line_id) g ON g.line_id = t.line_id
    WHERE t.work = 'parcel' AND (t.sent_units <> COALESCE(p.sent, 0) OR t.sent_units > t.units
        OR COALESCE(g.units, 0) > COALESCE(p.arrived, 0)
        OR (t.sent_units > 0 AND l.state NOT IN ('fulfilled', 'refunded'))
        OR (l.state IN ('fulfilled', 'refunded') AND t.units + l.returned_units
            <> l.quantity + COALESCE(p.refunded, 0) + COALESCE(g.units, 0)))""",
)
predicate(
    "I32-parcels",
    "a parcel is where its last move left it",
    """SELECT s.id, s.state, e.to_state FROM shipments s
    LEFT JOIN shipment_events e ON e.shipment_id = s.id AND e.seq = (
        SELECT MAX(seq) FROM shipment_events WHERE shipment_id = s.id)
    WHERE e.to_state IS NULL OR e.to_state <> s.state""",
)
predicate(
    "I32-tasks",
    "a task is where its last move left it",
    """SELECT t.id, t.state, e.to_state FROM fulfillment_tasks t
    LEFT JOIN task_events e ON e.task_id = t.id AND e.seq = (
        SELECT MAX(seq) FROM task_events WHERE task_id = t.id)
    WHERE e.to_state IS NULL OR e.to_state <> t.state""",
)
