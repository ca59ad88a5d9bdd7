"""Work for later around canceled departures: making everyone whole, and letters."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from marketplace.budgets.errors import BudgetExceeded
from marketplace.kernel import clock, settings
from marketplace.kernel.db import session, transaction
from marketplace.kernel.jobs import for_each, job
from redemption.travel.cancellations import notices
from redemption.travel.cancellations.operations.leaving import give_back_of_leaver
from redemption.travel.cancellations.operations.making_whole import (
    end_invitation,
    finish,
    refund_line,
)
from redemption.travel.cancellations.queries.leavers import places_of_leavers
from redemption.travel.cancellations.queries.standing import (
    invitations_on,
    lines_on,
    unfinished,
)


@job("cancellations.make_whole")
def make_whole(variant_id: int) -> None:
    """Give everyone of a canceled departure back what they had; begun anew it goes on."""
    make_all_whole(variant_id, at=clock.now())


@job("cancellations.go_on", cron="41 * * * *")
def go_on() -> None:
    """Each hour: the same for departures where somebody is left, whatever came between."""
    left = unfinished(at=clock.now())
    session().close()
    for_each(left, partial(make_all_whole, at=clock.now()))


def make_all_whole(variant_id: int, *, at: datetime) -> int:
    """The same by hand; how many were made whole just now."""
    lines, invitations = lines_on(variant_id), invitations_on(variant_id)
    session().close()
    done = sum(_one(partial(refund_line, variant_id, one), at) for one in lines)
    done += sum(_one(partial(end_invitation, variant_id, one), at) for one in invitations)
    _one(partial(finish, variant_id), at)
    return done


def _one(work: Callable[..., bool], at: datetime) -> bool:
    """One in a transaction of their own; whom the budget has nothing left for waits on."""
    try:
        with transaction():
            return work(at=at)
    except BudgetExceeded:
        session().close()
        return False


@job("cancellations.leavers", cron="53 * * * *")
def leavers() -> None:
    """Each hour: places that people bought who no longer work here are for the next."""
    pass_on_places(at=clock.now())


def pass_on_places(*, at: datetime) -> int:
    """The same by hand; how many were given back. None where the company lets people keep them."""
    rule = settings.current().leaver_trips
    if rule == "keep":
        return 0
    places = places_of_leavers(at=at)
    session().close()
    work = partial(give_back_of_leaver, is_whole=rule == "whole")
    return sum(_one(partial(work, line_id), at) for line_id in places)


@job("cancellations.tell")
def tell(made_whole_id: int) -> None:
    """Tell somebody who was invited that the departure was canceled, and what they get."""
    with transaction():
        notices.write_made_whole(made_whole_id, at=clock.now())


@job("cancellations.tell_late")
def tell_late(booking_id: int) -> None:
    """Tell those who plan a trip that a place came back after the last day to ask."""
    with transaction():
        notices.write_late(booking_id, at=clock.now())
