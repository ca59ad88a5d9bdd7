"""Whose turn it is: units offered in order for a time, and what becomes of offers and waits.

Lock rank: the wait, then the stock. Each function is one transaction about one wait; whoever comes
second finds what the first left.
"""

from datetime import datetime

import sqlalchemy as sa

from catalog.operations import await_again, keep_awaited, put_back_awaited, recount_stock
from catalog.queries import offer
from marketplace.calendars.queries import calendars_of
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of, person
from redemption.waiting.models import Wait
from redemption.waiting.operations.moves import let_go, lock_wait, move_wait
from redemption.waiting.policies import Hindrance, hindrance, kept_until
from redemption.waiting.queries.standing import used_of
from redemption.waiting.states import LIVE, Ended, WaitState


def offer_next(variant_id: int, *, at: datetime) -> bool:
    """Offer a unit to who is first in line, or let them step aside who can't have it.

    False when nobody waits or no unit is at hand: then there is nothing more to do.
    """
    wait_id = _first_in_line(variant_id)
    if wait_id is None:
        return False
    wait = lock_wait(wait_id, {WaitState.WAITING})
    if wait is None:
        return True
    if hindered := _hindrance(wait, at):
        _step_aside(wait, hindered, at)
        return True
    recount_stock(variant_id, at=at)
    if not keep_awaited(variant_id):
        return False
    crashpoint("waiting.offer.kept")
    if _first_in_line(variant_id) != wait_id:  # somebody in front can have one again since
        put_back_awaited(variant_id)
        return True
    site = person(wait.employee_id).site
    until = kept_until(calendars_of([site])[site], at)
    move_wait(wait, WaitState.OFFERED, actor_id=None, at=at, tell=True, kept_until=until)
    crashpoint("waiting.offer.moved")
    return True


def _first_in_line(variant_id: int) -> int | None:
    return session().scalar(
        sa.select(sa.func.min(Wait.id)).where(
            Wait.variant_id == variant_id, Wait.state == WaitState.WAITING
        )
    )


def _hindrance(wait: Wait, at: datetime) -> Hindrance | None:
    """Why they could not have a unit now, if there is one: all is looked at anew."""
    try:
        actor = actor_of(wait.employee_id)
    except NotFound:
        return Hindrance(Ended.LEFT_COMPANY)
    try:
        wanted = offer(actor, wait.variant_id, at=at)
    except NotFound:
        return Hindrance(Ended.NOT_ELIGIBLE)
    balance = points_of(actor.id, at=at).available
    return hindrance(wanted, balance, used=used_of(actor.id, wanted, at=at), at=at)


def _step_aside(wait: Wait, hindered: Hindrance, at: datetime) -> None:
    """Too few points only pause a wait; everything else ends it."""
    if hindered.end is None:
        let_go(wait, WaitState.PAUSED, actor_id=None, at=at, tell=True)
    else:
        _end(wait, hindered.end, at)


def _end(wait: Wait, why: Ended, at: datetime) -> None:
    is_here = why is not Ended.LEFT_COMPANY
    let_go(wait, WaitState.ENDED, actor_id=None, at=at, note=why.words, tell=is_here)
    crashpoint("waiting.end.moved")


def miss_turn(wait_id: int, *, at: datetime) -> bool:
    """End an offer whose time is over; its unit is for the next. False when a rival was faster."""
    wait = lock_wait(wait_id, {WaitState.OFFERED})
    if wait is None or wait.kept_until is None or wait.kept_until > at:
        return False
    let_go(wait, WaitState.MISSED, actor_id=None, at=at, tell=True)
    crashpoint("waiting.miss.moved")
    return True


def resume(wait_id: int, *, at: datetime) -> bool:
    """Let somebody who was short of points wait at their place again, once they have them."""
    wait = lock_wait(wait_id, {WaitState.PAUSED})
    if wait is None or _hindrance(wait, at) is not None:
        return False
    await_again(wait.variant_id)
    move_wait(wait, WaitState.WAITING, actor_id=None, at=at)
    crashpoint("waiting.resume.moved")
    return True


def end_hopeless(wait_id: int, *, at: datetime) -> bool:
    """End a wait that can come to nothing any more: who waits left, or it is off the shelf."""
    wait = lock_wait(wait_id, LIVE)
    hindered = _hindrance(wait, at) if wait else None
    if wait is None or hindered is None or hindered.end is None:
        return False
    _end(wait, hindered.end, at)
    return True
