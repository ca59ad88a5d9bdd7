"""What waits for a manager's answer in one table of claims: whose answer, and whether anybody's."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel.db import session
from marketplace.people.deciders import Deciders, nobody_may, who_may
from marketplace.programs.claimed.policies import Claimed
from marketplace.programs.models import Program, ProgramRule
from marketplace.programs.queries.rules import latest_version
from marketplace.programs.states import COUNTS

IN_QUEUE = 50
_DECIDES = Permission.PROGRAMS_MANAGE


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim that waits: the columns its kind asked for, its program, and the rule's kept terms.

    `is_stuck`: nobody at all could answer.
    """

    row: tuple[Any, ...]
    is_stuck: bool
    program: Program
    terms: Any


@dataclass(frozen=True, slots=True)
class Decidable:
    """A table of claims, the states of it that need a manager's answer, and who gave one already.

    `said_yes` are columns of people whose yes is there and who can't give the next one, too.
    """

    table: type[Any]
    states: frozenset[StrEnum]
    said_yes: tuple[str, ...] = ()

    def _left_out(self) -> list[Any]:
        return [getattr(self.table, name) for name in ("employee_id", *self.said_yes)]

    def _is_open(self) -> sa.ColumnElement[bool]:
        return sa.and_(self.table.state.in_(self.states), Program.state.in_(COUNTS))

    def waits_for(self, actor: Actor) -> sa.ColumnElement[bool]:
        """The condition that a claim of a joined program waits for this person's answer."""
        others = [sa.or_(column.is_(None), column != actor.id) for column in self._left_out()]
        return sa.and_(self._is_open(), *others)

    def is_stuck(self) -> sa.ColumnElement[bool]:
        """The condition that a claim of a joined program waits, and nobody could answer."""
        return sa.and_(self._is_open(), nobody_may(_DECIDES, *self._left_out()))

    def count(self, actor: Actor) -> sa.ScalarSelect[int]:
        """How many claims of all programs wait for this person, as a part of a statement."""
        joined = sa.join(self.table, Program, Program.id == self.table.program_id)
        waiting = sa.select(sa.func.count()).select_from(joined).where(self.waits_for(actor))
        return waiting.scalar_subquery()

    def listed(self, rows: Any, actor: Actor) -> Sequence[Waiting]:
        """The oldest of a select of claims that wait for this person or for nobody."""
        found: Any = session().execute(
            rows.add_columns(self.is_stuck(), Program, ProgramRule.terms)
            .join(Program, Program.id == self.table.program_id)
            .join(ProgramRule, ProgramRule.program_id == Program.id)
            .where(sa.or_(self.waits_for(actor), self.is_stuck()), latest_version())
            .order_by(self.table.submitted_at, self.table.id)
            .limit(IN_QUEUE)
        )
        return [Waiting(tuple(row[:-3]), bool(row[-3]), row[-2], row[-1]) for row in found]

    def deciders(self, claim: Claimed) -> Deciders:
        """Who can answer a claim that waits; it is not asked of others."""
        if claim.state not in self.states:
            return Deciders((), "")
        without = [claim.employee_id, *(getattr(claim, name) for name in self.said_yes)]
        return who_may(_DECIDES, without=without)
