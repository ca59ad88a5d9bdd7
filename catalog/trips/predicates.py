"""What must always hold of plans: every change of an entry is kept, from its first day on."""

from marketplace.ledger.check import predicate

predicate(
    "I31-plans",
    "each entry of a plan was added once and is removed for good, and its changes say so",
    """SELECT i.id AS item_id, COUNT(c.id) AS added FROM itinerary_items i
    LEFT JOIN itinerary_changes c ON c.item_id = i.id AND c.change = 'added'
    AND c.variant_id = i.variant_id
    GROUP BY i.id HAVING COUNT(c.id) <> 1
    UNION ALL SELECT c.item_id, 0 FROM itinerary_changes c
    LEFT JOIN itinerary_items i ON i.id = c.item_id
    WHERE c.item_id IS NOT NULL AND c.id = (SELECT MAX(x.id) FROM itinerary_changes x
        WHERE x.item_id = c.item_id) AND (c.change = 'removed') <> (i.id IS NULL)""",
)
