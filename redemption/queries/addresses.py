"""Where parcels go: as it is stored, and where somebody's usually do."""

import sqlalchemy as sa

from catalog.audiences.names import country_name
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from redemption.models import DeliveryAddress, RedemptionLine
from redemption.policies import Address


def address_of(row: DeliveryAddress | None) -> Address | None:
    """A stored address as a value."""
    if row is None:
        return None
    return Address(row.recipient, row.street, row.postal_code, row.city, row.country)


def usual_address(actor: Actor) -> Address:
    """Where their last parcel went; before the first their name and country alone."""
    asked, given = RedemptionLine.employee_id, RedemptionLine.recipient_id
    is_own = sa.and_(asked == actor.employee_id, given.is_(None))
    last = session().scalar(
        sa.select(DeliveryAddress)
        .join(RedemptionLine, RedemptionLine.id == DeliveryAddress.line_id)
        .where(sa.or_(is_own, given == actor.employee_id))
        .order_by(DeliveryAddress.line_id.desc())
        .limit(1)
    )
    country = country_name(actor.country) if actor.country else ""
    return address_of(last) or Address(actor.name, "", "", "", country)
