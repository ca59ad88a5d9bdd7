"""How a row goes from one state to the next: a guarded UPDATE decides, an event row remembers."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from marketplace.kernel.db import Model, in_batches, session
from marketplace.kernel.errors import IllegalMove


@dataclass(frozen=True, slots=True)
class Machine:
    """Rows of `model` with a `state` and a `version`, and the `events` that tell their story.

    `owner` is the column of an event that names its row; `may_move` is the table of moves. The
    `seq` of an event is the version after the move.
    """

    model: type[Model]
    events: type[Model]
    owner: str
    may_move: Callable[[Any, Any], bool]

    def move(
        self, row: Any, to: Any, *, at: datetime, told: dict[str, Any], **values: object
    ) -> int:
        """Move a row that was read here, with these `values`; its version after.

        `told` is what the event says besides from where, to where and when. Raises IllegalMove for
        a move not in the table, and where somebody else moved or touched the row since.
        """
        came_from, seq = row.state, None
        if self.may_move(came_from, to):
            seq = session().scalar(self._guarded(row).values(state=to, **values))
        if seq is None:
            raise IllegalMove(came_from, to)
        moved = {"from_state": came_from, "to_state": to, "at": at}
        self.note(self._id_of(row), seq, **moved, **told)
        session().refresh(row)
        return seq

    def move_all(
        self,
        ids: Collection[int],
        came_from: Any,
        to: Any,
        *,
        at: datetime,
        told: dict[str, Any],
        **values: object,
    ) -> list[int]:
        """Move all of some rows that stand at `came_from`; the ids of those that did, in order.

        What somebody else moved meanwhile stays where it is. Raises IllegalMove for a move not in
        the table.
        """
        if not self.may_move(came_from, to):
            raise IllegalMove(came_from, to)
        moved = {"from_state": came_from, "to_state": to, "at": at, **told}
        found: list[int] = []
        for batch in in_batches(sorted(ids)):
            rows = session().execute(self._guarded_all(batch, came_from).values(state=to, **values))
            events = [{self.owner: row_id, "seq": seq, **moved} for row_id, seq in map(tuple, rows)]
            if events:
                session().execute(sa.insert(self.events), events)
            found += [event[self.owner] for event in events]
        return sorted(found)

    def note(self, row_id: int, seq: int, **facts: Any) -> None:
        """Write the event of one move: from where, to where, when, by whom and why."""
        session().execute(sa.insert(self.events).values({self.owner: row_id, "seq": seq} | facts))

    def _guarded(self, row: Any) -> Any:
        model: Any = self.model
        (key,) = sa.inspect(self.model).primary_key
        return (
            sa.update(model)
            .where(key == self._id_of(row), model.state == row.state, model.version == row.version)
            .values(version=model.version + 1)
            .returning(model.version)
            .execution_options(synchronize_session=False)
        )

    def _guarded_all(self, ids: Collection[int], came_from: Any) -> Any:
        model: Any = self.model
        (key,) = sa.inspect(self.model).primary_key
        return (
            sa.update(model)
            .where(key.in_(ids), model.state == came_from)
            .values(version=model.version + 1)
            .returning(key, model.version)
            .execution_options(synchronize_session=False)
        )

    def _id_of(self, row: Any) -> int:
        (key,) = sa.inspect(self.model).primary_key
        return getattr(row, key.name)
