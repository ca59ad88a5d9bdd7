"""Who may have what in the demo: a tier to reach, a reward for Sales, some after years here."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.audiences.clauses import any_way, clauses_of
from catalog.audiences.opening import open_reward_to
from catalog.models import Reward, Tier
from catalog.states import AudienceAttribute as Attribute
from catalog.tiers.operations import invite_people, open_tier_to
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.people.models import Department

SUMMIT_OPENS_FROM = "30000"
FOR_SALES = "track-day-in-an-electric-racer"
AFTER_A_YEAR = "first-flight-lesson"
AFTER_TEN_YEARS = "a-month-after-ten-years"


def load_audiences(manager: Actor, people: dict[str, int], *, at: datetime) -> None:
    """Lock the Summit, and say whom some rewards are for. Inside a transaction."""
    summit = session().scalars(sa.select(Tier.id).where(Tier.slug == "summit")).one()
    ways = {Attribute.POINTS_EARNED: [SUMMIT_OPENS_FROM], Attribute.INVITATION: [str(summit)]}
    open_tier_to(manager, summit, any_way(ways, is_shown_locked=True), at=at)
    guest = people["jonas.lind"]
    invite_people(
        manager, summit, [guest], reason="For opening the north together", at=at - timedelta(days=2)
    )
    sales = session().scalars(sa.select(Department.id).where(Department.name == "Sales")).one()
    for slug, rules in (
        (FOR_SALES, {Attribute.DEPARTMENT: [str(sales)]}),
        (AFTER_A_YEAR, {Attribute.TENURE_MONTHS: ["12"]}),
        (AFTER_TEN_YEARS, {Attribute.TENURE_MONTHS: ["120"]}),
    ):
        reward_id = session().scalars(sa.select(Reward.id).where(Reward.slug == slug)).one()
        open_reward_to(manager, reward_id, clauses_of(rules), at=at)
