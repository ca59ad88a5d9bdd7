"""Work for later around tiers: letters, and what rewards are found by after a new name."""

import sqlalchemy as sa

from catalog.models import Reward
from catalog.shelf.operations import refresh_listing
from catalog.tiers import notices
from marketplace.kernel import clock
from marketplace.kernel.db import in_batches, session, transaction
from marketplace.kernel.jobs import job

AT_ONCE = 100


@job("catalog.tell_invited")
def tell_invited(tier_id: int, employee_id: int) -> None:
    """Tell the person that the tier is open to them."""
    with transaction():
        notices.write_invited(tier_id, employee_id, at=clock.now())


@job("catalog.retell_tier")
def retell_tier(tier_id: int) -> None:
    """Write anew what people find the rewards of a tier by: its name is part of it."""
    wanted = sa.select(Reward.id).where(Reward.tier_id == tier_id).order_by(Reward.id)
    reward_ids = session().scalars(wanted).all()
    for batch in in_batches(reward_ids, AT_ONCE):
        with transaction():
            for reward_id in batch:
                refresh_listing(reward_id, at=clock.now())
