"""Keys that sign what stands in the squares of vouchers."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model
from redemption.credentials.states import KeyState


class VoucherKey(Model):
    """An Ed25519 key. A retired one signs nothing more; what it signed still holds.

    `name` is the beginning of the digest of the public key, by which a proof names it; `public`
    is the key in base64url; `sealed` is the private key, encrypted.
    """

    __tablename__ = "voucher_keys"
    __table_args__ = (
        sa.Index(
            "uq_voucher_keys_active",
            "state",
            unique=True,
            sqlite_where=sa.text("state = 'active'"),
            postgresql_where=sa.text("state = 'active'"),
        ),
        sa.CheckConstraint(
            "(state = 'active') = (sealed IS NOT NULL)", name="only_the_active_signs"
        ),
        sa.CheckConstraint(
            "(state = 'active') = (retired_at IS NULL)", name="the_others_have_a_time"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    public: Mapped[str]
    sealed: Mapped[bytes | None]
    state: Mapped[KeyState]
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
