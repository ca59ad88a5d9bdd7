"""What must always hold of journeys."""

from marketplace.kernel.literals import quoted_moves
from marketplace.ledger.check import predicate
from redemption.journeys.states import MOVES, JourneyState

_LEGAL = quoted_moves(MOVES)


def _held_otherwise(until: str, said: str) -> str:
    return f"""SELECT j.line_id, j.guaranteed_until FROM journeys j
    JOIN redemption_lines l ON l.id = j.line_id
    WHERE {until} <> {said} AND NOT EXISTS (SELECT 1 FROM journey_events e
        WHERE e.line_id = j.line_id AND e.from_state IS NOT NULL
        AND e.to_state = '{JourneyState.WISHED}')"""  # noqa: S608


predicate(
    "I27-journeys",
    "a package that is paid is booked with dates, and one with dates is paid",
    """SELECT j.line_id, j.state, l.state AS line_state FROM journeys j
    JOIN redemption_lines l ON l.id = j.line_id
    LEFT JOIN (SELECT line_id, COUNT(*) AS times FROM journey_bookings GROUP BY line_id) b
        ON b.line_id = j.line_id
    WHERE (l.state = 'fulfilled' AND (j.state <> 'booked' OR b.times IS NULL))
    OR (j.state = 'booked' AND (b.times IS NULL
        OR l.state NOT IN ('fulfilled', 'refunded')))
    OR (b.times IS NOT NULL AND j.state <> 'booked')
    OR (j.state = 'replaced' AND l.state NOT IN ('withdrawn', 'cancelled'))""",
)
predicate(
    "I30-journeys",
    "dates that were chosen anew took the place of one request of the same person, and of no more",
    """SELECT j.line_id, j.state FROM journeys j
    LEFT JOIN journeys n ON n.replaces_id = j.line_id
    WHERE (j.state = 'replaced') <> (n.line_id IS NOT NULL)
    OR (n.line_id IS NOT NULL AND n.employee_id <> j.employee_id)""",
)
predicate(
    "I28-journeys",
    "a price that is promised is that of the day of asking, or of the request it goes on from",
    """SELECT j.line_id, j.priced_at FROM journeys j
    JOIN redemption_lines l ON l.id = j.line_id JOIN redemptions r ON r.id = l.redemption_id
    LEFT JOIN journeys b ON b.line_id = j.replaces_id
    WHERE j.priced_at <> r.submitted_at AND (b.line_id IS NULL OR j.priced_at <> b.priced_at)""",
)
predicate(
    "I28-guaranteed",
    "a price holds until the day that was said when it was asked for, unless the desk kept it",
    _held_otherwise(
        "CAST(j.guaranteed_until AS VARCHAR)", "l.snapshot -> 'wish' ->> 'guaranteed_until'"
    ),
    sqlite=_held_otherwise(
        "j.guaranteed_until", "json_extract(l.snapshot, '$.wish.guaranteed_until')"
    ),
)
predicate(
    "I45-journeys",
    "nobody’s points stay set aside long after they did not answer about another price",
    """SELECT j.line_id, j.answer_by FROM journeys j
    JOIN redemption_lines l ON l.id = j.line_id
    WHERE j.state = 'price_asked' AND l.state IN ('pending_approval', 'approved', 'fulfilling')
    AND j.answer_by < :quarter_hour_ago""",
)
predicate(
    "I31-journeys",
    "journeys move only as the table of moves allows, and end where their last move left them",
    f"""SELECT e.line_id, e.from_state, e.to_state FROM journey_events e
    WHERE (e.from_state IS NULL AND e.to_state <> '{JourneyState.WISHED}')
    OR (e.from_state IS NOT NULL AND e.from_state || '>' || e.to_state NOT IN ({_LEGAL}))
    UNION ALL SELECT j.line_id, e.to_state, j.state FROM journeys j
    LEFT JOIN journey_events e ON e.line_id = j.line_id
    AND e.seq = (SELECT MAX(x.seq) FROM journey_events x WHERE x.line_id = j.line_id)
    WHERE e.to_state IS NULL OR e.to_state <> j.state
    UNION ALL SELECT c.line_id, c.from_state, c.before_state FROM (
        SELECT line_id, from_state, LAG(to_state) OVER (PARTITION BY line_id ORDER BY seq)
        AS before_state FROM journey_events) c
    WHERE COALESCE(c.from_state, '') <> COALESCE(c.before_state, '')""",  # noqa: S608
)
