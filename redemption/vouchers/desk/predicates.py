"""What must always hold of the uses of vouchers."""

from marketplace.ledger.check import predicate

predicate(
    "I34-left",
    "what is left on a voucher is what it was issued with, less its uses, plus those undone",
    """SELECT v.id, v.initial, v.remaining, COALESCE(u.taken, 0) AS taken FROM vouchers v
    LEFT JOIN (SELECT voucher_id,
        SUM(CASE WHEN undoes_id IS NULL THEN amount ELSE -amount END) AS taken
        FROM voucher_uses GROUP BY voucher_id) u ON u.voucher_id = v.id
    WHERE v.remaining <> v.initial - COALESCE(u.taken, 0)""",
)
predicate(
    "I34-undone",
    "a use is undone once at most, whole, on its own voucher, and nothing else is undone",
    """SELECT b.id, b.undoes_id FROM voucher_uses b JOIN voucher_uses u ON u.id = b.undoes_id
    WHERE u.undoes_id IS NOT NULL OR u.voucher_id <> b.voucher_id OR u.amount <> b.amount
    UNION ALL SELECT b.id, b.undoes_id FROM voucher_uses b
    LEFT JOIN voucher_uses u ON u.id = b.undoes_id
    WHERE b.undoes_id IS NOT NULL AND u.id IS NULL
    UNION ALL SELECT MIN(id), undoes_id FROM voucher_uses
    WHERE undoes_id IS NOT NULL GROUP BY undoes_id HAVING COUNT(*) > 1""",
)
predicate(
    "I34-running",
    "each use says what was left after it",
    """SELECT u.id, u.left_after FROM voucher_uses u JOIN vouchers v ON v.id = u.voucher_id
    WHERE u.left_after <> v.initial - (
        SELECT SUM(CASE WHEN e.undoes_id IS NULL THEN e.amount ELSE -e.amount END)
        FROM voucher_uses e WHERE e.voucher_id = u.voucher_id AND e.seq <= u.seq)""",
)
predicate(
    "I34-ours",
    "no card of a provider is used at a desk of ours",
    """SELECT u.id, u.voucher_id FROM voucher_uses u JOIN vouchers v ON v.id = u.voucher_id
    WHERE v.provider_order_id IS NOT NULL OR v.stock_code_id IS NOT NULL""",
)
