"""The letter about a badge or certificate that was taken back."""

from datetime import datetime

from marketplace.kernel.codes import grouped
from marketplace.kernel.db import session
from marketplace.people.queries import person
from marketplace.web.letters import page_link, write_letter
from redemption.vouchers.models import Certificate


def write_revoked(certificate_id: int, *, at: datetime) -> None:
    """Tell the holder that it counts no more, and that the points are not touched by it."""
    certificate = session().get_one(Certificate, certificate_id)
    is_for_travel = certificate.traveler_id is not None
    page = "pocket.show" if is_for_travel else "redemption.show"
    write_letter(
        "certificate_revoked",
        to=person(certificate.employee_id),
        key=f"certificate_revoked:{certificate_id}",
        at=at,
        certificate=certificate,
        grouped=grouped,
        href=page_link(page, reference=certificate.reference),
        see="See your trip" if is_for_travel else "See your request",
    )
