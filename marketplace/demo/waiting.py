"""Who waits in line for what is sold out when somebody opens the demo."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.operations import adjust_stock, set_capacity
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.people.queries import actor_of
from redemption.waiting.operations.joining import join_line
from redemption.waiting.operations.turns import offer_next

LINES = {
    "Turntable in walnut": ("grace.kim", "clara.weiss", "maya.chen", "ben.osei"),
    "Chess set in cherry wood": ("jonas.lind", "amara.okafor"),
}
CAME_BACK = "Chess set in cherry wood"


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


def _variant(name: str) -> int:
    of_reward = sa.select(Variant.id).join(Reward).where(Reward.name == name)
    return session().scalars(of_reward.order_by(Variant.position)).first() or 0
