"""What must always hold of recognition."""

from marketplace.ledger.check import predicate

predicate(
    "G-allowance",
    "an allowance was used by exactly what was given from it",
    """SELECT program_id, employee_id, period, SUM(granted) AS granted, SUM(used) AS used,
    SUM(given) AS given FROM (
      SELECT program_id, employee_id, period, granted, used, 0 AS given FROM giving_allowances
      UNION ALL
      SELECT r.program_id, r.giver_id, r.period, 0, 0, r.points FROM recognitions r
      JOIN recognition_recipients p ON p.recognition_id = r.id
      WHERE r.period IS NOT NULL AND r.state <> 'withdrawn') AS months
    GROUP BY program_id, employee_id, period
    HAVING SUM(used) <> SUM(given) OR SUM(used) > SUM(granted)""",
)
predicate(
    "G-self",
    "nobody recognizes themselves",
    """SELECT p.recognition_id, p.employee_id FROM recognition_recipients p
    JOIN recognitions r ON r.id = p.recognition_id
    WHERE r.giver_id = p.employee_id OR r.giver_id <> p.giver_id
    OR (r.giver_id IS NULL) <> (p.giver_id IS NULL)""",
)
predicate(
    "G-recipients",
    "every recognition is for somebody",
    """SELECT r.id FROM recognitions r WHERE NOT EXISTS (
      SELECT 1 FROM recognition_recipients p WHERE p.recognition_id = r.id)""",
)
