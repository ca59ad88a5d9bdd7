"""Where a line stands, as the rules about taking it back look at it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.return_terms import terms_in
from marketplace.kernel.db import session
from redemption.gifts.models import Gift
from redemption.gifts.states import GiftState
from redemption.journeys.dates import as_begun, begins_on
from redemption.models import RedemptionLine
from redemption.policies import (
    CancelObstacle,
    Standing,
    cancel_obstacle,
    cutoff_of,
    leaves_of,
)
from redemption.returns import kept, untouched
from redemption.states import LineState

_BEGUN = frozenset({LineState.FULFILLING, LineState.FULFILLED})


def standing_columns() -> tuple[sa.ColumnElement[Any], ...]:
    """What `standing_in` reads, for a statement that selects from lines."""
    was_taken = sa.exists().where(
        Gift.line_id == RedemptionLine.id, Gift.state == GiftState.ACCEPTED
    )
    return (
        untouched().label("is_untouched"),
        kept().label("is_kept"),
        was_taken.label("is_taken"),
        begins_on().label("begins_on"),
    )


def standing_in(line: RedemptionLine, row: Any) -> Standing:
    """The state of a line with what may hinder its cancellation, from a row of these columns."""
    is_begun = line.state in _BEGUN  # before that nothing can have left or be kept
    said = as_begun(line.snapshot, row.begins_on)
    return Standing(
        line.state,
        terms_in(said["return_terms"]),
        cutoff_of(said),
        is_returnable=is_begun and row.is_untouched and not row.is_kept,
        is_kept=is_begun and row.is_kept,
        is_taken=row.is_taken,
        leaves_at=leaves_of(said),
    )


def obstacle_of(line: RedemptionLine, *, at: datetime) -> CancelObstacle | None:
    """Why a line can't be canceled now; None where it can."""
    known = sa.select(*standing_columns()).where(RedemptionLine.id == line.id)
    return cancel_obstacle(standing_in(line, session().execute(known).one()), at=at)
