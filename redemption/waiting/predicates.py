"""What must always hold of lines: counted right, in order, in time, and nobody twice."""

from marketplace.kernel.literals import quoted, quoted_moves
from marketplace.ledger.check import predicate
from redemption.states import RESERVED, SPENT
from redemption.waiting.states import LIVE, MOVES, WaitState

_LEGAL = quoted_moves(MOVES)
_HAS_PLACE = quoted(RESERVED | SPENT)
_LIVE = quoted(LIVE)

predicate(
    "I26-awaited",
    "of each variant as many units are awaited as those who wait in line for it wait for",
    """SELECT s.variant_id, s.awaited, COALESCE(w.waiting, 0) AS waiting FROM variant_stock s
    LEFT JOIN (SELECT variant_id, SUM(units) AS waiting FROM waits WHERE state = 'waiting'
        GROUP BY variant_id) w ON w.variant_id = s.variant_id
    WHERE s.awaited <> COALESCE(w.waiting, 0)""",
)
predicate(
    "I26-turns",
    "nobody is offered units before those who waited in front of them; where smaller parties may go"
    " ahead, before those for whom there were enough",
    """SELECT o.wait_id, ahead.id AS ahead FROM wait_events o
    JOIN waits w ON w.id = o.wait_id
    JOIN waits ahead ON ahead.variant_id = w.variant_id AND ahead.id < w.id
    JOIN wait_events a ON a.wait_id = ahead.id AND a.to_state = 'waiting'
    AND a.id = (SELECT MAX(x.id) FROM wait_events x WHERE x.wait_id = ahead.id AND x.id < o.id)
    WHERE o.to_state = 'offered' AND (o.at_hand IS NULL OR a.units <= o.at_hand)
    UNION ALL SELECT wait_id, at_hand FROM wait_events
    WHERE at_hand IS NOT NULL AND (to_state <> 'offered' OR units > at_hand)""",
)
predicate(
    "I26-lines",
    "nobody stands twice in a line, in more lines than they may, or for several but on a trip",
    f"""SELECT employee_id, variant_id, COUNT(*) AS times FROM waits WHERE state IN ({_LIVE})
    GROUP BY employee_id, variant_id HAVING COUNT(*) > 1
    UNION ALL SELECT employee_id, slot, COUNT(*) FROM waits WHERE state IN ({_LIVE})
    GROUP BY employee_id, slot HAVING COUNT(*) > 1
    UNION ALL SELECT w.employee_id, w.variant_id, w.units FROM waits w
    LEFT JOIN departures d ON d.variant_id = w.variant_id
    WHERE w.units > 1 AND d.variant_id IS NULL""",  # noqa: S608
)


def _waits_with_a_place(day: str) -> str:
    """Live waits for trips on which their people had a place, not of a departure long over."""
    return f"""SELECT w.id, l.id AS line_id FROM waits w
    JOIN variants v ON v.id = w.variant_id
    JOIN redemption_lines l ON l.employee_id = w.employee_id AND l.reward_id = v.reward_id
    JOIN departures d ON d.variant_id = l.variant_id
    WHERE w.state IN ({_LIVE}) AND l.state IN ({_HAS_PLACE}) AND d.ends_on >= {day}"""  # noqa: S608


predicate(
    "I26-places",
    "nobody waits for a departure of a trip on which they have a place",
    _waits_with_a_place("CAST(w.joined_at AT TIME ZONE 'UTC' AS date)"),
    sqlite=_waits_with_a_place("substr(w.joined_at, 1, 10)"),
)
predicate(
    "I30-turns",
    "what was taken in turn became a request of the same person for the same thing, in time",
    """SELECT w.id, w.line_id FROM waits w LEFT JOIN redemption_lines l ON l.id = w.line_id
    LEFT JOIN redemptions r ON r.id = l.redemption_id
    WHERE (w.state = 'taken') <> (w.line_id IS NOT NULL)
    OR (w.line_id IS NOT NULL AND (l.id IS NULL OR l.employee_id <> w.employee_id
        OR l.variant_id <> w.variant_id))
    OR (w.state = 'taken' AND r.submitted_at >= w.kept_until)""",
)
predicate(
    "I31-waits",
    "waits move only as the table of moves allows, never for more units, and end where their last"
    " move left them",
    f"""SELECT e.wait_id, e.from_state, e.to_state FROM wait_events e
    WHERE (e.from_state IS NULL AND e.to_state <> '{WaitState.WAITING}')
    OR (e.from_state IS NOT NULL AND e.from_state || '>' || e.to_state NOT IN ({_LEGAL}))
    UNION ALL SELECT w.id, e.to_state, w.state FROM waits w
    LEFT JOIN wait_events e ON e.wait_id = w.id
    AND e.seq = (SELECT MAX(x.seq) FROM wait_events x WHERE x.wait_id = w.id)
    WHERE e.to_state IS NULL OR e.to_state <> w.state OR e.units <> w.units
    UNION ALL SELECT c.wait_id, c.from_state, c.before_state FROM (
        SELECT wait_id, from_state, LAG(to_state) OVER (PARTITION BY wait_id ORDER BY seq)
        AS before_state, units, LAG(units) OVER (PARTITION BY wait_id ORDER BY seq) AS before_units
        FROM wait_events) c
    WHERE COALESCE(c.from_state, '') <> COALESCE(c.before_state, '')
    OR c.units > c.before_units""",  # noqa: S608
)
predicate(
    "I45-waits",
    "nothing is kept for somebody long after their time",
    """SELECT id, kept_until FROM waits
    WHERE state = 'offered' AND kept_until < :quarter_hour_ago""",
)
