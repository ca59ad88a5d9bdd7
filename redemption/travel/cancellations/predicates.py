"""What must always hold of canceled departures: nobody is on one, everyone was made whole once."""

from marketplace.kernel.literals import quoted
from marketplace.ledger.check import predicate
from redemption.states import RESERVED, SPENT
from redemption.travel.invitations.states import LIVE

_LINES = quoted(RESERVED | SPENT)
_INVITATIONS = quoted(LIVE)

predicate(
    "I27-canceled",
    "nobody holds a place on a departure that was canceled, once everyone is made whole",
    f"""SELECT c.variant_id, l.id, l.state FROM canceled_departures c
    JOIN redemption_lines l ON l.variant_id = c.variant_id AND l.state IN ({_LINES})
    WHERE c.finished_at IS NOT NULL
    UNION ALL SELECT c.variant_id, i.id, i.state FROM canceled_departures c
    JOIN trip_invitations i ON i.variant_id = c.variant_id AND i.state IN ({_INVITATIONS})
    WHERE c.finished_at IS NOT NULL
    UNION ALL SELECT c.variant_id, b.id, b.state FROM canceled_departures c
    JOIN bookings b ON b.variant_id = c.variant_id AND b.state IN ('requested', 'confirmed')
    WHERE c.finished_at IS NOT NULL
    UNION ALL SELECT c.variant_id, e.id, e.state FROM canceled_departures c
    JOIN entitlements e ON e.variant_id = c.variant_id AND e.state IN ('granted', 'used')
    WHERE c.finished_at IS NOT NULL
    UNION ALL SELECT c.variant_id, v.id, v.state FROM canceled_departures c
    JOIN variants v ON v.id = c.variant_id JOIN departures d ON d.variant_id = v.id
    WHERE v.state <> 'withdrawn' OR d.canceled_at IS NULL""",  # noqa: S608
)
predicate(
    "I10-made-whole",
    "whoever was on a canceled departure got all of their points back, or what they were promised",
    """SELECT m.id, m.points, l.state FROM made_whole m
    JOIN redemption_lines l ON l.id = m.line_id
    WHERE l.employee_id <> m.employee_id OR l.variant_id <> m.variant_id
    OR l.state NOT IN ('withdrawn', 'cancelled', 'refunded')
    OR (l.state <> 'refunded' AND m.points <> l.quantity * l.unit_points)
    OR (l.state = 'refunded' AND m.points <> COALESCE((SELECT r.points FROM line_refunds r
        WHERE r.line_id = l.id AND r.source = 'called_off'), -1))
    OR (l.state = 'refunded' AND l.quantity * l.unit_points > (SELECT SUM(r.points + CASE r.source
        WHEN 'called_off' THEN 0 ELSE r.kept_points END) FROM line_refunds r
        WHERE r.line_id = l.id))
    UNION ALL SELECT m.id, m.points, i.state FROM made_whole m
    JOIN trip_invitations i ON i.id = m.invitation_id
    WHERE i.employee_id <> m.employee_id OR i.variant_id <> m.variant_id
    OR i.state <> 'withdrawn' OR m.points <> i.trade_points OR m.trade <> i.trade
    UNION ALL SELECT r.line_id, r.points, r.cause FROM line_refunds r
    WHERE r.cause = 'called_off'
    AND NOT EXISTS (SELECT 1 FROM made_whole m WHERE m.line_id = r.line_id)""",
)
predicate(
    "I21-canceled",
    "once everyone of a canceled departure is made whole, no budget keeps points for one of them",
    """SELECT c.variant_id, r.reference, r.points FROM canceled_departures c
    JOIN trip_invitations i ON i.variant_id = c.variant_id
    JOIN budget_entries r ON r.kind = 'reserve' AND r.reference = 'trade:' || i.id
    WHERE c.finished_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM budget_entries b
        WHERE b.kind = 'release' AND b.budget_id = r.budget_id AND b.reference = r.reference)""",
)
