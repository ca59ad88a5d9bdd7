"""What must always hold of registrations: they stand where their moves left them."""

from marketplace.kernel.literals import quoted_moves
from marketplace.ledger.check import predicate
from redemption.travel.registration.states import MOVES

_LEGAL = quoted_moves(MOVES)

predicate(
    "I31-registrations",
    "registrations move as the table of moves allows, and stand where the last move left them",
    f"""SELECT e.traveler_id, e.from_state, e.to_state FROM registration_events e
    WHERE (e.from_state IS NULL AND (e.to_state <> 'open' OR e.seq <> 1))
    OR (e.from_state IS NOT NULL AND e.from_state || '>' || e.to_state NOT IN ({_LEGAL}))
    UNION ALL SELECT r.traveler_id, e.to_state, r.state FROM registrations r
    LEFT JOIN registration_events e ON e.traveler_id = r.traveler_id
    AND e.seq = (SELECT MAX(x.seq) FROM registration_events x WHERE x.traveler_id = r.traveler_id)
    WHERE e.to_state IS NULL OR e.to_state <> r.state OR e.seq <> r.version""",  # noqa: S608
)
predicate(
    "I31-guests",
    "every guest who came in the place of another is remembered, in order",
    """SELECT r.traveler_id, r.guest FROM registrations r
    WHERE r.guest <> 1 + (SELECT COUNT(*) FROM guest_changes g WHERE g.traveler_id = r.traveler_id)
    OR (r.guest > 1 AND r.guest <> (SELECT MAX(g.number) FROM guest_changes g
        WHERE g.traveler_id = r.traveler_id))
    UNION ALL SELECT g.traveler_id, g.number FROM guest_changes g
    JOIN travelers t ON t.id = g.traveler_id WHERE t.employee_id IS NOT NULL""",
)
predicate(
    "I49-guest-links",
    "links are for guests alone, and what is known of a guest lies with a guest in the vault",
    """SELECT l.id, l.traveler_id FROM guest_links l
    JOIN travelers t ON t.id = l.traveler_id WHERE t.employee_id IS NOT NULL
    UNION ALL SELECT r.subject_id, r.traveler_id FROM registrations r
    JOIN travelers t ON t.id = r.traveler_id JOIN vault_subjects s ON s.id = r.subject_id
    WHERE t.employee_id IS NOT NULL OR s.employee_id IS NOT NULL""",
)
