"""What a person holds that opens something: each attribute asks the slice that knows.

Program and entitlement live above the catalog, so their slices register a statement here.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from catalog.audiences.models import TierInvitation
from catalog.states import AudienceAttribute as Attribute

Held = Callable[[sa.ColumnElement[int]], "sa.Select[*tuple[Any, ...]]"]
HELD: dict[Attribute, Held] = {}


def holds(attribute: Attribute) -> Callable[[Held], Held]:
    """Register what answers the values of an attribute that one employee holds, as text."""

    def register(held: Held) -> Held:
        HELD[attribute] = held
        return held

    return register


@holds(Attribute.INVITATION)
def _invitations(employee_id: sa.ColumnElement[int]) -> "sa.Select[*tuple[Any, ...]]":
    invited = sa.cast(TierInvitation.tier_id, sa.Text)
    return sa.select(invited).where(TierInvitation.employee_id == employee_id)
