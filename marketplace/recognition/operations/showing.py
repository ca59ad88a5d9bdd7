"""What recipients want: in general, and for one recognition."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.jobs import enqueue
from marketplace.recognition.models import Recognition, RecognitionChoice, RecognitionRecipient
from marketplace.recognition.states import Choice, RecognitionState, Showing, Visibility


def choose(actor: Actor, choice: Choice, *, at: datetime) -> None:
    """Keep what this person wants to happen with recognition they get from now on."""
    insert = insert_or_skip(RecognitionChoice).values(
        employee_id=actor.id, choice=choice, chosen_at=at
    )
    session().execute(
        insert.on_conflict_do_update(
            index_elements=["employee_id"], set_={"choice": choice, "chosen_at": at}
        )
    )


def show(actor: Actor, recognition_id: int, *, is_shown: bool) -> None:
    """Let everyone see a recognition one got, or keep it between oneself and the giver.

    Raises NotFound for one that is not theirs, is gone, or was private from the start.
    """
    standing = sa.select(Recognition.id).where(
        Recognition.state == RecognitionState.STANDING,
        Recognition.visibility == Visibility.PUBLIC,
    )
    changed = session().execute(
        sa.update(RecognitionRecipient)
        .where(
            RecognitionRecipient.recognition_id == recognition_id,
            RecognitionRecipient.employee_id == actor.employee_id,
            RecognitionRecipient.recognition_id.in_(standing),
        )
        .values(showing=Showing.SHOWN if is_shown else Showing.HIDDEN)
        .execution_options(synchronize_session=False)
    )
    if not rows_changed(changed):
        raise NotFound("There is no such recognition, or it is not yours to show.")
    if is_shown:
        key = f"{recognition_id}:{actor.id}"
        enqueue("recognition.tell_managers", key=key, recognition_id=recognition_id)
