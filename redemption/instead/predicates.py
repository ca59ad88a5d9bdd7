"""What must always hold of shortages: one end, a true substitute, and nobody forgotten."""

from marketplace.kernel.literals import quoted, quoted_moves
from marketplace.ledger.check import predicate
from redemption.instead.states import LIVE, MOVES, ShortageState
from redemption.states import GIVEN_BACK

_LEGAL = quoted_moves(MOVES)
_LIVE = quoted(LIVE)
_GONE = quoted(GIVEN_BACK)

predicate(
    "I30-instead",
    "who took something else was given the first one's points back, and it cost no more",
    f"""SELECT s.id, s.state, l.state AS line_state, r.total_points FROM shortages s
    JOIN redemption_lines l ON l.id = s.line_id LEFT JOIN redemptions r ON r.id = s.taken_id
    WHERE (s.state = 'taken') <> (r.id IS NOT NULL)
    OR (s.state IN ('taken', 'given_back', 'lapsed') AND l.state NOT IN ({_GONE}))
    OR (r.id IS NOT NULL AND (r.employee_id <> l.employee_id
        OR r.total_points > l.quantity * l.unit_points OR r.id = l.redemption_id))""",  # noqa: S608
)
predicate(
    "I31-shortages",
    "shortages move only as the table of moves allows, and end where their last move left them",
    f"""SELECT e.shortage_id, e.from_state, e.to_state FROM shortage_events e
    WHERE (e.from_state IS NULL AND e.to_state <> '{ShortageState.OPEN}')
    OR (e.from_state IS NOT NULL AND e.from_state || '>' || e.to_state NOT IN ({_LEGAL}))
    UNION ALL SELECT s.id, e.to_state, s.state FROM shortages s
    LEFT JOIN shortage_events e ON e.shortage_id = s.id
    AND e.seq = (SELECT MAX(x.seq) FROM shortage_events x WHERE x.shortage_id = s.id)
    WHERE e.to_state IS NULL OR e.to_state <> s.state
    UNION ALL SELECT c.shortage_id, c.from_state, c.before_state FROM (
        SELECT shortage_id, from_state, LAG(to_state) OVER (PARTITION BY shortage_id ORDER BY seq)
        AS before_state FROM shortage_events) c
    WHERE COALESCE(c.from_state, '') <> COALESCE(c.before_state, '')""",  # noqa: S608
)
predicate(
    "I45-shortages",
    "nobody is asked what should happen long after it was settled, or after their time",
    f"""SELECT s.id, s.answer_by FROM shortages s
    JOIN redemption_lines l ON l.id = s.line_id
    WHERE (s.state = 'open' AND s.answer_by < :day_ago)
    OR (s.state IN ({_LIVE}) AND l.state NOT IN ('approved', 'fulfilling')
        AND l.changed_at < :day_ago)""",  # noqa: S608
)
