"""Who waits in line when somebody opens the demo, and for whom there is none to send."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.operations import adjust_stock, set_capacity
from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.people.queries import actor_of
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.instead.operations.marking import mark_missing
from redemption.models import RedemptionLine
from redemption.operations.submit import submit_redemption
from redemption.policies import as_offered
from redemption.waiting.operations.joining import join_line
from redemption.waiting.operations.turns import offer_next

LINES = {
    "Turntable in walnut": ("grace.kim", "clara.weiss", "maya.chen", "ben.osei"),
    "Chess set in cherry wood": ("jonas.lind", "amara.okafor"),
}
TRIP = "A night in the lighthouse"
GOING = ("tomas.ortega", "rahul.mehta")  # each with a guest
PARTIES = {"clara.weiss": 1, "ben.osei": 3, "maya.chen": 2, "amara.okafor": 1}
CAME_BACK = "Chess set in cherry wood"
MISSING = "Potter's mug"
WHY = "The last one broke on the way, and the potter makes new ones in January."


def load_lines(manager: Actor, people: dict[str, int], *, at: datetime) -> int:
    """Let people wait as they would, and give Jonas his turn; how many wait."""
    set_capacity(manager, _variant(CAME_BACK), 0, reason="The last one is broken", at=at)
    for name, handles in LINES.items():
        for hours, handle in enumerate(handles):
            then = at - timedelta(days=2, hours=-hours)
            key = f"demo-line-{handle}-{name}"
            join_line(actor_of(people[handle]), _variant(name), request_key=key, at=then)
    adjust_stock(manager, _variant(CAME_BACK), 1, reason="One was sent back unopened", at=at)
    offer_next(_variant(CAME_BACK), at=at)
    return sum(map(len, LINES.values()))


def load_trip_line(manager: Actor, people: dict[str, int], *, at: datetime) -> int:
    """All beds of a small trip are asked for, and parties wait for it; how many people wait."""
    variant_id, then = _variant(TRIP), at - timedelta(days=1)
    for handle in GOING:
        actor = actor_of(people[handle])
        order = as_offered(offer(actor, variant_id, at=then), quantity=2)
        submit_redemption(actor, order, request_key=f"demo-trip-{handle}", at=then)
    for minutes, (handle, places) in enumerate(PARTIES.items()):
        joined, key = then + timedelta(minutes=minutes), f"demo-party-{handle}"
        actor = actor_of(people[handle])
        join_line(actor, variant_id, units=places, request_key=key, at=joined)
    adjust_stock(manager, variant_id, 1, reason="The keeper has one more bed", at=at)
    offer_next(variant_id, at=at)
    return len(PARTIES)


def load_shortage(people: dict[str, int], *, at: datetime) -> None:
    """Ana has none of what Jonas asked for, so he is asked what should happen."""
    mine = RedemptionLine.employee_id == people["jonas.lind"]
    named = RedemptionLine.snapshot["name"].as_string() == MISSING
    line_id = session().scalars(sa.select(RedemptionLine.id).where(mine, named)).one()
    fulfill_line(line_id, at=at)
    tasks = sa.select(FulfillmentTask.id).where(FulfillmentTask.line_id == line_id)
    ana, task_id = actor_of(people["ana.sousa"]), session().scalars(tasks).one()
    mark_missing(ana, task_id, WHY, request_key="demo-shortage-mug", at=at)


def _variant(name: str) -> int:
    of_reward = sa.select(Variant.id).join(Reward).where(Reward.name == name)
    return session().scalars(of_reward.order_by(Variant.position)).first() or 0
