"""Clapping: once a person, and never worth points."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, session
from marketplace.recognition.models import Applause


def applaud(actor: Actor, recognition_id: int, *, at: datetime) -> None:
    """Clap for a recognition that this person may see. Again changes nothing."""
    session().execute(
        insert_or_skip(Applause)
        .values(recognition_id=recognition_id, employee_id=actor.id, at=at)
        .on_conflict_do_nothing()
    )


def stop_applauding(actor: Actor, recognition_id: int) -> None:
    """Take one's applause back. Again changes nothing."""
    session().execute(
        sa.delete(Applause).where(
            Applause.recognition_id == recognition_id, Applause.employee_id == actor.id
        )
    )
