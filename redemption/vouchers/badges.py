"""The badges that people chose in the catalog, on their page."""

from datetime import UTC

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.states import Kind
from marketplace.kernel.db import session
from marketplace.people.badges import Badge, gives_badges
from redemption.models import Redemption, RedemptionLine
from redemption.vouchers.models import Certificate
from redemption.vouchers.states import CertificateState


@gives_badges
def chosen_badges(employee_id: int) -> list[Badge]:
    """Badges whose certificate stands."""
    rows = session().execute(
        sa.select(Certificate.title, Reward.slug, Reward.art, Certificate.issued_at)
        .join(RedemptionLine, RedemptionLine.id == Certificate.line_id)
        .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
        .join(Variant, Variant.id == RedemptionLine.variant_id)
        .join(Reward, Reward.id == Variant.reward_id)
        .where(
            Redemption.employee_id == employee_id,
            Certificate.kind == Kind.BADGE,
            Certificate.state != CertificateState.VOID,
        )
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
        .limit(24)
    )
    return [
        Badge(row.title, row.slug, row.art, row.issued_at.astimezone(UTC).date()) for row in rows
    ]
