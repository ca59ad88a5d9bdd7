"""Letters about invitations: you are invited, it waits for an answer, what became of it."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.queries import person
from marketplace.web.letters import page_link, write_letter
from redemption.travel.invitations.models import Invitation, InvitationEvent
from redemption.travel.invitations.queries.own import an_invitation
from redemption.travel.invitations.states import InvitationState


def write_moved(invitation_id: int, seq: int, *, at: datetime) -> None:
    """Write about one move of an invitation, once; nothing when it has moved on since."""
    event = (
        session()
        .scalars(
            sa.select(InvitationEvent).where(
                InvitationEvent.invitation_id == invitation_id, InvitationEvent.seq == seq
            )
        )
        .one()
    )
    invited = an_invitation(invitation_id)
    if invited.state is not event.to_state:
        return
    is_new = event.to_state is InvitationState.INVITED
    notice = "trip_invited" if is_new else "trip_moved"
    _write(notice, invitation_id, key=f"{notice}:{invitation_id}:{seq}", note=event.note, at=at)


def write_reminder(invitation_id: int, *, at: datetime) -> None:
    """Remind who has not answered; nothing when they have meanwhile."""
    invitation = session().get_one(Invitation, invitation_id)
    if invitation.state is not InvitationState.INVITED or invitation.answer_by is None:
        return
    key = f"trip_reminder:{invitation_id}:{invitation.answer_by.isoformat()}"
    _write("trip_reminder", invitation_id, key=key, note="", at=at)


def _write(notice: str, invitation_id: int, *, key: str, note: str, at: datetime) -> None:
    reader = person(session().get_one(Invitation, invitation_id).employee_id)
    if not reader.is_active:
        return
    write_letter(
        notice,
        to=reader,
        key=key,
        at=at,
        trip=an_invitation(invitation_id),
        note=note,
        href=page_link("invitations.show", invitation_id=invitation_id),
    )
