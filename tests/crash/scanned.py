"""A scanner at a desk: the command reads the code from standard input."""

import io
import os
import sys
from contextlib import nullcontext
from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.kernel.db import transaction
from marketplace.kernel.faults import crashpoint
from redemption.vouchers.desk.policies import Use
from redemption.vouchers.models import Voucher
from redemption.vouchers.moves import lock_voucher, move_voucher
from redemption.vouchers.states import VoucherState


def scan() -> None:
    """Let this process read the code that the test gave it."""
    sys.stdin = io.StringIO(os.environ["SCANNED"] + "\n")  # noqa: TID251  the test's own


def scan_carelessly() -> None:
    """The negative control: value is taken in one commit, and the use written in another."""
    from redemption.vouchers.desk import cli, operations

    scan()

    def take(actor: Actor, voucher: Voucher, wanted: Use, at: datetime) -> int:
        voucher_id = voucher.id
        with transaction():
            to, less = VoucherState.PARTLY_USED, -wanted.amount
            move_voucher(lock_voucher(voucher_id), to, actor_id=None, at=at, by=less)
        crashpoint("desk.taken")
        with transaction():
            taken = {"amount": wanted.amount, "place": wanted.place}
            return operations._write(actor, lock_voucher(voucher_id), at, **taken)

    operations._take = take
    cli.transaction = lambda **_undo: nullcontext()
