"""What must always hold of budgets."""

from marketplace.ledger.check import predicate

predicate(
    "I21",
    "no budget is overspent",
    """SELECT budget_id, amount, reserved, spent FROM budget_balances
    WHERE reserved < 0 OR spent < 0 OR reserved + spent > amount""",
)
predicate(
    "I21-entries",
    "the counters of a budget are what its entries come to",
    """SELECT b.budget_id, b.amount, b.reserved, b.spent FROM budget_balances b
    LEFT JOIN (SELECT budget_id,
      SUM(CASE kind WHEN 'fund' THEN points ELSE 0 END) AS amount,
      SUM(CASE kind WHEN 'reserve' THEN points WHEN 'release' THEN -points
        WHEN 'spend_reserved' THEN -points ELSE 0 END) AS reserved,
      SUM(CASE kind WHEN 'spend' THEN points WHEN 'spend_reserved' THEN points
        WHEN 'give_back' THEN -points ELSE 0 END) AS spent
      FROM budget_entries GROUP BY budget_id) e ON e.budget_id = b.budget_id
    WHERE b.amount <> COALESCE(e.amount, 0) OR b.reserved <> COALESCE(e.reserved, 0)
    OR b.spent <> COALESCE(e.spent, 0)""",
)
predicate(
    "I21-reserved",
    "nothing is spent or released that was not reserved under the same reference",
    """SELECT budget_id, reference FROM budget_entries
    WHERE kind IN ('reserve', 'release', 'spend_reserved') GROUP BY budget_id, reference
    HAVING SUM(CASE kind WHEN 'reserve' THEN points ELSE -points END) < 0""",
)
predicate(
    "I21-ledger",
    "an awards budget has in the ledger what it has left to give",
    """SELECT x.budget_id, x.amount - x.spent AS has_left, COALESCE(s.total, 0) AS ledger_says
    FROM (SELECT b.id AS budget_id, l.amount, l.spent FROM budgets b
      JOIN budget_balances l ON l.budget_id = b.id WHERE b.purpose = 'awards') x
    LEFT JOIN accounts a ON a.kind = 'budget' AND a.owner_id = x.budget_id
    LEFT JOIN (SELECT account_id, SUM(amount) AS total FROM (
        SELECT credit_id AS account_id, amount FROM transfers WHERE kind IN ('fund', 'claw_back')
        UNION ALL SELECT debit_id, -amount FROM transfers WHERE kind IN ('fund', 'grant')
      ) AS legs GROUP BY account_id) s ON s.account_id = a.id
    WHERE x.amount - x.spent <> COALESCE(s.total, 0)""",
)
predicate(
    "I21-rows",
    "every budget has its counters",
    """SELECT b.id AS budget_id FROM budgets b LEFT JOIN budget_balances l ON l.budget_id = b.id
    WHERE l.budget_id IS NULL""",
)
predicate(
    "I21-tree",
    "budgets form a tree, each under one of its own purpose, so that its sums are those below",
    """WITH RECURSIVE tree(id, purpose) AS (
      SELECT id, purpose FROM budgets WHERE parent_id IS NULL
      UNION ALL SELECT b.id, b.purpose FROM budgets b
      JOIN tree ON tree.id = b.parent_id AND tree.purpose = b.purpose)
    SELECT b.id AS budget_id, b.parent_id FROM budgets b
    WHERE NOT EXISTS (SELECT 1 FROM tree WHERE tree.id = b.id)""",
)
predicate(
    "I21-transfers",
    "points moved between budgets once two people agreed, out of one and into the other, and "
    "otherwise not",
    """SELECT t.id AS budget_transfer_id, t.state, COALESCE(e.entries, 0) AS entries
    FROM budget_transfers t LEFT JOIN (
      SELECT x.id, COUNT(*) AS entries, SUM(CASE
        WHEN f.budget_id = x.from_id AND f.points = -x.points THEN 1
        WHEN f.budget_id = x.to_id AND f.points = x.points THEN 1 ELSE 0 END) AS fitting
      FROM budget_transfers x JOIN budget_entries f ON f.kind = 'fund'
        AND f.reference = 'transfer:' || x.id GROUP BY x.id) e ON e.id = t.id
    WHERE COALESCE(e.entries, 0) <> CASE t.state WHEN 'approved' THEN 2 ELSE 0 END
    OR COALESCE(e.entries, 0) <> COALESCE(e.fitting, 0)
    OR (t.state IN ('approved', 'declined')
      AND (t.decided_by_id IS NULL OR t.decided_by_id = t.asked_by_id))""",
)
