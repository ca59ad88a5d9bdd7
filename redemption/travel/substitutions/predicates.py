"""What must always hold of substitutions: a place has one holder, and moves as the table says."""

from marketplace.kernel.literals import quoted_moves
from marketplace.ledger.check import predicate
from redemption.travel.substitutions.states import MOVES, SubstitutionState

_LEGAL = quoted_moves(MOVES)
_S = SubstitutionState

predicate(
    "I27-substitutes",
    "whoever goes in somebody's place was named for it and said yes, and that one goes no more",
    f"""SELECT i.id, f.state, s.state AS named FROM trip_invitations i
    JOIN trip_invitations f ON f.id = i.substitutes_id
    LEFT JOIN trip_substitutions s ON s.invitation_id = f.id AND s.employee_id = i.employee_id
        AND s.state = '{_S.TAKEN}'
    WHERE s.id IS NULL OR f.state <> 'given_back' OR f.variant_id <> i.variant_id
    UNION ALL SELECT s.id, f.state, s.state FROM trip_substitutions s
    JOIN trip_invitations f ON f.id = s.invitation_id
    WHERE (s.state IN ('{_S.ASKED}', '{_S.OFFERED}') AND f.state <> 'accepted')
    OR (s.state = '{_S.TAKEN}' AND NOT EXISTS (SELECT 1 FROM trip_invitations i
        WHERE i.substitutes_id = f.id AND i.employee_id = s.employee_id))""",  # noqa: S608
)
predicate(
    "I31-substitutes",
    "substitutions move only as the table of moves allows, and stand where their last move left",
    f"""SELECT e.substitution_id, e.from_state, e.to_state FROM trip_substitution_events e
    WHERE (e.from_state IS NULL AND e.to_state NOT IN ('{_S.ASKED}', '{_S.OFFERED}'))
    OR (e.from_state IS NOT NULL AND e.from_state || '>' || e.to_state NOT IN ({_LEGAL}))
    UNION ALL SELECT s.id, e.to_state, s.state FROM trip_substitutions s
    LEFT JOIN trip_substitution_events e ON e.substitution_id = s.id AND e.seq = s.version
    WHERE e.to_state IS NULL OR e.to_state <> s.state""",  # noqa: S608
)
