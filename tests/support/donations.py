"""Money that somebody gives to a good cause, sent and proven."""

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.fulfillment.jobs import fulfill
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.proving import Proof, mark_done
from tests.support.catalog import stock_reward
from tests.support.redemption import ask_for, line_of, new_key


def donated(giver: Actor, ana: Actor, *, receipt: str = "Q-2041") -> str:
    """What the giver asked for and Ana sent; its reference."""
    worth = {"label": "€50", "cash_minor": 5_000, "currency": "EUR"}
    trees = stock_reward("Trees for the valley", kind=Kind.DONATION, points=5_000, variant=worth)
    reference = ask_for(giver, trees)
    line_id = line_of(reference).id
    session().close()
    fulfill(line_id)
    task = sa.select(FulfillmentTask.id).where(FulfillmentTask.line_id == line_id)
    task_id = session().scalars(task).one()
    session().close()
    with transaction():
        proof = Proof(receipt, clock.today(), 5_000)
        mark_done(ana, task_id, proof, request_key=new_key(), at=clock.now())
    return reference
