"""The badge that says with how many somebody traveled, for each employee who was on a trip."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Departure, Reward, Variant
from catalog.states import Kind
from marketplace.kernel.codes import new_number
from marketplace.kernel.db import insert_or_skip, session
from marketplace.people.models import Employee
from marketplace.web.filters import so_many
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import BookingState
from redemption.credentials.operations import issue_credentials, tell_revoked, void_certificates
from redemption.travel.after.models import NoShow
from redemption.travel.after.queries.report import HAS_PLACE
from redemption.vouchers.models import Certificate
from redemption.vouchers.operations import badge_art
from redemption.vouchers.states import CertificateState

_CAME = ~sa.exists().where(NoShow.traveler_id == Traveler.id)


def award_travelers(which: sa.ColumnElement[bool], *, at: datetime) -> int:
    """A badge for each of these employees who was on a trip that is over; how many are new.

    Nobody has two in force for one place, and who did not come gets none.
    """
    given = [certificate_id for one in _travelers(which) if (certificate_id := _award(one, at))]
    issue_credentials(given)
    return len(given)


def _travelers(which: sa.ColumnElement[bool]) -> list[Any]:
    before = (
        sa.select(sa.func.coalesce(sa.func.max(Certificate.unit_no), 0))
        .where(Certificate.traveler_id == Traveler.id)
        .scalar_subquery()
    )
    wanted = (
        sa.select(
            Traveler.id,
            Employee.id.label("employee_id"),
            Employee.name,
            Booking.reference,
            Booking.variant_id,
            Variant.label,
            Departure.place,
            Reward.id.label("reward_id"),
            Reward.name.label("trip"),
            Reward.slug,
            Reward.art,
            before.label("before"),
        )
        .join(Booking, Booking.id == Traveler.booking_id)
        .join(Employee, Employee.id == Traveler.employee_id)
        .join(Variant, Variant.id == Booking.variant_id)
        .join(Departure, Departure.variant_id == Booking.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(which, Booking.state == BookingState.TRAVELED, _CAME)
        .order_by(Traveler.id)
    )
    return list(session().execute(wanted))


def _award(one: Any, at: datetime) -> int | None:
    put = insert_or_skip(Certificate).values(
        traveler_id=one.id,
        unit_no=one.before + 1,
        employee_id=one.employee_id,
        reward_id=one.reward_id,
        reference=one.reference,
        number=new_number(),
        kind=Kind.BADGE,
        title=one.trip,
        slug=one.slug,
        art=badge_art(one.art),
        name=one.name,
        reason=f"Traveled with {_others(one.variant_id)} to {one.place}: {one.label}.",
        signers=[],
        state=CertificateState.VALID,
        issued_at=at,
    )
    return session().scalar(put.on_conflict_do_nothing().returning(Certificate.id))


def _others(variant_id: int) -> str:
    """`41 others`: who came on the departure besides the holder."""
    people = session().scalar(
        sa.select(sa.func.count(Traveler.id))
        .join(Booking, Booking.id == Traveler.booking_id)
        .where(Booking.variant_id == variant_id, Booking.state.in_(HAS_PLACE), _CAME)
    )
    return so_many((people or 1) - 1, "other")


def take_badge_back(traveler_id: int, *, at: datetime) -> None:
    """Who did not come has no badge; its holder hears of it."""
    for certificate_id in void_certificates(Certificate.traveler_id == traveler_id, at=at):
        tell_revoked(certificate_id)
