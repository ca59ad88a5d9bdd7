"""What must always hold of funds."""

from marketplace.ledger.check import predicate

predicate(
    "I41-balance",
    "a fund has what its entries sum up to",
    """SELECT f.currency, f.balance_minor, COALESCE(e.minor, 0) AS entries FROM funds f
    LEFT JOIN (SELECT currency, SUM(minor) AS minor FROM fund_entries GROUP BY currency) e
    ON e.currency = f.currency WHERE f.balance_minor <> COALESCE(e.minor, 0)""",
)
predicate(
    "I41-top-ups",
    "each paid top-up is in the fund of its currency once, and nothing else is there as one",
    """SELECT p.id, p.state, e.id AS entry_id FROM payments p
    LEFT JOIN fund_entries e ON e.kind = 'top_up' AND e.payment_id = p.id
    WHERE p.purpose = 'top_up' AND p.state = 'paid'
    AND (e.id IS NULL OR e.minor <> p.captured_minor OR e.currency <> p.currency)
    UNION ALL SELECT p.id, p.state, e.id FROM fund_entries e
    JOIN payments p ON p.id = e.payment_id
    WHERE e.kind = 'top_up' AND (p.state <> 'paid' OR p.purpose <> 'top_up')
    UNION ALL SELECT payment_id, NULL, MIN(id) FROM fund_entries WHERE kind = 'top_up'
    GROUP BY payment_id HAVING COUNT(*) > 1""",
)
predicate(
    "I41-given-back",
    "what goes back of a top-up left its fund once, and is there again only where it failed",
    """SELECT r.id, r.state, r.minor FROM payment_refunds r
    JOIN payments p ON p.id = r.payment_id AND p.purpose = 'top_up' AND p.state = 'paid'
    LEFT JOIN (SELECT reference, SUM(minor) AS minor FROM fund_entries
        WHERE kind IN ('given_back', 'stayed') GROUP BY reference) e
    ON e.reference = r.reference
    WHERE e.minor IS NULL
    OR e.minor <> CASE WHEN r.state = 'failed' THEN 0 ELSE -r.minor END
    UNION ALL SELECT e.id, NULL, e.minor FROM fund_entries e
    WHERE e.kind IN ('given_back', 'stayed') AND NOT EXISTS (
        SELECT 1 FROM payment_refunds r WHERE r.reference = e.reference)""",
)
