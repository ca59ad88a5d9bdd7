"""What must always hold of accounts, transfers, lots, holds and closed periods."""

from collections.abc import Iterator
from typing import Any

from marketplace.ledger.check import predicate, worked_out
from marketplace.ledger.queries.periods import closed_periods, digest_until

predicate(
    "I01",
    "every transfer moves points between two different accounts",
    """SELECT id, debit_id, credit_id, amount FROM transfers
    WHERE amount < 1 OR debit_id = credit_id""",
)
predicate(
    "I02",
    "every transfer has both its accounts",
    """SELECT t.id FROM transfers t LEFT JOIN accounts d ON d.id = t.debit_id
    LEFT JOIN accounts c ON c.id = t.credit_id WHERE d.id IS NULL OR c.id IS NULL""",
)
predicate(
    "I03",
    "a member's balance is the sum of the transfers",
    """SELECT b.account_id, b.posted, COALESCE(s.total, 0) AS transfers_say
    FROM account_balances b LEFT JOIN (
      SELECT account_id, SUM(amount) AS total FROM (
        SELECT credit_id AS account_id, amount FROM transfers
        WHERE kind NOT IN ('hold', 'release', 'lapse')
        UNION ALL
        SELECT debit_id, -amount FROM transfers
        WHERE kind NOT IN ('hold', 'release', 'lapse')
      ) AS legs GROUP BY account_id
    ) s ON s.account_id = b.account_id WHERE b.posted <> COALESCE(s.total, 0)""",
)
predicate(
    "I03-rows",
    "every member account has a balance, and no other account has one",
    """SELECT COALESCE(a.id, b.account_id) AS account_id, a.kind FROM accounts a
    LEFT JOIN account_balances b ON b.account_id = a.id
    WHERE (a.kind = 'member') <> (b.account_id IS NOT NULL)
    UNION ALL SELECT b.account_id, 'missing' FROM account_balances b
    WHERE NOT EXISTS (SELECT 1 FROM accounts a WHERE a.id = b.account_id)""",
)
predicate(
    "I04",
    "points flow issuance, budget, member, redeemed or breakage, and back the same way",
    """SELECT t.id, t.kind, d.kind AS from_kind, c.kind AS to_kind FROM transfers t
    JOIN accounts d ON d.id = t.debit_id JOIN accounts c ON c.id = t.credit_id
    WHERE t.kind || ':' || d.kind || ':' || c.kind NOT IN (
      'fund:issuance:budget', 'fund:budget:issuance', 'grant:budget:member',
      'claw_back:member:budget', 'hold:member:redeemed', 'capture:member:redeemed',
      'release:member:redeemed', 'lapse:member:redeemed', 'refund:redeemed:member',
      'expiry:member:breakage', 'grace:breakage:member')""",
)
predicate(
    "I05",
    "no member has less than is held, or owes without a debt",
    """SELECT account_id, posted, held, floor FROM account_balances
    WHERE held < 0 OR floor > 0 OR posted - held < floor""",
)
predicate(
    "I06",
    "what an account holds is the sum of its open holds",
    """SELECT b.account_id, b.held, COALESCE(h.total, 0) AS holds_say FROM account_balances b
    LEFT JOIN (SELECT account_id, SUM(amount) AS total FROM holds WHERE state = 'open'
      GROUP BY account_id) h ON h.account_id = b.account_id
    WHERE b.held <> COALESCE(h.total, 0)""",
)
predicate(
    "I06-lots",
    "what a lot holds is the sum of its open holds",
    """SELECT l.id AS lot_id, l.held, COALESCE(h.total, 0) AS holds_say FROM lots l
    LEFT JOIN (SELECT hl.lot_id, SUM(hl.amount) AS total FROM hold_lots hl
      JOIN holds h ON h.id = hl.hold_id WHERE h.state = 'open' GROUP BY hl.lot_id) h
    ON h.lot_id = l.id WHERE l.held <> COALESCE(h.total, 0)""",
)
predicate(
    "I07",
    "a hold is resolved exactly once, in the way its state says",
    """SELECT h.id AS hold_id, h.state, COUNT(r.id) AS resolutions FROM holds h
    LEFT JOIN transfers r ON r.pending_id = h.transfer_id GROUP BY h.id, h.state
    HAVING COUNT(r.id) <> CASE h.state WHEN 'open' THEN 0 ELSE 1 END
    OR COALESCE(MIN(r.kind), '') <> CASE h.state WHEN 'open' THEN '' WHEN 'captured' THEN 'capture'
      WHEN 'refunded' THEN 'capture' WHEN 'released' THEN 'release' ELSE 'lapse' END""",
)
predicate(
    "I07-refund",
    "a hold counts what came back of its capture, and is refunded when that is all of it",
    """SELECT h.id AS hold_id, h.state, h.refunded, COALESCE(SUM(b.amount), 0) AS refunds_say
    FROM holds h LEFT JOIN transfers r ON r.pending_id = h.transfer_id AND r.kind = 'capture'
    LEFT JOIN transfers b ON b.reverses_id = r.id GROUP BY h.id, h.state, h.refunded, h.amount
    HAVING COALESCE(SUM(b.amount), 0) <> h.refunded OR h.refunded > h.amount
    OR (h.state = 'refunded') <> (h.refunded = h.amount)""",
)
predicate(
    "I07-lots",
    "no lot gets back more of a hold than was taken from it",
    """SELECT hl.hold_id, hl.lot_id, hl.amount, SUM(m.delta) AS refunds_say FROM hold_lots hl
    JOIN holds h ON h.id = hl.hold_id
    JOIN transfers r ON r.pending_id = h.transfer_id AND r.kind = 'capture'
    JOIN transfers b ON b.reverses_id = r.id
    JOIN lot_moves m ON m.transfer_id = b.id AND m.lot_id = hl.lot_id AND m.kind = 'refund'
    GROUP BY hl.hold_id, hl.lot_id, hl.amount HAVING SUM(m.delta) > hl.amount
    UNION ALL SELECT h.id, m.lot_id, 0, m.delta FROM lot_moves m
    JOIN transfers b ON b.id = m.transfer_id JOIN transfers r ON r.id = b.reverses_id
    JOIN holds h ON h.transfer_id = r.pending_id
    WHERE m.kind = 'refund' AND NOT EXISTS (SELECT 1 FROM hold_lots hl
        WHERE hl.hold_id = h.id AND hl.lot_id = m.lot_id)""",
)
predicate(
    "I07-hold",
    "every pending transfer has its hold, of its account and amount",
    """SELECT t.id AS transfer_id, h.id AS hold_id FROM transfers t
    LEFT JOIN holds h ON h.transfer_id = t.id
    WHERE t.kind = 'hold'
    AND (h.id IS NULL OR h.amount <> t.amount OR h.account_id <> t.debit_id)
    UNION ALL SELECT h.transfer_id, h.id FROM holds h JOIN transfers t ON t.id = h.transfer_id
    WHERE t.kind <> 'hold'""",
)
predicate(
    "I08",
    "a hold is resolved with its own amount and accounts",
    """SELECT r.id AS transfer_id, r.pending_id FROM transfers r
    JOIN transfers p ON p.id = r.pending_id WHERE p.kind <> 'hold' OR r.amount <> p.amount
    OR r.debit_id <> p.debit_id OR r.credit_id <> p.credit_id""",
)
predicate(
    "I08-lots",
    "a hold is made of lots of the same member, in full",
    """SELECT h.id AS hold_id, h.amount, COALESCE(SUM(hl.amount), 0) AS lots_say FROM holds h
    LEFT JOIN hold_lots hl ON hl.hold_id = h.id LEFT JOIN lots l ON l.id = hl.lot_id
    GROUP BY h.id, h.amount, h.account_id
    HAVING COALESCE(SUM(hl.amount), 0) <> h.amount
    OR MIN(l.account_id) <> h.account_id OR MAX(l.account_id) <> h.account_id""",
)
predicate(
    "I09",
    "no lot is below zero, below what it holds, or above its grant",
    """SELECT id AS lot_id, granted, remaining, held FROM lots
    WHERE granted < 1 OR held < 0 OR held > remaining OR remaining > granted""",
)
predicate(
    "I10",
    "what remains of a lot is its grant and its moves",
    """SELECT l.id AS lot_id, l.remaining, l.granted + COALESCE(m.total, 0) AS moves_say FROM lots l
    LEFT JOIN (SELECT lot_id, SUM(delta) AS total FROM lot_moves GROUP BY lot_id) m
    ON m.lot_id = l.id WHERE l.remaining <> l.granted + COALESCE(m.total, 0)""",
)
predicate(
    "I10-transfers",
    "the moves of lots come to what their transfer moved",
    """SELECT t.id AS transfer_id, t.kind, t.amount, COALESCE(m.total, 0) AS moves_say
    FROM transfers t LEFT JOIN (SELECT transfer_id, SUM(ABS(delta)) AS total FROM lot_moves
      WHERE kind <> 'debt' GROUP BY transfer_id) m ON m.transfer_id = t.id
    WHERE (t.kind IN ('capture', 'refund', 'expiry') AND COALESCE(m.total, 0) <> t.amount)
    OR (t.kind = 'claw_back' AND COALESCE(m.total, 0) > t.amount)""",
)
predicate(
    "I10-kinds",
    "a lot moves for the reason its transfer has, within one account",
    """SELECT m.id AS lot_move_id, m.kind, t.kind AS transfer_kind FROM lot_moves m
    JOIN transfers t ON t.id = m.transfer_id JOIN lots l ON l.id = m.lot_id
    WHERE l.account_id NOT IN (t.debit_id, t.credit_id)
    OR m.kind || ':' || t.kind NOT IN ('spend:capture', 'refund:refund', 'expiry:expiry',
      'claw_back:claw_back', 'debt:grant', 'debt:release', 'debt:lapse', 'debt:refund')""",
)
predicate(
    "I11",
    "what a member has is the sum of the lots, less what is owed",
    """SELECT b.account_id, b.posted, b.floor, COALESCE(l.total, 0) AS lots_say
    FROM account_balances b LEFT JOIN (SELECT account_id, SUM(remaining) AS total FROM lots
      GROUP BY account_id) l ON l.account_id = b.account_id
    WHERE b.posted - b.floor <> COALESCE(l.total, 0)""",
)
predicate(
    "I11-debt",
    "what a member owes is what claw-backs did not find and nothing paid since",
    """SELECT b.account_id, -b.floor AS owed,
      COALESCE(c.total, 0) - COALESCE(m.total, 0) AS history_says
    FROM account_balances b
    LEFT JOIN (SELECT debit_id, SUM(amount) AS total FROM transfers WHERE kind = 'claw_back'
      GROUP BY debit_id) c ON c.debit_id = b.account_id
    LEFT JOIN (SELECT l.account_id, SUM(-m.delta) AS total FROM lot_moves m
      JOIN lots l ON l.id = m.lot_id WHERE m.kind IN ('claw_back', 'debt')
      GROUP BY l.account_id) m ON m.account_id = b.account_id
    WHERE -b.floor <> COALESCE(c.total, 0) - COALESCE(m.total, 0)""",
)
predicate(
    "I11-origin",
    "every grant made one lot of its amount, and every lot came from one",
    """SELECT t.id AS transfer_id, l.id AS lot_id FROM transfers t
    LEFT JOIN lots l ON l.transfer_id = t.id
    WHERE t.kind IN ('grant', 'grace')
    AND (l.id IS NULL OR l.granted <> t.amount OR l.account_id <> t.credit_id)
    UNION ALL SELECT l.transfer_id, l.id FROM lots l JOIN transfers t ON t.id = l.transfer_id
    WHERE t.kind NOT IN ('grant', 'grace')""",
)
predicate(
    "I11-earned",
    "a lot names the grant its points were earned by, also where it goes on with those of another",
    """SELECT l.id AS lot_id, l.grant_id, t.kind FROM lots l
    JOIN transfers t ON t.id = l.transfer_id
    LEFT JOIN lot_moves m ON m.transfer_id = t.reverses_id AND t.kind = 'grace'
    LEFT JOIN lots f ON f.id = m.lot_id
    WHERE l.grant_id <> COALESCE(f.grant_id, l.transfer_id)
    OR (f.id IS NOT NULL AND COALESCE(l.country, '') <> COALESCE(f.country, ''))
    UNION ALL SELECT l.id, l.grant_id, g.kind FROM lots l JOIN transfers g ON g.id = l.grant_id
    WHERE g.kind <> 'grant'""",
)
predicate(
    "I12",
    "nothing is spent from a lot that had expired when the points were set aside",
    """SELECT h.id AS hold_id, l.id AS lot_id, l.expires_at FROM hold_lots hl
    JOIN holds h ON h.id = hl.hold_id JOIN lots l ON l.id = hl.lot_id
    JOIN transfers p ON p.id = h.transfer_id WHERE l.expires_at <= p.posted_at""",
)
predicate(
    "I13",
    "expired points leave within a day unless they are held",
    """SELECT id AS lot_id, account_id, remaining, held, expires_at FROM lots
    WHERE closed_at IS NULL AND expires_at < :day_ago AND remaining > held""",
)
predicate(
    "I13-closed",
    "a closed lot is past its day and empty",
    """SELECT id AS lot_id, remaining, held, expires_at, closed_at FROM lots
    WHERE closed_at IS NOT NULL
    AND (remaining <> 0 OR held <> 0 OR expires_at IS NULL OR expires_at > closed_at)""",
)
predicate(
    "I16",
    "one source has one effect",
    """SELECT kind, source_key, COUNT(*) AS transfers FROM transfers WHERE source_key IS NOT NULL
    GROUP BY kind, source_key HAVING COUNT(*) > 1""",
)
predicate(
    "I16-grants",
    "every grant and every claw-back names its source",
    "SELECT id, kind FROM transfers WHERE kind IN ('grant', 'claw_back', 'fund', 'hold') "
    "AND source_key IS NULL",
)
predicate(
    "I17",
    "an expiry is graced at most once, and what reverses is never reversed",
    """SELECT r.reverses_id, COUNT(*) AS reversals FROM transfers r
    JOIN transfers o ON o.id = r.reverses_id GROUP BY r.reverses_id
    HAVING (COUNT(*) > 1 AND MAX(CASE WHEN r.kind = 'grace' THEN 1 ELSE 0 END) = 1)
    OR MAX(CASE WHEN o.reverses_id IS NOT NULL THEN 1 ELSE 0 END) = 1""",
)
predicate(
    "I18",
    "what reverses goes the same way back, a grace in full, refunds together at most in full",
    """SELECT r.id, r.reverses_id FROM transfers r JOIN transfers o ON o.id = r.reverses_id
    WHERE r.debit_id <> o.credit_id OR r.credit_id <> o.debit_id OR r.amount > o.amount
    OR (r.kind = 'grace' AND r.amount <> o.amount)
    UNION ALL SELECT MAX(r.id), r.reverses_id FROM transfers r
    JOIN transfers o ON o.id = r.reverses_id WHERE r.kind = 'refund'
    GROUP BY r.reverses_id, o.amount HAVING SUM(r.amount) > o.amount""",
)
predicate(
    "I19",
    "points are whole numbers up to 1,000,000,000,000",
    "SELECT id, amount FROM transfers WHERE amount NOT BETWEEN 1 AND 1000000000000",
    sqlite="""SELECT 'transfer' AS what, id, amount AS found FROM transfers
    WHERE typeof(amount) <> 'integer' OR amount NOT BETWEEN 1 AND 1000000000000
    UNION ALL SELECT 'balance', account_id, posted FROM account_balances
    WHERE typeof(posted) <> 'integer' OR typeof(held) <> 'integer' OR typeof(floor) <> 'integer'
    UNION ALL SELECT 'lot', id, remaining FROM lots WHERE typeof(granted) <> 'integer'
    OR typeof(remaining) <> 'integer' OR typeof(held) <> 'integer'
    UNION ALL SELECT 'lot move', id, delta FROM lot_moves WHERE typeof(delta) <> 'integer'
    UNION ALL SELECT 'hold', id, amount FROM holds WHERE typeof(amount) <> 'integer'""",
)
_AFTER_LEAVING = """SELECT t.id, t.actor_id FROM transfers t
    JOIN employees e ON e.id = t.actor_id AND e.status = 'left'
    LEFT JOIN (SELECT subject, MAX(at) AS at FROM audit_entries WHERE action = 'people.left'
      GROUP BY subject) noted ON noted.subject = 'employee:' || e.id
    WHERE t.posted_at > noted.at OR (noted.at IS NULL AND {posted_on} > e.left_on)"""
predicate(
    "I41",
    "somebody who was noted as gone moves no points afterwards",
    _AFTER_LEAVING.format(posted_on="CAST(t.posted_at AT TIME ZONE 'UTC' AS date)"),
    sqlite=_AFTER_LEAVING.format(posted_on="date(t.posted_at)"),
)
predicate(
    "I45-holds",
    "nothing stays set aside beyond its time",
    """SELECT id AS hold_id, reference, expires_at FROM holds
    WHERE state = 'open' AND expires_at < :quarter_hour_ago""",
)
predicate(
    "I14",
    "closed periods follow one another, each over before it was closed",
    """SELECT p.id AS period_id, p.ends_at FROM ledger_periods p
    WHERE p.closed_at <= p.ends_at OR EXISTS (SELECT 1 FROM ledger_periods earlier
      WHERE earlier.id < p.id AND earlier.ends_at >= p.ends_at)""",
)
predicate(
    "I20",
    "nothing was posted into a closed period after it had closed",
    """SELECT t.id AS transfer_id, p.id AS period_id FROM transfers t
    JOIN ledger_periods p ON t.posted_at < p.ends_at AND t.id > COALESCE(p.last_transfer_id, 0)""",
)


@worked_out("I15", "the seal of a closed period is that of its transfers and of the seal before")
def _broken_seals() -> Iterator[dict[str, Any]]:
    for period in closed_periods():
        found = digest_until(period.ends_at)
        if (found.seal, found.transfers) != (period.seal, period.transfers):
            yield {"period_id": period.id, "seal": period.seal, "worked_out": found.seal}
