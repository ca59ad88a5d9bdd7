"""What was taken off vouchers at a desk, and what was put back."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole


class VoucherUse(Model):
    """One use of a voucher, or one use undone. Never changed: an undo is a row of its own.

    `amount` is minor units of the voucher's currency, or uses; `left_after` is what was left then.
    An undo names its use in `undoes_id`, once, and says the same amount. `seq` is the version that
    the voucher got by it.
    """

    __tablename__ = "voucher_uses"
    __table_args__ = (
        sa.UniqueConstraint("voucher_id", "seq"),
        sa.UniqueConstraint("id", "voucher_id", "amount"),
        sa.ForeignKeyConstraint(
            ["undoes_id", "voucher_id", "amount"],
            ["voucher_uses.id", "voucher_uses.voucher_id", "voucher_uses.amount"],
            name="fk_voucher_uses_the_same_use",
        ),
        *whole("amount", 1),
        *whole("left_after", 0),
        sa.CheckConstraint("undoes_id IS NULL OR undoes_id < id", name="an_undo_comes_later"),
        sa.Index("ix_voucher_uses_actor", "actor_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(sa.ForeignKey("vouchers.id"))
    seq: Mapped[int]
    undoes_id: Mapped[int | None] = mapped_column(unique=True)
    amount: Mapped[int]
    left_after: Mapped[int]
    place: Mapped[str]
    receipt: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    at: Mapped[datetime]


append_only(Model.metadata.tables["voucher_uses"])
