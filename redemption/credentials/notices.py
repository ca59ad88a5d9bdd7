"""The letter about a badge or certificate that was taken back."""

from datetime import datetime

from marketplace.kernel.codes import grouped
from marketplace.kernel.db import session
from marketplace.web.letters import write_letter
from redemption.notices import about_line
from redemption.vouchers.models import Certificate


def write_revoked(certificate_id: int, *, at: datetime) -> None:
    """Tell the holder that it counts no more, and that the points are not touched by it."""
    certificate = session().get_one(Certificate, certificate_id)
    about = about_line(certificate.line_id)
    write_letter(
        "certificate_revoked",
        to=about.asker,
        key=f"certificate_revoked:{certificate_id}",
        at=at,
        about=about,
        certificate=certificate,
        grouped=grouped,
    )
