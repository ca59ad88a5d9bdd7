"""What must always hold of last days."""

from marketplace.ledger.check import predicate

predicate(
    "I34-extended",
    "a voucher's last day is the one it was issued with, or that of its last extension",
    """SELECT v.id, v.issued_until, v.valid_until, e.until FROM vouchers v
    LEFT JOIN voucher_extensions e ON e.voucher_id = v.id AND e.seq = (
        SELECT MAX(seq) FROM voucher_extensions WHERE voucher_id = v.id)
    WHERE v.valid_until <> COALESCE(e.until, v.issued_until)
    OR (v.valid_until IS NULL) <> (v.issued_until IS NULL)""",
)
predicate(
    "I34-chain",
    "each extension begins where the one before ended",
    """SELECT e.id, e.before, e.until FROM voucher_extensions e
    JOIN vouchers v ON v.id = e.voucher_id
    LEFT JOIN voucher_extensions p ON p.voucher_id = e.voucher_id AND p.seq = (
        SELECT MAX(seq) FROM voucher_extensions
        WHERE voucher_id = e.voucher_id AND seq < e.seq)
    WHERE e.before <> COALESCE(p.until, v.issued_until) OR e.until <= e.before""",
)
predicate(
    "I34-carried",
    "a replaced voucher left its successor exactly its value and its last day, and is void",
    """SELECT n.id, n.initial, o.remaining, o.state FROM vouchers n
    LEFT JOIN vouchers o ON o.line_id = n.line_id AND o.unit_no = n.unit_no
        AND o.issue = n.issue - 1
    WHERE n.issue > 1 AND n.provider_order_id IS NULL AND n.stock_code_id IS NULL
    AND (o.id IS NULL OR o.state <> 'void'
    OR n.initial <> o.remaining OR n.issued_until <> o.valid_until)""",
)
