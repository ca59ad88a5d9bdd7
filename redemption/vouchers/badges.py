"""The badges that people chose in the catalog or brought back from a trip, on their page."""

from datetime import UTC

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.kernel.db import session
from marketplace.people.badges import Badge, gives_badges
from redemption.vouchers.models import Certificate
from redemption.vouchers.states import CertificateState


@gives_badges
def chosen_badges(employee_id: int) -> list[Badge]:
    """Badges whose certificate stands."""
    rows = session().execute(
        sa.select(Certificate.title, Certificate.slug, Certificate.art, Certificate.issued_at)
        .where(
            Certificate.employee_id == employee_id,
            Certificate.kind == Kind.BADGE,
            Certificate.state != CertificateState.VOID,
        )
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
        .limit(24)
    )
    return [
        Badge(row.title, row.slug, row.art, row.issued_at.astimezone(UTC).date()) for row in rows
    ]
