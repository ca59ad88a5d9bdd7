"""The costs of variants, apart from them: nothing an employee opens ever reads this table."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole


class VariantCost(Model):
    """What a variant costs the company and what it costs on the market, in minor units."""

    __tablename__ = "variant_costs"
    __table_args__ = (
        *whole("cost_minor", 0),
        *whole("reference_minor", 0),
        sa.CheckConstraint("length(currency) = 3", name="currency_of_three_letters"),
        sa.CheckConstraint(
            "cost_minor IS NOT NULL OR reference_minor IS NOT NULL", name="says_something"
        ),
    )

    variant_id: Mapped[int] = mapped_column(
        sa.ForeignKey("variants.id"), primary_key=True, autoincrement=False
    )
    cost_minor: Mapped[int | None]
    reference_minor: Mapped[int | None]
    currency: Mapped[str]
