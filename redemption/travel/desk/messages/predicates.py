"""What must always hold of messages: legal moves, and a sent one has nobody left to write to."""

from marketplace.kernel.literals import quoted_moves
from marketplace.ledger.check import predicate
from redemption.travel.desk.messages.states import MOVES, MessageState

_LEGAL = quoted_moves(MOVES)

predicate(
    "I31-messages",
    "messages move only as the table of moves allows, stand where their last move left them, and"
    " one that is sent has been written to each of its readers",
    f"""SELECT e.message_id, e.from_state, e.to_state FROM trip_message_events e
    WHERE (e.from_state IS NULL AND e.to_state <> '{MessageState.PLANNED}')
    OR (e.from_state IS NOT NULL AND e.from_state || '>' || e.to_state NOT IN ({_LEGAL}))
    UNION ALL SELECT m.id, e.to_state, m.state FROM trip_messages m
    LEFT JOIN trip_message_events e ON e.message_id = m.id AND e.seq = m.version
    WHERE e.to_state IS NULL OR e.to_state <> m.state
    UNION ALL SELECT m.id, 'unwritten', m.state FROM trip_messages m
    JOIN trip_message_readers r ON r.message_id = m.id
    WHERE m.state = '{MessageState.SENT}' AND r.written_at IS NULL AND NOT r.is_unreachable""",  # noqa: S608
)
