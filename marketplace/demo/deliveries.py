"""What was sent before somebody opens the demo: parcels under way, one sent back, a goodwill."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.fulfillment.operations.parcels import Parcel
from redemption.fulfillment.operations.shipping import mark_delivered, mark_sent
from redemption.goodwill.operations import Amends, propose_goodwill
from redemption.models import Redemption, RedemptionLine
from redemption.operations.submit import submit_redemption
from redemption.policies import Address, as_offered
from redemption.sending_back.operations import Wanted, ask_return

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bought:
    """Who asked for how many of what, and how many days before the demo was loaded."""

    handle: str
    reward: str
    quantity: int
    days_ago: int


MUGS = Bought("grace.kim", "Potter's mug", 3, 9)
PAIR = Bought("leila.farouk", "Potter's mug", 2, 12)


def load_deliveries(people: dict[str, int], *, at: datetime) -> int:
    """Tell of parcels that left, one that comes back, and points given for the wait; how many."""
    desk = actor_of(people["ana.sousa"])
    asked = [_grace(people, desk, at), _leila(people, desk, at)]
    return len([one for one in asked if one])


def _grace(people: dict[str, int], desk: Actor, at: datetime) -> bool:
    """Two of three arrived, the third will follow; Priya proposes points for the wait."""
    task = _buy(people, MUGS, at)
    if task is None:
        return False
    two = Parcel("DHL", "JD014600003SE", 2)
    mark_sent(desk, task.id, two, request_key="demo-sent-two-mugs", at=at - 6 * DAY)
    mark_delivered(
        desk,
        task.id,
        request_key="demo-two-mugs-arrived",
        at=at - 4 * DAY,
        proof="Signed by G. Kim",
    )
    amends = Amends(2_100, "The third mug keeps you waiting for more than a week.")
    reference = _reference(task)
    propose_goodwill(
        actor_of(people["priya.nair"]), reference, amends, request_key="demo-goodwill", at=at - DAY
    )
    return True


def _leila(people: dict[str, int], desk: Actor, at: datetime) -> bool:
    """Both arrived, and she wants to send one back."""
    task = _buy(people, PAIR, at)
    if task is None:
        return False
    both = Parcel("UPS", "1Z 999 AA1 01")
    mark_sent(desk, task.id, both, request_key="demo-sent-both-mugs", at=at - 9 * DAY)
    mark_delivered(desk, task.id, request_key="demo-both-mugs-arrived", at=at - 6 * DAY)
    wanted = Wanted(1, "One is enough for me; it is still in its box.")
    leila, reference = actor_of(people["leila.farouk"]), _reference(task)
    ask_return(leila, reference, wanted, request_key="demo-return-a-mug", at=at - DAY)
    return True


def _buy(people: dict[str, int], one: Bought, at: datetime) -> FulfillmentTask | None:
    """Ask as the person would; the task at the desk, or None where it can't be paid for."""
    actor, then = actor_of(people[one.handle]), at - one.days_ago * DAY
    variant_id = session().scalar(
        sa.select(sa.func.min(Variant.id))
        .join(Reward, Reward.id == Variant.reward_id)
        .where(Reward.name == one.reward)
    )
    chosen = offer(actor, variant_id or 0, at=at)
    if chosen.points * one.quantity > points_of(actor.id, at=at).available:
        return None
    home = Address(
        actor.name, "Garden Street 5", "1200-001", actor.site or "Lisbon", actor.country or "PT"
    )
    order = as_offered(chosen, quantity=one.quantity, address=home)
    reference = submit_redemption(
        actor, order, request_key=f"demo-{one.handle}-{one.quantity}-mugs", at=then
    )
    find = (
        sa.select(RedemptionLine.id)
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .where(Redemption.reference == reference)
    )
    line_id = session().scalars(find).one()
    fulfill_line(line_id, at=then + timedelta(minutes=1))
    task = sa.select(FulfillmentTask).where(FulfillmentTask.line_id == line_id)
    return session().scalars(task).one()


def _reference(task: FulfillmentTask) -> str:
    find = (
        sa.select(Redemption.reference)
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .where(RedemptionLine.id == task.line_id)
    )
    return session().scalars(find).one()
