"""Later last days that vouchers were given."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model


class VoucherExtension(Model):
    """One voucher's last day made a later one: by whom, when and why. Never changed.

    `seq` is the version that the voucher got by it.
    """

    __tablename__ = "voucher_extensions"
    __table_args__ = (
        sa.UniqueConstraint("voucher_id", "seq"),
        sa.CheckConstraint("until > before", name="later_than_before"),
        sa.CheckConstraint("length(reason) > 0", name="says_why"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    voucher_id: Mapped[int] = mapped_column(sa.ForeignKey("vouchers.id"))
    seq: Mapped[int]
    before: Mapped[date]
    until: Mapped[date]
    reason: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    at: Mapped[datetime]


append_only(Model.metadata.tables["voucher_extensions"])
