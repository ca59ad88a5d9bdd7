"""The keys that sign vouchers: the one in use, and those anyone may know."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.secrets import CannotOpen
from redemption.keyring.ring import Keyring
from redemption.keyring.states import KeyState
from redemption.vouchers.proofs.errors import KeyNotReadable
from redemption.vouchers.proofs.models import VoucherKey
from redemption.vouchers.proofs.signing import KeyInUse

KEYS = Keyring(VoucherKey, "name", "vouchers", "voucher_key")


def key_in_use() -> KeyInUse | None:
    """The key that signs, opened; None before the first was made. Raises KeyNotReadable."""
    try:
        found = KEYS.opened()
    except CannotOpen as closed:
        raise KeyNotReadable from closed
    return KeyInUse(found[0].name, found[1]) if found else None


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A key as anyone may know it, and since when it signs no more."""

    name: str
    public: str
    state: KeyState
    made_at: datetime
    retired_at: datetime | None

    @property
    def jwk(self) -> dict[str, str]:
        """The public key as others read it (RFC 8037)."""
        return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": self.name, "x": self.public}


def known_keys() -> list[KnownKey]:
    """Every key there was, the newest first."""
    rows = session().execute(
        sa.select(
            VoucherKey.name,
            VoucherKey.public,
            VoucherKey.state,
            VoucherKey.made_at,
            VoucherKey.retired_at,
        ).order_by(VoucherKey.id.desc())
    )
    return [KnownKey(*row) for row in rows]


def public_keys() -> list[KnownKey]:
    """Those whose proofs are to be believed: all that did not leak."""
    return [key for key in known_keys() if key.state is not KeyState.WITHDRAWN]
