"""Letters to people who are invited to a tier."""

from datetime import datetime

import sqlalchemy as sa

from catalog.audiences.models import TierInvitation
from catalog.models import Tier
from marketplace.kernel.db import session
from marketplace.people.queries import person
from marketplace.web.letters import write_letter


def write_invited(tier_id: int, employee_id: int, *, at: datetime) -> None:
    """Tell somebody that a tier is open to them, by whom and why; nothing if it no longer is."""
    invited = (
        session()
        .execute(
            sa.select(Tier.name, Tier.slug, TierInvitation)
            .join(TierInvitation, TierInvitation.tier_id == Tier.id)
            .where(Tier.id == tier_id, TierInvitation.employee_id == employee_id)
        )
        .one_or_none()
    )
    reader = person(employee_id)
    if invited is None or not reader.is_active:
        return
    host = invited.TierInvitation.invited_by_id
    write_letter(
        "tier_invitation",
        to=reader,
        key=f"tier_invitation:{tier_id}:{employee_id}:{invited.TierInvitation.invited_at.isoformat()}",
        at=at,
        tier_name=invited.name,
        tier_slug=invited.slug,
        by=person(host).name if host else "",
        reason=invited.TierInvitation.reason,
    )
