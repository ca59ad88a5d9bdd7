"""Whose turn it is: units offered by the rule of the line, and what becomes of offers and waits.

Lock rank: the wait, then the stock. Each function is one transaction about one wait; whoever comes
second finds what the first left.
"""

from datetime import datetime

from catalog.models import Departure
from catalog.offers import Offer
from catalog.operations import await_again, keep_awaited, put_back_awaited, recount_stock
from catalog.queries import offer
from catalog.trips.queries.terms import places_for
from marketplace.calendars.queries import calendars_of
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.people.queries import actor_of, person
from redemption.waiting.models import Wait
from redemption.waiting.operations.moves import let_go, lock_wait, move_wait, shrink
from redemption.waiting.policies import Hindrance, hindrance, kept_until
from redemption.waiting.queries.due import next_in_line
from redemption.waiting.queries.standing import means_of
from redemption.waiting.states import LIVE, Ended, WaitState


def offer_next(variant_id: int, *, at: datetime) -> bool:
    """Offer units to who is next in line, or let them step aside who can't have theirs.

    False when nobody waits or too few units are at hand: then there is nothing more to do.
    """
    found = next_in_line(variant_id)
    if found is None:
        return False
    wait = lock_wait(found.wait_id, {WaitState.WAITING})
    wanted = _still_wanted(wait, at) if wait else None
    if wait is None or wanted is None:
        return True
    recount_stock(variant_id, at=at)
    if not keep_awaited(variant_id, wait.units):
        return False
    crashpoint("waiting.offer.kept")
    found = next_in_line(variant_id, kept=wait.units)
    if found is None or found.wait_id != wait.id:  # somebody in front can have theirs since
        put_back_awaited(variant_id, wait.units)
        return True
    site = person(wait.employee_id).site
    until = kept_until(calendars_of([site])[site], at, wanted)
    facts = {"changes": {"kept_until": until}, "at_hand": found.at_hand}
    move_wait(wait, WaitState.OFFERED, actor_id=None, at=at, tell=True, **facts)
    crashpoint("waiting.offer.moved")
    return True


def _still_wanted(wait: Wait, at: datetime) -> Offer | None:
    """What they can have now, or None after letting them step aside: all is looked at anew.

    A party larger than the terms of the trip allow by now is made smaller first.
    """
    wanted = _wanted(wait, at)
    if not isinstance(wanted, Hindrance) and wait.units > (most := places_for(wanted)):
        shrink(wait, most, actor_id=None, at=at)
    hindered = _hindrance(wait, wanted, at)
    if hindered is not None:
        _step_aside(wait, hindered, at)
    return None if hindered or isinstance(wanted, Hindrance) else wanted


def _wanted(wait: Wait, at: datetime) -> Offer | Hindrance:
    """What they wait for, as they may have it; or why they can't have it at all any more."""
    try:
        actor = actor_of(wait.employee_id)
    except NotFound:
        return Hindrance(Ended.LEFT_COMPANY)
    leaves = session().get(Departure, wait.variant_id)
    if leaves is not None and leaves.canceled_at is not None:
        return Hindrance(Ended.CALLED_OFF)
    try:
        return offer(actor, wait.variant_id, at=at)
    except NotFound:
        return Hindrance(Ended.NOT_ELIGIBLE)


def _hindrance(wait: Wait, wanted: Offer | Hindrance, at: datetime) -> Hindrance | None:
    """Why they could not have their units now, if there is a reason."""
    if isinstance(wanted, Hindrance):
        return wanted
    means = means_of(wait.employee_id, wanted, at=at)
    return hindrance(wanted, means, wait.units, at=at)


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
    """End an offer whose time is over: it is for the next. False when a rival was faster."""
    wait = lock_wait(wait_id, {WaitState.OFFERED})
    if wait is None or wait.kept_until is None or wait.kept_until > at:
        return False
    let_go(wait, WaitState.MISSED, actor_id=None, at=at, tell=True)
    crashpoint("waiting.miss.moved")
    return True


def resume(wait_id: int, *, at: datetime) -> bool:
    """Let somebody who was short of points wait at their place again, once they have them."""
    wait = lock_wait(wait_id, {WaitState.PAUSED})
    if wait is None or _hindrance(wait, _wanted(wait, at), at) is not None:
        return False
    await_again(wait.variant_id, wait.units)
    move_wait(wait, WaitState.WAITING, actor_id=None, at=at)
    crashpoint("waiting.resume.moved")
    return True


def end_hopeless(wait_id: int, *, at: datetime) -> bool:
    """End a wait that can come to nothing any more: who waits left, or it is off the shelf."""
    wait = lock_wait(wait_id, LIVE)
    hindered = _hindrance(wait, _wanted(wait, at), at) if wait else None
    if wait is None or hindered is None or hindered.end is None:
        return False
    _end(wait, hindered.end, at)
    return True
