"""Lines for the tests: people who wait for what is sold out, and turns given by hand."""

import itertools

import sqlalchemy as sa

from catalog import operations as catalog_operations
from catalog.models import VariantStock
from catalog.offers import Offer
from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.queries import actor_of
from redemption.waiting.jobs import give_turns
from redemption.waiting.models import Wait, WaitEvent
from redemption.waiting.operations.joining import change_party, join_line, leave_line
from redemption.waiting.states import WaitState
from tests.support.ledger import give_points
from tests.support.people import employ
from tests.support.redemption import new_key

_gifts = itertools.count(1)


def somebody(name: str, points: int = 50_000, **details) -> Actor:
    """A colleague with points."""
    with transaction():
        employee_id = employ(name, **details)
        if points:
            give_points(employee_id, points)
        return actor_of(employee_id)


def join(actor: Actor, wanted: Offer | int, units: int = 1, *, key: str = "") -> int:
    """Get in line in a transaction of its own; the wait's id."""
    variant_id = wanted if isinstance(wanted, int) else wanted.variant_id
    with transaction():
        join_line(actor, variant_id, units=units, request_key=key or new_key(), at=clock.now())
    return wait_of(actor, variant_id).id


def leave(actor: Actor, wait_id: int) -> WaitState:
    """Leave a line, or let the next one have it."""
    with transaction():
        return leave_line(actor, wait_id, request_key=new_key(), at=clock.now())


def change(actor: Actor, wait_id: int, units: int) -> str:
    """Wait for another number of places."""
    with transaction():
        return change_party(actor, wait_id, units, request_key=new_key(), at=clock.now())


def wait_of(actor: Actor, wanted: Offer | int) -> Wait:
    """The newest wait of somebody for a variant, read anew."""
    session().close()
    variant_id = wanted if isinstance(wanted, int) else wanted.variant_id
    mine = sa.select(Wait).where(
        Wait.employee_id == actor.employee_id, Wait.variant_id == variant_id
    )
    return session().scalars(mine.order_by(Wait.id.desc()).limit(1)).one()


def moves_of(actor: Actor, wanted: Offer) -> list[WaitState]:
    """Every state that somebody's newest wait has been in."""
    wait_id = wait_of(actor, wanted).id
    moves = sa.select(WaitEvent.to_state).where(WaitEvent.wait_id == wait_id)
    return list(session().scalars(moves.order_by(WaitEvent.seq)))


def turns() -> int:
    """What the job of every minute does, now."""
    session().close()
    done = give_turns(at=clock.now())
    session().close()
    return done


def deliver(wanted: Offer, units: int) -> None:
    """So many more are on the shelf."""
    with transaction():
        catalog_operations.adjust_stock(
            Actor.system(), wanted.variant_id, units, reason="Delivery", at=clock.now()
        )


def line_stock(wanted: Offer) -> tuple[int, int, int]:
    """Reserved, sold, awaited."""
    session().close()
    stock = VariantStock
    row = session().execute(
        sa.select(stock.reserved, stock.sold, stock.awaited).where(
            stock.variant_id == wanted.variant_id
        )
    )
    return tuple(row.one())


def left_for(actor: Actor, wanted: Offer) -> int | None:
    """How many are left for whoever comes."""
    session().close()
    return offer(actor, wanted.variant_id, at=clock.now()).left
