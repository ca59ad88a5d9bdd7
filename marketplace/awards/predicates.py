"""What must always hold of awards."""

from marketplace.ledger.check import predicate

predicate(
    "I21-awards",
    "no budget gave more than it has",
    """SELECT b.budget_id, b.amount, a.total AS awarded FROM budget_balances b
    JOIN (SELECT budget_id, SUM(points) AS total FROM awards GROUP BY budget_id) a
    ON a.budget_id = b.budget_id WHERE a.total > b.amount""",
)
predicate(
    "I22",
    "every award is one posting of its points to its person, out of its budget",
    """SELECT w.id AS award_id, w.points, t.id AS transfer_id FROM awards w
    LEFT JOIN transfers t ON t.id = w.transfer_id
    LEFT JOIN accounts m ON m.kind = 'member'
      AND m.id = CASE WHEN w.points > 0 THEN t.credit_id ELSE t.debit_id END
    LEFT JOIN accounts b ON b.kind = 'budget'
      AND b.id = CASE WHEN w.points > 0 THEN t.debit_id ELSE t.credit_id END
    WHERE t.id IS NULL OR m.id IS NULL OR b.id IS NULL OR m.owner_id <> w.employee_id
    OR b.owner_id <> w.budget_id OR t.amount <> ABS(w.points)
    OR t.kind <> CASE WHEN w.points > 0 THEN 'grant' ELSE 'claw_back' END""",
)
predicate(
    "I22-postings",
    "points are given and taken back by awards alone, or given in place of a trip",
    """SELECT t.id AS transfer_id, t.reference FROM transfers t
    LEFT JOIN awards w ON w.transfer_id = t.id
    WHERE t.kind IN ('grant', 'claw_back') AND w.id IS NULL
    AND (t.kind <> 'grant' OR t.source_key NOT LIKE 'trade:%')""",
)
predicate(
    "I23",
    "one award per subject, person and revision, revisions without a gap, never below zero",
    """SELECT program_id, subject, employee_id, COUNT(*) AS revisions, SUM(points) AS points
    FROM awards GROUP BY program_id, subject, employee_id
    HAVING COUNT(*) <> MAX(revision) OR MIN(revision) <> 1
    OR COUNT(DISTINCT revision) <> COUNT(*) OR SUM(points) < 0""",
)
predicate(
    "I22-kept",
    "only points that were given stay by their terms, and not from before they were given",
    """SELECT id AS award_id, points, granted_at, kept_from FROM awards
    WHERE kept_from < granted_at OR (points < 0 AND kept_from IS NOT NULL)""",
)
