"""What must always hold of vouchers and certificates."""

from marketplace.ledger.check import predicate

_CODED = "'gift_card', 'experience', 'individual_travel', 'group_trip'"
_CERTIFIED = "'badge', 'certificate'"

predicate(
    "I33",
    "each unit of a fulfilled line has its voucher or certificate, and no other line has one",
    f"""SELECT l.id, l.state, l.quantity, COALESCE(v.units, 0) AS vouchers,
        COALESCE(c.units, 0) AS certificates
    FROM redemption_lines l JOIN rewards r ON r.id = l.reward_id
    LEFT JOIN (SELECT line_id, COUNT(DISTINCT unit_no) AS units,
        SUM(CASE WHEN state = 'void' THEN 0 ELSE 1 END) AS in_force
        FROM vouchers GROUP BY line_id) v ON v.line_id = l.id
    LEFT JOIN (SELECT line_id, COUNT(*) AS units,
        SUM(CASE WHEN state = 'void' THEN 0 ELSE 1 END) AS in_force
        FROM certificates GROUP BY line_id) c ON c.line_id = l.id
    WHERE (l.state = 'fulfilled' AND (
        COALESCE(v.units, 0) <> CASE WHEN r.kind IN ({_CODED}) THEN l.quantity ELSE 0 END
        OR COALESCE(c.units, 0) <> CASE WHEN r.kind IN ({_CERTIFIED}) THEN l.quantity ELSE 0 END
        OR COALESCE(v.in_force, 0) > l.quantity - l.returned_units))
    OR (l.state = 'refunded' AND COALESCE(v.in_force, 0) + COALESCE(c.in_force, 0) > 0)
    OR (l.state NOT IN ('fulfilled', 'refunded')
        AND COALESCE(v.units, 0) + COALESCE(c.units, 0) > 0)""",  # noqa: S608
)
predicate(
    "I33-singly",
    "a card whose points came back by itself is in force no more",
    """SELECT r.line_id, r.source, v.id, v.state FROM line_refunds r
    JOIN vouchers v ON v.line_id = r.line_id AND r.source = 'unit:' || v.unit_no
    WHERE r.cause = 'not_working' AND v.state <> 'void'
    UNION ALL SELECT r.line_id, r.source, NULL, NULL FROM line_refunds r
    WHERE r.cause = 'not_working' AND (r.units <> 1 OR NOT EXISTS (SELECT 1 FROM vouchers v
        WHERE v.line_id = r.line_id AND r.source = 'unit:' || v.unit_no))""",
)
predicate(
    "I34",
    "a code is issued once ever, and one voucher at a time is in force for a unit",
    """SELECT MIN(id) AS id, COUNT(*) AS vouchers FROM vouchers
    GROUP BY fingerprint HAVING COUNT(*) > 1
    UNION ALL SELECT MIN(id), COUNT(*) FROM vouchers WHERE state <> 'void'
    GROUP BY line_id, unit_no HAVING COUNT(*) > 1
    UNION ALL SELECT MIN(id), COUNT(*) FROM certificates GROUP BY number HAVING COUNT(*) > 1
    UNION ALL SELECT MIN(id), COUNT(*) FROM certificates WHERE line_id IS NOT NULL
    GROUP BY line_id, unit_no HAVING COUNT(*) > 1
    UNION ALL SELECT MIN(id), COUNT(*) FROM certificates
    WHERE traveler_id IS NOT NULL AND state <> 'void'
    GROUP BY traveler_id HAVING COUNT(*) > 1""",
)
predicate(
    "I34-value",
    "no voucher has more left than it was issued with, and a used one has nothing",
    """SELECT id, state, initial, remaining FROM vouchers WHERE remaining < 0
    OR remaining > initial OR (state = 'used' AND remaining <> 0)
    OR (state IN ('issued', 'active') AND remaining <> initial)""",
)
predicate(
    "I36",
    "no voucher and no certificate before its points were spent",
    """SELECT made.line_id, made.what, h.state AS hold_state FROM (
        SELECT line_id, 'voucher' AS what FROM vouchers
        UNION SELECT line_id, 'certificate' FROM certificates) made
    JOIN redemption_lines l ON l.id = made.line_id JOIN holds h ON h.id = l.hold_id
    WHERE h.state NOT IN ('captured', 'refunded')""",
)
predicate(
    "I32-vouchers",
    "a voucher is where its last move left it",
    """SELECT v.id, v.state, e.to_state FROM vouchers v
    LEFT JOIN voucher_events e ON e.voucher_id = v.id AND e.seq = (
        SELECT MAX(seq) FROM voucher_events WHERE voucher_id = v.id)
    WHERE e.to_state IS NULL OR e.to_state <> v.state""",
)
_SEALED_BYTES = 46  # version, nonce, the 17 symbols of a code and the seal over them
_UNSEALED = f"SELECT id, state FROM vouchers WHERE length(cipher) < {_SEALED_BYTES} OR "  # noqa: S608
predicate(
    "I49",
    "codes are kept sealed",
    f"{_UNSEALED} get_byte(cipher, 0) <> 1",
    sqlite=f"{_UNSEALED} typeof(cipher) <> 'blob' OR hex(substr(cipher, 1, 1)) <> '01'",
)
predicate(
    "I50",
    "every reading of a code is in the audit log, by the person it belongs to",
    """SELECT r.id, r.voucher_id, r.employee_id FROM code_reveals r
    JOIN vouchers v ON v.id = r.voucher_id JOIN redemption_lines l ON l.id = v.line_id
    WHERE COALESCE(l.recipient_id, l.employee_id) <> r.employee_id
    OR NOT EXISTS (SELECT 1 FROM audit_entries a
        WHERE a.action = 'voucher.code_shown' AND a.actor_id = r.employee_id
        AND a.subject = 'voucher:' || r.voucher_id AND a.at = r.at)""",
)
predicate(
    "I50-shown",
    "a voucher in use was shown to somebody",
    """SELECT v.id, v.state FROM vouchers v
    WHERE v.state IN ('active', 'partly_used', 'used')
    AND NOT EXISTS (SELECT 1 FROM code_reveals r WHERE r.voucher_id = v.id)""",
)
