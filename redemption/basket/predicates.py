"""What must always hold of baskets."""

from marketplace.ledger.check import predicate

predicate(
    "I25-baskets",
    "a basket counts what lies in it",
    """SELECT COALESCE(b.employee_id, i.employee_id) AS employee_id,
        COALESCE(b.items, 0) AS counted, COALESCE(i.items, 0) AS lie_in_it
    FROM baskets b LEFT JOIN (SELECT employee_id, COUNT(*) AS items FROM basket_items
        GROUP BY employee_id) i ON i.employee_id = b.employee_id
    WHERE b.items <> COALESCE(i.items, 0)
    UNION ALL SELECT i.employee_id, 0, COUNT(*) FROM basket_items i
    WHERE NOT EXISTS (SELECT 1 FROM baskets b WHERE b.employee_id = i.employee_id)
    GROUP BY i.employee_id""",
)
