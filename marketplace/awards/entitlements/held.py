"""What opens rewards of the catalog: those somebody won and has not used yet."""

from typing import Any

import sqlalchemy as sa

from catalog.audiences.sources import holds
from catalog.models import Variant
from catalog.states import AudienceAttribute
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.states import EntitlementState


@holds(AudienceAttribute.ENTITLEMENT)
def _rewards(employee_id: sa.ColumnElement[int]) -> "sa.Select[*tuple[Any, ...]]":
    """Rewards of which the person holds a right."""
    return (
        sa.select(sa.cast(Variant.reward_id, sa.Text))
        .join(Entitlement, Entitlement.variant_id == Variant.id)
        .where(
            Entitlement.employee_id == employee_id, Entitlement.state == EntitlementState.GRANTED
        )
    )
