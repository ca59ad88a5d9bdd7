"""Whether what was made of a line can still be taken back, as the rooms that make it say.

Each says it as a condition on `RedemptionLine`, so that who reads a line asks all of them with it.
"""

from collections.abc import Callable

import sqlalchemy as sa

from marketplace.kernel.db import session
from redemption.models import RedemptionLine

Condition = Callable[[], sa.ColumnElement[bool]]
_untouched: list[Condition] = []
_kept: list[Condition] = []


def returnable_while(condition: Condition) -> Condition:
    """Register who knows of a line that nothing has left yet: no code shown, no parcel sent."""
    if condition not in _untouched:
        _untouched.append(condition)
    return condition


def kept_while(condition: Condition) -> Condition:
    """Register who knows of a line that something was bought or used for good."""
    if condition not in _kept:
        _kept.append(condition)
    return condition


def untouched() -> sa.ColumnElement[bool]:
    """Whether somebody knows that nothing of a line has left yet."""
    return sa.or_(sa.false(), *(condition() for condition in _untouched))


def kept() -> sa.ColumnElement[bool]:
    """Whether something of a line was bought or used for good."""
    return sa.or_(sa.false(), *(condition() for condition in _kept))


def is_returnable(line_id: int) -> bool:
    """Whether somebody knows that this line can still be taken back, and nobody knows better."""
    return _is(line_id, sa.and_(untouched(), ~kept()))


def is_kept(line_id: int) -> bool:
    """Whether something of this line was bought or used for good."""
    return _is(line_id, kept())


def _is(line_id: int, condition: sa.ColumnElement[bool]) -> bool:
    return bool(session().scalar(sa.select(condition).where(RedemptionLine.id == line_id)))
