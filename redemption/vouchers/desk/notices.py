"""Letters to the holder of a voucher about what is taken off it and put back."""

from datetime import datetime

from marketplace.web.letters import write_letter
from redemption.notices import about_line
from redemption.vouchers.desk.errors import amount_said
from redemption.vouchers.desk.queries import use_told


def write_use(use_id: int, *, at: datetime) -> None:
    """Tell the holder that something was used, or that a use was undone."""
    told = use_told(use_id)
    about = about_line(told.line_id)
    write_letter(
        "voucher_use_undone" if told.is_undo else "voucher_used",
        to=about.asker,
        key=f"voucher_use:{use_id}",
        at=at,
        about=about,
        told=told,
        amount=amount_said(told.amount, told.currency),
        left=amount_said(told.left_after, told.currency),
    )
