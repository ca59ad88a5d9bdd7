"""Who rides which transfer of a departure, and how full each is."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole


class TransferLoad(Model):
    """How many ride a transfer of the plan; its seats stand in the plan."""

    __tablename__ = "transfer_loads"
    __table_args__ = (*whole("taken", 0, 10_000),)

    item_id: Mapped[int] = mapped_column(
        sa.ForeignKey("itinerary_items.id"), primary_key=True, autoincrement=False
    )
    taken: Mapped[int]


class TransferSeat(Model):
    """A traveler rides a transfer of the plan."""

    __tablename__ = "transfer_seats"

    item_id: Mapped[int] = mapped_column(sa.ForeignKey("transfer_loads.item_id"), primary_key=True)
    traveler_id: Mapped[int] = mapped_column(
        sa.ForeignKey("travelers.id"), primary_key=True, index=True
    )
