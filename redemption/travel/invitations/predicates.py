"""What must always hold of invitations: places kept once, nobody twice, each place explained."""

from marketplace.kernel.literals import quoted, quoted_moves
from marketplace.ledger.check import predicate
from redemption.states import RESERVED, SPENT
from redemption.travel.invitations.states import LIVE, MOVES, InvitationState

_LEGAL = quoted_moves(MOVES)
_LIVE = quoted(LIVE)
_ASKED = quoted(RESERVED | SPENT)
_I = InvitationState

predicate(
    "I27-invitations",
    "who accepted an invitation has its booking, and nobody else has one by invitation",
    f"""SELECT i.id, i.state, b.state AS booking FROM trip_invitations i
    LEFT JOIN bookings b ON b.invitation_id = i.id
    WHERE (i.state = '{_I.ACCEPTED}' AND (b.state IS NULL OR b.state = 'cancelled'
        OR b.places <> i.places OR b.employee_id <> i.employee_id
        OR b.variant_id <> i.variant_id OR b.trip_id <> i.trip_id))
    OR (i.state <> '{_I.ACCEPTED}' AND b.state <> 'cancelled')""",  # noqa: S608
)
predicate(
    "I27-once",
    "nobody goes on a trip twice at a time, whatever the number of ways",
    f"""SELECT b.employee_id, b.trip_id, COUNT(*) AS places FROM bookings b
    WHERE b.trip_id IS NOT NULL AND b.state IN ('requested', 'confirmed')
    GROUP BY b.employee_id, b.trip_id HAVING COUNT(*) > 1
    UNION ALL SELECT employee_id, variant_id, COUNT(*) FROM trip_invitations
    WHERE state IN ({_LIVE}) GROUP BY employee_id, variant_id HAVING COUNT(*) > 1
    UNION ALL SELECT b.employee_id, b.trip_id, 2 FROM bookings b
    JOIN redemption_lines l ON l.employee_id = b.employee_id AND l.reward_id = b.trip_id
    AND l.state IN ({_ASKED})
    LEFT JOIN bookings other ON other.line_id = l.id
    WHERE b.invitation_id IS NOT NULL AND b.state IN ('requested', 'confirmed')
    AND (other.id IS NULL OR other.state IN ('requested', 'confirmed'))""",  # noqa: S608
)
predicate(
    "I31-invitations",
    "invitations move only as the table of moves allows, and stand where their last move left them",
    f"""SELECT e.invitation_id, e.from_state, e.to_state FROM trip_invitation_events e
    WHERE (e.from_state IS NULL AND e.to_state NOT IN ('{_I.ALTERNATE}', '{_I.OWED}'))
    OR (e.from_state IS NOT NULL AND e.from_state || '>' || e.to_state NOT IN ({_LEGAL}))
    UNION ALL SELECT i.id, e.to_state, i.state FROM trip_invitations i
    LEFT JOIN trip_invitation_events e ON e.invitation_id = i.id
    AND e.seq = (SELECT MAX(x.seq) FROM trip_invitation_events x WHERE x.invitation_id = i.id)
    WHERE e.to_state IS NULL OR e.to_state <> i.state""",  # noqa: S608
)
predicate(
    "I26-rights",
    "an invitation by right lives as long as the right, and is of the same person and departure",
    f"""SELECT i.id, i.state, e.state AS right_state FROM trip_invitations i
    JOIN entitlements e ON e.id = i.entitlement_id
    WHERE e.employee_id <> i.employee_id OR e.variant_id <> i.variant_id
    OR (i.state = '{_I.ACCEPTED}' AND e.state <> 'used')
    OR (i.state IN ('{_I.OWED}', '{_I.INVITED}') AND e.state <> 'granted')
    OR (i.state NOT IN ({_LIVE}) AND e.state IN ('granted', 'used'))""",  # noqa: S608
)
predicate(
    "I20-trades",
    "who declined got what they chose, once: points out of the budget that was drawn on for them,"
    " or an invitation to go later",
    """SELECT i.id, i.trade_points, t.amount FROM trip_invitations i
    LEFT JOIN transfers t ON t.id = i.trade_transfer_id
    LEFT JOIN accounts m ON m.id = t.credit_id AND m.kind = 'member'
    LEFT JOIN accounts g ON g.id = t.debit_id AND g.kind = 'budget'
    LEFT JOIN trip_invitations n ON n.instead_of_id = i.id
    WHERE (i.trade_points > 0 AND (t.id IS NULL OR t.amount <> i.trade_points
        OR t.kind <> 'grant' OR m.id IS NULL OR m.owner_id <> i.employee_id
        OR t.source_key <> 'trade:' || i.id OR i.state NOT IN ('declined', 'withdrawn')))
    OR (i.trade_points > 0 AND 1 <> (SELECT COUNT(*) FROM budget_entries b
        WHERE b.budget_id = g.owner_id AND b.kind = 'spend' AND b.reference = 'trade:' || i.id
        AND b.points = i.trade_points))
    OR (i.trade IN ('points', 'package')) <> (i.trade_points > 0)
    OR (i.trade = 'later') <> (n.id IS NOT NULL)
    OR n.employee_id <> i.employee_id OR n.trip_id <> i.trip_id
    UNION ALL SELECT t.id, t.amount, NULL FROM transfers t WHERE t.source_key LIKE 'trade:%'
    AND NOT EXISTS (SELECT 1 FROM trip_invitations i WHERE i.trade_transfer_id = t.id)
    UNION ALL SELECT b.id, b.points, NULL FROM budget_entries b
    LEFT JOIN (SELECT 'trade:' || id AS reference FROM trip_invitations WHERE trade_points > 0) i
        ON i.reference = b.reference
    WHERE b.kind = 'spend' AND b.reference LIKE 'trade:%' AND i.reference IS NULL""",
)
predicate(
    "I21-invitations",
    "the budget of an invitation holds what its places cost, and nothing once it is over",
    f"""SELECT i.id, i.state, COALESCE(b.reserved, 0) AS reserved, COALESCE(b.spent, 0) AS spent
    FROM trip_invitations i LEFT JOIN (SELECT reference, budget_id,
        SUM(CASE kind WHEN 'reserve' THEN points WHEN 'release' THEN -points
            WHEN 'spend_reserved' THEN -points ELSE 0 END) AS reserved,
        SUM(CASE kind WHEN 'spend_reserved' THEN points WHEN 'give_back' THEN -points
            ELSE 0 END) AS spent
        FROM budget_entries WHERE reference LIKE 'invitation:%' GROUP BY reference, budget_id) b
        ON b.reference = 'invitation:' || i.id
    WHERE COALESCE(b.reserved, 0) <> CASE WHEN i.state = '{_I.INVITED}'
        THEN i.places * COALESCE(i.place_points, 0) ELSE 0 END
    OR COALESCE(b.spent, 0) <> CASE WHEN i.state = '{_I.ACCEPTED}'
        THEN i.places * COALESCE(i.place_points, 0) ELSE 0 END
    OR b.budget_id <> i.budget_id OR (b.budget_id IS NOT NULL AND i.budget_id IS NULL)
    UNION ALL SELECT b.id, 'nobody', b.points, 0 FROM budget_entries b
    LEFT JOIN (SELECT 'invitation:' || id AS reference FROM trip_invitations) i
        ON i.reference = b.reference
    WHERE b.reference LIKE 'invitation:%' AND i.reference IS NULL""",  # noqa: S608
)
