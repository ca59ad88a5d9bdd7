"""What must always hold of rewards won."""

from marketplace.ledger.check import predicate

predicate(
    "I50-states",
    "every reward won stands where its last event took it",
    """SELECT e.id, e.state, v.to_state FROM entitlements e
    LEFT JOIN (SELECT entitlement_id, MAX(id) AS last FROM entitlement_events
      GROUP BY entitlement_id) l ON l.entitlement_id = e.id
    LEFT JOIN entitlement_events v ON v.id = l.last
    WHERE v.id IS NULL OR v.to_state <> e.state""",
)
predicate(
    "I50-places",
    "a place that was passed on has one new holder of the same reward, and no other place has",
    """SELECT e.id, e.state, COUNT(n.id) AS holders, COUNT(CASE WHEN n.variant_id = e.variant_id
      AND n.program_id = e.program_id AND n.state <> 'alternate' THEN 1 END) AS of_the_same
    FROM entitlements e LEFT JOIN entitlements n ON n.from_id = e.id
    GROUP BY e.id, e.state
    HAVING COUNT(n.id) <> CASE WHEN e.state = 'passed_on' THEN 1 ELSE 0 END
    OR COUNT(n.id) <> COUNT(CASE WHEN n.variant_id = e.variant_id
      AND n.program_id = e.program_id AND n.state <> 'alternate' THEN 1 END)""",
)
