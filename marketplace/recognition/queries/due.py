"""Recognitions whose time has come."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.recognition.models import Recognition
from marketplace.recognition.states import RecognitionState


def recognitions_due(*, at: datetime) -> Sequence[int]:
    """Those that can't be taken back any more and did not take effect yet, the oldest first."""
    return (
        session()
        .scalars(
            sa.select(Recognition.id)
            .where(
                Recognition.took_effect_at.is_(None),
                Recognition.state == RecognitionState.STANDING,
                Recognition.effective_at <= at,
            )
            .order_by(Recognition.effective_at, Recognition.id)
        )
        .all()
    )
