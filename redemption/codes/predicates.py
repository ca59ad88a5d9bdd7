"""What must always hold of codes in stock."""

from marketplace.kernel.literals import quoted_moves
from marketplace.ledger.check import predicate
from redemption.codes.states import BATCH_MOVES, MOVES

_LEGAL = quoted_moves(MOVES)
_LEGAL_BATCH = quoted_moves(BATCH_MOVES)

predicate(
    "I26-codes",
    "what is fed by codes has as many as its good codes, what it owes and what went without one",
    """SELECT p.id, s.capacity, p.owed, p.elsewhere, COALESCE(c.good, 0) AS good
    FROM code_pools p JOIN variant_stock s ON s.variant_id = p.variant_id
    LEFT JOIN (SELECT pool_id, COUNT(*) AS good FROM stock_codes
        WHERE state IN ('free', 'claimed', 'issued') GROUP BY pool_id) c ON c.pool_id = p.id
    WHERE s.capacity IS NULL OR s.capacity <> COALESCE(c.good, 0) + p.owed + p.elsewhere""",
)
predicate(
    "I34-codes",
    "a code of the stock is there once, and one voucher in force has it: that of its unit",
    """SELECT MIN(id) AS id, COUNT(*) AS codes, 'twice' AS what FROM stock_codes
    GROUP BY fingerprint HAVING COUNT(*) > 1
    UNION ALL SELECT c.id, COUNT(v.id), c.state FROM stock_codes c
    LEFT JOIN vouchers v ON v.stock_code_id = c.id AND v.state <> 'void'
        AND v.line_id = c.line_id AND v.unit_no = c.unit_no AND v.fingerprint = c.fingerprint
    WHERE c.state = 'issued' GROUP BY c.id, c.state HAVING COUNT(v.id) <> 1
    UNION ALL SELECT c.id, COUNT(*), c.state FROM stock_codes c
    JOIN vouchers v ON v.fingerprint = c.fingerprint
    WHERE c.state IN ('free', 'claimed', 'withdrawn') GROUP BY c.id, c.state
    UNION ALL SELECT v.stock_code_id, COUNT(*), v.state FROM vouchers v
    JOIN stock_codes c ON c.id = v.stock_code_id
    WHERE v.state <> 'void' AND c.state <> 'issued' GROUP BY v.stock_code_id, v.state""",
)
predicate(
    "I34-seen",
    "a code that somebody has seen is not in stock again",
    """SELECT c.id, c.state, r.employee_id FROM stock_codes c
    JOIN vouchers v ON v.stock_code_id = c.id JOIN code_reveals r ON r.voucher_id = v.id
    WHERE c.state IN ('free', 'claimed', 'withdrawn')""",
)
predicate(
    "I36-codes",
    "a code is set aside for a request under way, and handed out to one that was paid",
    """SELECT c.id, c.state, l.state AS line_state FROM stock_codes c
    LEFT JOIN redemption_lines l ON l.id = c.line_id
    WHERE (c.state = 'claimed' AND COALESCE(l.state, '') NOT IN ('approved', 'fulfilling'))
    OR (c.state = 'issued' AND COALESCE(l.state, '') <> 'fulfilled')""",
)
predicate(
    "I31-codes",
    "codes and their files move only as their tables allow",
    f"""SELECT id, from_state, to_state FROM stock_code_events
    WHERE (from_state IS NULL AND to_state <> 'free')
    OR (from_state IS NOT NULL AND from_state || '>' || to_state NOT IN ({_LEGAL}))
    UNION ALL SELECT id, from_state, to_state FROM code_batch_events
    WHERE (from_state IS NULL AND to_state <> 'checked')
    OR (from_state IS NOT NULL AND from_state || '>' || to_state NOT IN ({_LEGAL_BATCH}))""",  # noqa: S608
)
predicate(
    "I32-codes",
    "a code and its file are where their last moves left them",
    """SELECT c.id, c.state, e.to_state FROM stock_codes c
    LEFT JOIN stock_code_events e ON e.code_id = c.id AND e.seq = (
        SELECT MAX(seq) FROM stock_code_events WHERE code_id = c.id)
    WHERE e.to_state IS NULL OR e.to_state <> c.state
    UNION ALL SELECT b.id, b.state, e.to_state FROM code_batches b
    LEFT JOIN code_batch_events e ON e.batch_id = b.id AND e.seq = (
        SELECT MAX(seq) FROM code_batch_events WHERE batch_id = b.id)
    WHERE e.to_state IS NULL OR e.to_state <> b.state""",
)
_SEALED_BYTES = 40
_UNSEALED = f"SELECT id, state FROM stock_codes WHERE length(cipher) < {_SEALED_BYTES} OR "  # noqa: S608
predicate(
    "I49-codes",
    "codes in stock are kept sealed",
    f"{_UNSEALED} get_byte(cipher, 0) <> 1",
    sqlite=f"{_UNSEALED} typeof(cipher) <> 'blob' OR hex(substr(cipher, 1, 1)) <> '01'",
)
predicate(
    "I45-codes",
    "whoever waits for a code has asked for one, and is told of; nobody waits beside free codes",
    """SELECT w.line_id, w.unit_no, l.state FROM code_waits w
    JOIN redemption_lines l ON l.id = w.line_id
    WHERE (w.replaces AND l.state <> 'fulfilled')
    OR (NOT w.replaces AND l.state NOT IN ('approved', 'fulfilling'))
    OR EXISTS (SELECT 1 FROM stock_codes c WHERE c.line_id = w.line_id
        AND c.unit_no = w.unit_no AND c.state IN ('claimed', 'issued'))
    UNION ALL SELECT w.line_id, w.unit_no, 'beside free codes' FROM code_waits w
    WHERE w.since < :quarter_hour_ago AND EXISTS (SELECT 1 FROM stock_codes c
        WHERE c.pool_id = w.pool_id AND c.state = 'free' AND c.since < :quarter_hour_ago)
    AND NOT EXISTS (SELECT 1 FROM code_waits o WHERE o.pool_id = w.pool_id
        AND o.since < w.since)""",
)
