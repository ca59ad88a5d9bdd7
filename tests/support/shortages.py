"""Shortages for the tests: the desk says that there is none, and people choose."""

import sqlalchemy as sa

from catalog.offers import Offer
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.fulfillment.models import FulfillmentTask
from redemption.instead.models import Shortage, ShortageEvent
from redemption.instead.operations import choosing
from redemption.instead.operations.marking import mark_missing
from redemption.instead.states import ShortageState
from tests.support.redemption import line_of, new_key, order_for

BROKEN = "The supplier sent us broken ones."


def task_of(reference: str) -> FulfillmentTask:
    """The desk's task for a request, read anew."""
    line_id = line_of(reference).id
    task = sa.select(FulfillmentTask).where(FulfillmentTask.line_id == line_id)
    return session().scalars(task).one()


def mark(desk: Actor, reference: str, reason: str = BROKEN, *, key: str = "") -> int:
    """Say that there is none to send; the shortage's id."""
    task_id = task_of(reference).id
    session().close()
    with transaction():
        mark_missing(desk, task_id, reason, request_key=key or new_key(), at=clock.now())
    return shortage_of(reference).id


def shortage_of(reference: str) -> Shortage:
    """What is missing of a request, read anew."""
    line_id = line_of(reference).id
    return session().scalars(sa.select(Shortage).where(Shortage.line_id == line_id)).one()


def take(who: Actor, shortage_id: int, wanted: Offer, *, key: str = "", **changes) -> str:
    """Take something else; the new request's reference."""
    order = order_for(wanted, **changes)
    with transaction():
        return choosing.take_instead(
            who, shortage_id, order, request_key=key or new_key(), at=clock.now()
        )


def keep_waiting(who: Actor, shortage_id: int) -> None:
    """Keep the request as it is."""
    with transaction():
        choosing.keep_waiting(who, shortage_id, request_key=new_key(), at=clock.now())


def points_back(who: Actor, shortage_id: int) -> None:
    """Take the points back."""
    with transaction():
        choosing.take_points_back(who, shortage_id, request_key=new_key(), at=clock.now())


def moves_of(reference: str) -> list[ShortageState]:
    """Every state a shortage has been in."""
    shortage_id = shortage_of(reference).id
    moves = sa.select(ShortageEvent.to_state).where(ShortageEvent.shortage_id == shortage_id)
    return list(session().scalars(moves.order_by(ShortageEvent.seq)))
