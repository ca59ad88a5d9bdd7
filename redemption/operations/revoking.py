"""What every ending of a line takes back: its place in the limit, and what was made of it."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from catalog.operations import uncount_taken
from marketplace.kernel.db import session
from redemption.models import Redemption, RedemptionLine
from redemption.policies import limit_units

Revoker = Callable[[int, datetime], None]
_revokers: list[Revoker] = []


def revokes(revoker: Revoker) -> Revoker:
    """Register what takes back a voucher, parcel or booking when its line ends.

    It is called inside the ending transaction with the line's id and the moment.
    """
    if revoker not in _revokers:
        _revokers.append(revoker)
    return revoker


def revoke_line(line_id: int, at: datetime) -> None:
    """A line ended: what was made of it counts no more."""
    for revoke in _revokers:
        revoke(line_id, at)


def uncount(line: RedemptionLine, units: int, *, is_rest: bool = True) -> None:
    """So many units of a line do not count in its person's limit any more.

    A trip counts until the last of its places is given back.
    """
    is_departure = line.snapshot["departure"] is not None
    if is_departure and not is_rest:
        return
    asked = sa.select(Redemption.submitted_at).where(Redemption.id == line.redemption_id)
    taken_at = session().scalars(asked).one()
    counted = limit_units(units, is_departure=is_departure)
    uncount_taken(line.reward_id, line.employee_id, counted, taken_at=taken_at)
