"""Work for later around requests: one-line shells around operations and notices."""

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import for_each, job
from redemption import notices
from redemption.approvals.asked_letters import write_asked
from redemption.operations.ending import expire_lines, fail_line, lapsed_lines, overdue_lines


@job("redemption.route")
def route(line_id: int) -> None:
    """Tell the requester that it arrived, and those who decide first that they are asked."""
    with transaction():
        notices.write_received(line_id, at=clock.now())
        write_asked(line_id, at=clock.now())


@job("redemption.tell")
def tell(line_id: int) -> None:
    """Tell the requester where the request stands now."""
    with transaction():
        notices.write_outcome(line_id, at=clock.now())


@job("redemption.tell_refund")
def tell_refund(line_id: int, source: str) -> None:
    """Tell the requester what came back."""
    with transaction():
        notices.write_refund(line_id, source, at=clock.now())


@job("redemption.expire", cron="7 * * * *")
def expire() -> None:
    """End what nobody answered in time; the points go back. Of one request in one moment."""
    overdue = overdue_lines(at=clock.now())
    session().close()
    for_each(overdue, _expire)


def _expire(line_ids: list[int]) -> None:
    try:
        _end(line_ids)
    except Exception:
        if len(line_ids) == 1:
            raise
        for_each(([one] for one in line_ids), _end)  # one that cannot end keeps no other


def _end(line_ids: list[int]) -> None:
    with transaction():
        expire_lines(line_ids, at=clock.now())


@job("redemption.lapse", cron="17 3 * * *")
def lapse() -> None:
    """Give up on what was approved and never became real; the points go back."""
    lapsed = lapsed_lines(at=clock.now())
    session().close()
    for_each(lapsed, _give_up)


def _give_up(line_id: int) -> None:
    with transaction():
        fail_line(line_id, at=clock.now(), note="It could not be prepared in time.")
