"""What must always hold of programs and what they gave."""

from marketplace.ledger.check import predicate

predicate(
    "E-rules",
    "every award names a version of its program's rule that was there before it, and explains "
    "itself by it",
    """SELECT w.id AS award_id, w.program_id, w.rule_version FROM awards w
    LEFT JOIN program_rules r ON r.program_id = w.program_id AND r.version = w.rule_version
    WHERE r.id IS NULL OR w.id <= r.last_award_id
    OR COALESCE(w.explanation ->> 'event', '') = '' OR COALESCE(w.explanation ->> 'rule', '') = ''
    OR COALESCE(w.explanation ->> 'formula', '') = ''""",
)
predicate(
    "E-versions",
    "the versions of a rule count from 1 without a gap",
    """SELECT p.id AS program_id, COUNT(r.id) AS rules, MAX(r.version) AS newest FROM programs p
    LEFT JOIN program_rules r ON r.program_id = p.id GROUP BY p.id
    HAVING COUNT(r.id) = 0 OR MIN(r.version) <> 1 OR MAX(r.version) <> COUNT(r.id)""",
)
predicate(
    "E-states",
    "a program stands where its last event took it",
    """SELECT p.id AS program_id, p.state, v.to_state FROM programs p
    LEFT JOIN (SELECT program_id, MAX(id) AS last FROM program_events GROUP BY program_id) l
    ON l.program_id = p.id
    LEFT JOIN program_events v ON v.id = l.last WHERE v.id IS NULL OR v.to_state <> p.state""",
)
predicate(
    "E-settled",
    "a settled program stays settled, gives nothing afterwards, and nothing of it waits",
    """SELECT s.program_id, w.id AS award_id FROM
    (SELECT program_id, MIN(last_award_id) AS last_award_id FROM program_events
      WHERE to_state = 'settled' GROUP BY program_id) s
    JOIN programs p ON p.id = s.program_id
    LEFT JOIN awards w ON w.program_id = s.program_id AND w.id > s.last_award_id
    LEFT JOIN waiting_settlements q ON q.program_id = s.program_id
    WHERE p.state <> 'settled' OR w.id IS NOT NULL OR q.program_id IS NOT NULL""",
)
predicate(
    "E-discarded",
    "a discarded program is a draft that never ran, stays discarded, and gave nothing",
    """SELECT d.program_id, v.id AS event_id, w.id AS award_id FROM program_events d
    JOIN programs p ON p.id = d.program_id
    LEFT JOIN program_events v ON v.program_id = d.program_id
      AND (v.to_state IN ('running', 'closed', 'settled') OR v.id > d.id)
    LEFT JOIN awards w ON w.program_id = d.program_id
    LEFT JOIN waiting_settlements q ON q.program_id = d.program_id
    WHERE d.to_state = 'discarded' AND (p.state <> 'discarded' OR v.id IS NOT NULL
      OR w.id IS NOT NULL OR q.program_id IS NOT NULL)""",
)
