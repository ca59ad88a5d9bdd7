"""Registrations begin with a booking and end with it; links of guests in between."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel import audit
from marketplace.kernel.db import insert_row, rows_changed, session
from marketplace.kernel.drawing import sha256_of
from marketplace.kernel.jobs import enqueue
from redemption.travel.activities.operations import leave_all
from redemption.travel.registration.errors import NoSuchRegistration
from redemption.travel.registration.links import token_for
from redemption.travel.registration.models import GuestLink
from redemption.travel.registration.operations.rows import (
    Hand,
    kept_for,
    lock_going,
    lock_registration,
    subject_of_member,
)
from redemption.travel.registration.policies import link_ends_at
from redemption.travel.registration.queries import Member, Party, party_of
from redemption.travel.vault.errors import NoTraveler
from redemption.travel.vault.operations.keeping import keep_after_cancellation
from redemption.travel.vault.queries import subject_of


def open_party(booking_id: int, *, at: datetime) -> Party:
    """Everyone of a booking can register, a guest by a link of their own. Nothing twice."""
    party = party_of(booking_id)
    if not party.is_in_force:
        return party
    for member in party.members:
        found = lock_registration(member.traveler_id, at=at)
        subject_of_member(party, member, found, at=at)
        if member.is_guest and member.link_series is None:
            _new_link(party, member, None, at)
    return party_of(booking_id)


def renew_link(hand: Hand, party: Party, member: Member, *, at: datetime) -> str:
    """A link of their own for a guest; the one before holds no more. The token of it.

    Raises NoSuchRegistration for who is no guest, NotGoing.
    """
    if not member.is_guest:
        raise NoSuchRegistration
    lock_going(party)
    lock_registration(member.traveler_id, at=at)
    _revoke(member, at)
    series = _new_link(party, member, hand.actor_id, at)
    audit.record(
        hand.actor_id, "registration.link", f"traveler:{member.traveler_id}", at=at, series=series
    )
    enqueue(
        "registration.link",
        key=f"{member.traveler_id}:{series}",
        traveler_id=member.traveler_id,
        series=series,
    )
    return token_for(member.traveler_id, series)


def revoke_link(hand: Hand, member: Member, *, at: datetime) -> bool:
    """The link of a guest holds no more; False when none did."""
    lock_registration(member.traveler_id, at=at)
    is_revoked = _revoke(member, at)
    if is_revoked:
        about = f"traveler:{member.traveler_id}"
        audit.record(hand.actor_id, "registration.link_revoked", about, at=at)
    return is_revoked


def _revoke(member: Member, at: datetime) -> bool:
    revoked = session().execute(
        sa.update(GuestLink)
        .where(GuestLink.traveler_id == member.traveler_id, GuestLink.revoked_at.is_(None))
        .values(revoked_at=at),
        execution_options={"synchronize_session": False},
    )
    return rows_changed(revoked) > 0


def _new_link(party: Party, member: Member, actor_id: int | None, at: datetime) -> int:
    last = sa.select(sa.func.max(GuestLink.series)).where(
        GuestLink.traveler_id == member.traveler_id
    )
    series = (session().scalar(last) or 0) + 1
    insert_row(
        GuestLink,
        traveler_id=member.traveler_id,
        series=series,
        token_hash=sha256_of(token_for(member.traveler_id, series).encode()),
        made_by_id=actor_id,
        made_at=at,
        expires_at=link_ends_at(party.ends_on),
    )
    return series


def close_party(booking_id: int, *, at: datetime) -> None:
    """They don't go: links end, seats are free, and what was kept of them goes soon."""
    party = party_of(booking_id)
    if party.is_in_force:
        return
    leave_all(party.variant_id, [one.traveler_id for one in party.members])
    for member in party.members:
        _revoke(member, at)
        subject_id = subject_of(member.employee_id) if member.employee_id else member.subject_id
        if subject_id is not None:
            _let_go(subject_id, party, at)


def _let_go(subject_id: int, party: Party, at: datetime) -> None:
    what = kept_for(party.booking_id)
    try:
        keep_after_cancellation(subject_id, what, canceled_on=at.date())
    except NoTraveler:
        return
