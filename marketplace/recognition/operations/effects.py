"""A recognition that can't be taken back any more counts, and is told."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import rows_changed, session
from marketplace.programs.operations.settlement import settle_program
from marketplace.recognition.models import Recognition
from marketplace.recognition.states import RecognitionState


def take_effect(recognition_id: int, *, at: datetime) -> bool:
    """Grant what came with it; False when it was taken back, is not due, or was done before."""
    reached = session().execute(
        sa.update(Recognition)
        .where(
            Recognition.id == recognition_id,
            Recognition.state == RecognitionState.STANDING,
            Recognition.effective_at <= at,
            Recognition.took_effect_at.is_(None),
        )
        .values(took_effect_at=at)
        .execution_options(synchronize_session="fetch")
    )
    if not rows_changed(reached):
        return False
    found = session().get_one(Recognition, recognition_id)
    if found.points and found.program_id is not None:
        groups = [str(recognition_id)]
        settle_program(found.program_id, groups=groups, actor=Actor.system(), at=at)
    return True
