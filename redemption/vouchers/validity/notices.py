"""Letters about last days: one comes near, one has become a later one."""

from datetime import datetime

from marketplace.kernel.db import session
from marketplace.web.letters import write_letter
from redemption.notices import about_line
from redemption.vouchers.desk.errors import amount_said
from redemption.vouchers.models import Voucher
from redemption.vouchers.policies import ends_at
from redemption.vouchers.validity.policies import UNUSED
from redemption.vouchers.validity.queries import extension_told


def write_ending(voucher_id: int, days: int, *, at: datetime) -> bool:
    """Tell the holder that a last day comes near: once for each notice of each last day."""
    voucher = session().get_one(Voucher, voucher_id)
    assert voucher.valid_until is not None
    about = about_line(voucher.line_id)
    return write_letter(
        "voucher_ending",
        to=about.asker,
        key=f"voucher_ending:{voucher_id}:{voucher.valid_until}:{days}",
        at=at,
        about=about,
        last4=voucher.last4,
        left=amount_said(voucher.remaining, voucher.currency),
        has_value=voucher.currency is not None,
        last_day=voucher.valid_until,
        days_left=(voucher.valid_until - at.date()).days,
        ends_at=ends_at(voucher.valid_until),
        unused=UNUSED,
    )


def write_extended(extension_id: int, *, at: datetime) -> None:
    """Tell the holder that there is more time."""
    told = extension_told(extension_id)
    about = about_line(told.line_id)
    write_letter(
        "voucher_extended",
        to=about.asker,
        key=f"voucher_extended:{extension_id}",
        at=at,
        about=about,
        told=told,
    )
