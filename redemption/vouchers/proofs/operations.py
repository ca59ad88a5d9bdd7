"""Keeping the keys that sign vouchers: one signs, those before it are forgotten by half."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.secrets import seal
from redemption.credentials.states import KeyState
from redemption.vouchers.proofs.errors import RivalKey
from redemption.vouchers.proofs.models import VoucherKey
from redemption.vouchers.proofs.queries import SEALED_FOR
from redemption.vouchers.proofs.signing import MadeKey


def keep_key(made: MadeKey, *, at: datetime) -> bool:
    """Let this key sign, unless another does already; whether it does now."""
    kept = session().scalar(
        insert_or_skip(VoucherKey)
        .values(
            name=made.name,
            public=made.public,
            sealed=seal(made.private, SEALED_FOR + made.name),
            state=KeyState.ACTIVE,
            made_at=at,
        )
        .on_conflict_do_nothing()
        .returning(VoucherKey.id)
    )
    if kept is not None:
        audit.record(None, "vouchers.key_made", f"voucher_key:{kept}", at=at)
    return kept is not None


def rotate_key(made: MadeKey, *, at: datetime, leaked: bool = False) -> None:
    """Let this key sign from now on; the private half of the one before is forgotten.

    With `leaked` nothing the one before signed is believed any more. Raises RivalKey.
    """
    state = KeyState.WITHDRAWN if leaked else KeyState.RETIRED
    ended = session().scalar(
        sa.update(VoucherKey)
        .where(VoucherKey.state == KeyState.ACTIVE)
        .values(state=state, sealed=None, retired_at=at)
        .returning(VoucherKey.id),
        execution_options={"synchronize_session": False},
    )
    if ended is not None:
        audit.record(None, f"vouchers.key_{state}", f"voucher_key:{ended}", at=at)
    if not keep_key(made, at=at):
        raise RivalKey
