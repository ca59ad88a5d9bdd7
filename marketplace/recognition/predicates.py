"""What must always hold of recognition."""

from marketplace.ledger.check import predicate

predicate(
    "G-allowance",
    "an allowance was used by exactly what was given from it",
    """SELECT a.program_id, a.employee_id, a.period, a.granted, a.used, g.given
    FROM giving_allowances a LEFT JOIN (
      SELECT r.program_id, r.giver_id, r.period, SUM(r.points) AS given FROM recognitions r
      JOIN recognition_recipients p ON p.recognition_id = r.id
      WHERE r.period IS NOT NULL AND r.state <> 'withdrawn'
      GROUP BY r.program_id, r.giver_id, r.period) g
    ON g.program_id = a.program_id AND g.giver_id = a.employee_id AND g.period = a.period
    WHERE a.used <> COALESCE(g.given, 0) OR a.used > a.granted""",
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
