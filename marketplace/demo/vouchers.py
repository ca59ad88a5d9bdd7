"""A voucher that is used in parts: Jonas pays for books at the corner in his office."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.queries import actor_of
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.models import Redemption, RedemptionLine
from redemption.states import LineState
from redemption.vouchers.desk.operations import book_use, undo_use
from redemption.vouchers.desk.policies import Use
from redemption.vouchers.models import Voucher
from redemption.vouchers.operations import reveal_codes
from redemption.vouchers.states import ShownAs

REWARD = "Lumen Books gift card"
PLACE = "Book corner, Hamburg"


def load_vouchers(people: dict[str, int], *, at: datetime) -> int:
    """Let Jonas have his gift card, show its code and use a part of it; how many uses."""
    jonas, ana = actor_of(people["jonas.lind"]), actor_of(people["ana.sousa"])
    line = session().execute(
        sa.select(RedemptionLine.id, Redemption.reference)
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .where(
            RedemptionLine.employee_id == jonas.id,
            RedemptionLine.state == LineState.APPROVED,
            RedemptionLine.snapshot["name"].as_string() == REWARD,
        )
    )
    wanted = line.first()
    if wanted is None or not fulfill_line(wanted.id, at=at - timedelta(hours=29)):
        return 0
    reveal_codes(jonas, wanted.reference, shown_as=ShownAs.PAGE, at=at - timedelta(hours=26))
    card = session().scalars(sa.select(Voucher.id).where(Voucher.line_id == wanted.id)).one()
    slip = Use(900, PLACE, "B-2040")
    then = at - timedelta(hours=3)
    use_id = book_use(ana, card, slip, request_key="demo-use-slip", at=then)
    undo_use(ana, use_id, request_key="demo-use-undo", at=then + timedelta(minutes=2))
    bought = Use(750, PLACE, "B-2041")
    book_use(ana, card, bought, request_key="demo-use-1", at=then + timedelta(minutes=3))
    return 2
