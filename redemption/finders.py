"""One's own requests for `/search`."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.web.search import Finder, add_finder, has_all_words
from redemption.models import Redemption, RedemptionLine


def requests(actor: Actor, text: str, _at: datetime) -> sa.Select[*tuple[Any, ...]]:
    """Requests of this person by number or by what was asked for, the newest first."""
    name = RedemptionLine.snapshot["name"].as_string()
    return (
        sa.select(
            name.label("title"),
            RedemptionLine.reference.label("note"),
            RedemptionLine.reference.label("key"),
            (-Redemption.id).label("rank"),
        )
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .where(
            Redemption.employee_id == actor.employee_id,
            has_all_words(text, name, RedemptionLine.reference),
        )
    )


add_finder(
    Finder(
        "Requests",
        40,
        Permission.REWARD_REDEEM,
        requests,
        lambda reference: url_for("redemption.show", reference=reference),
    )
)
