"""Keys that sign, and for each certificate the credential that others can verify."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, whole
from redemption.credentials.states import PLACES_IN_A_LIST
from redemption.keyring.models import one_signs
from redemption.keyring.states import KeyState


class SigningKey(Model):
    """A key of this installation. A retired one can sign nothing more; what it signed still holds.

    `thumbprint` is the digest of the public key (RFC 7638) and its address; `sealed` is the
    private key, encrypted.
    """

    __tablename__ = "signing_keys"
    __table_args__ = one_signs("signing_keys")

    id: Mapped[int] = mapped_column(primary_key=True)
    thumbprint: Mapped[str] = mapped_column(unique=True)
    public: Mapped[dict[str, Any]]
    sealed: Mapped[bytes | None]
    state: Mapped[KeyState]
    made_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class BadgeCredential(Model):
    """What makes a certificate verifiable elsewhere; signed once, in the words of that moment.

    `token` is its public address, `salt` is mixed into the digest of the holder's e-mail,
    `status_list` and `status_index` are where its revocation would be read, `jwt` is what was
    signed. `shows_name` is the holder's choice for the public page.
    """

    __tablename__ = "badge_credentials"
    __table_args__ = (
        sa.UniqueConstraint("status_list", "status_index"),
        *whole("status_list", 1),
        *whole("status_index", 0, PLACES_IN_A_LIST - 1),
        sa.CheckConstraint(
            "(jwt IS NULL) = (key_id IS NULL) AND (jwt IS NULL) = (signed_at IS NULL)",
            name="signed_as_a_whole",
        ),
    )

    certificate_id: Mapped[int] = mapped_column(
        sa.ForeignKey("certificates.id"), primary_key=True, autoincrement=False
    )
    token: Mapped[str] = mapped_column(unique=True)
    salt: Mapped[str]
    status_list: Mapped[int]
    status_index: Mapped[int]
    jwt: Mapped[str | None]
    key_id: Mapped[int | None] = mapped_column(sa.ForeignKey("signing_keys.id"), index=True)
    signed_at: Mapped[datetime | None]
    shows_name: Mapped[bool] = mapped_column(default=True)
