"""Who goes where already: one person, one place."""

from datetime import datetime

import sqlalchemy as sa

from catalog.models import Departure
from catalog.offers import Offer
from catalog.states import Kind
from marketplace.kernel.db import session
from redemption.models import RedemptionLine
from redemption.states import RESERVED, SPENT


def is_going(employee_id: int, offer: Offer, *, at: datetime, but: int = 0) -> bool:
    """Whether somebody has asked for a place there, by another line than `but`.

    Of a group trip that is any departure that is not over: a person goes once. Of individual travel
    it is this departure.
    """
    if offer.departure is None:
        return False
    there = RedemptionLine.variant_id == offer.variant_id
    if offer.kind is Kind.GROUP_TRIP:
        there = sa.and_(RedemptionLine.reward_id == offer.reward_id, Departure.ends_on >= at.date())
    asked = sa.exists().where(
        RedemptionLine.id != but,
        RedemptionLine.employee_id == employee_id,
        RedemptionLine.state.in_(RESERVED | SPENT),
        Departure.variant_id == RedemptionLine.variant_id,
        there,
    )
    return session().scalar(sa.select(asked)) is True
