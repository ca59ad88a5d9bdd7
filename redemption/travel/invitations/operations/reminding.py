"""Reminding who has not answered, once."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.jobs import enqueue
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.states import InvitationState


def remind(invitation_id: int, *, at: datetime) -> bool:
    """Promise a letter to who has not answered; False when they did, or were reminded."""
    noted = session().execute(
        sa.update(Invitation)
        .where(
            Invitation.id == invitation_id,
            Invitation.state == InvitationState.INVITED,
            Invitation.reminded_at.is_(None),
        )
        .values(reminded_at=at),
        execution_options={"synchronize_session": False},
    )
    if not rows_changed(noted):
        return False
    enqueue(
        "invitations.remind", key=f"{invitation_id}:{at.isoformat()}", invitation_id=invitation_id
    )
    return True
