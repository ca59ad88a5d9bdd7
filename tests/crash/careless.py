"""The negative control: a handler that does not look first and spreads its work over commits."""

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import HANDLERS
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.models import RedemptionLine
from redemption.vouchers.operations import issue_vouchers


def fulfill(line_id: int) -> None:
    """Issue the voucher in a commit of its own, then do the rest as ever."""
    with transaction():
        issue_vouchers(session().get_one(RedemptionLine, line_id), at=clock.now())
    crashpoint("fulfillment.committed")
    with transaction():
        fulfill_line(line_id, at=clock.now())


def replace_handler() -> None:
    """Let this process fulfill carelessly."""
    HANDLERS["redemption.fulfill"] = fulfill
