"""Letters about vouchers that were taken out of use."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.web.letters import write_letter
from redemption.notices import about_line
from redemption.vouchers.models import Voucher


def write_voided(voucher_id: int, *, reissued: bool, was_shown: bool, at: datetime) -> None:
    """Tell the person that a code counts no more, and whether a new one takes its place."""
    voucher = session().get_one(Voucher, voucher_id)
    about = about_line(voucher.line_id)
    write_letter(
        "voucher_voided",
        to=about.holder,
        key=f"voucher_voided:{voucher_id}",
        at=at,
        about=about,
        last4=voucher.last4,
        reissued=reissued,
        follows=reissued and not _has_next(voucher),
        was_shown=was_shown,
    )


def _has_next(voucher: Voucher) -> bool:
    """Whether another voucher took the place of this one already."""
    later = sa.exists().where(
        Voucher.line_id == voucher.line_id,
        Voucher.unit_no == voucher.unit_no,
        Voucher.issue > voucher.issue,
    )
    return bool(session().scalar(sa.select(later)))
