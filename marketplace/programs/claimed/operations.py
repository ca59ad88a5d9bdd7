"""What every step of a claim shares: its lock, and the guarded move from one state to another."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

import sqlalchemy as sa

from marketplace.awards.operations import lock_programs
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import DomainError, NotAllowed, NotFound
from marketplace.programs.claimed.policies import Claimed
from marketplace.programs.models import Program

Row = TypeVar("Row", bound=Claimed)


class ClaimMoved(DomainError):
    """Somebody else was there first."""

    code = "claim_moved"


def locked_claim(table: type[Row], reference: str, *, at: datetime) -> tuple[Row, Program]:
    """A claim and its program, as they are once the program is locked. Raises NotFound."""
    wanted: Any = table.reference == reference
    program_id = session().scalar(sa.select(table.program_id).where(wanted))
    if program_id is None:
        raise NotFound("There is no such claim here.")
    lock_programs([program_id], at=at)
    found = session().scalars(
        sa.select(table).where(wanted).execution_options(populate_existing=True)
    )
    return found.one(), session().get_one(Program, program_id, populate_existing=True)


def refuse(obstacle: str | None) -> None:
    """Raise NotAllowed where something stands against a step."""
    if obstacle:
        raise NotAllowed(f"{obstacle} Nothing was changed.")


def move(
    claim: Claimed,
    to: StrEnum,
    *,
    among: Collection[StrEnum],
    seen: Collection[sa.ColumnElement[bool]] = (),
    **values: Any,
) -> None:
    """Take a claim one step on, from one of some states and as it was `seen`.

    Raises ClaimMoved when somebody else moved it since.
    """
    moved = session().execute(
        sa.update(type(claim))
        .where(*guards(claim, among, seen))
        .values(state=to, **values)
        .execution_options(synchronize_session="fetch")
    )
    if not rows_changed(moved):
        raise ClaimMoved(
            f"Somebody was faster: this is “{claim.state.label.lower()}” now. "
            "Look at it again. Nothing was changed."
        )


def guards(
    claim: Claimed, among: Collection[StrEnum], seen: Collection[sa.ColumnElement[bool]]
) -> list[sa.ColumnElement[bool]]:
    """What must still hold when the step is made."""
    table: Any = type(claim)
    return [table.id == claim.id, table.state.in_(among), *seen]
