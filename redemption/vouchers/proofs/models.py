"""Keys that sign what stands in the squares of vouchers."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model
from redemption.keyring.models import one_signs
from redemption.keyring.states import KeyState


class VoucherKey(Model):
    """An Ed25519 key. A retired one signs nothing more; what it signed still holds.

    `name` is the beginning of the digest of the public key, by which a proof names it; `public`
    is the key in base64url; `sealed` is the private key, encrypted.
    """

    __tablename__ = "voucher_keys"
    __table_args__ = one_signs("voucher_keys")

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    public: Mapped[str]
    sealed: Mapped[bytes | None]
    state: Mapped[KeyState]
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
