"""Codes in clear, each reading remembered. Vouchers are the last rank of the locks."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.codes import grouped
from marketplace.kernel.db import session
from marketplace.kernel.secrets import open_sealed
from redemption.operations.lines import lock_line
from redemption.queries.named import held_line
from redemption.states import LineState
from redemption.vouchers.errors import NotReady, NotShownYet
from redemption.vouchers.models import CodeReveal, Voucher
from redemption.vouchers.moves import move_voucher
from redemption.vouchers.operations.issuing import sealed_for
from redemption.vouchers.received import Card, unpacked
from redemption.vouchers.states import ShownAs, VoucherState

_FULFILLED = frozenset({LineState.FULFILLED})


@dataclass(frozen=True, slots=True)
class ShownCode:
    """A code in clear, on its way to the eyes it belongs to."""

    voucher_id: int
    unit_no: int
    code: str  # grouped, as people read it
    bare: str
    card: Card | None = None  # what a provider gave instead of a code of ours


def reveal_codes(
    actor: Actor, reference: str, *, shown_as: ShownAs, at: datetime
) -> list[ShownCode]:
    """The codes of one's own request, each reading remembered for ever.

    Raises NotFound for anyone else's, NotReady when there is none, NotShownYet for a file of codes
    that were not shown on the page before.
    """
    line = lock_line(held_line(actor, reference), _FULFILLED)
    if line is None:
        raise NotReady
    vouchers = [v for v in vouchers_of(line.id) if v.state is not VoucherState.VOID]
    if not vouchers:
        raise NotReady
    if shown_as is ShownAs.PDF and any(v.state is VoucherState.ISSUED for v in vouchers):
        raise NotShownYet
    if shown_as is ShownAs.PDF and any(v.is_received for v in vouchers):
        raise NotReady  # the maker's card has a paper of its own
    seen = {"employee_id": actor.id, "shown_as": shown_as, "at": at}
    session().execute(sa.insert(CodeReveal), [{"voucher_id": v.id, **seen} for v in vouchers])
    return [_reveal(voucher, actor, shown_as, at) for voucher in vouchers]


def vouchers_of(line_id: int) -> list[Voucher]:
    """The vouchers of a line, locked, each with those it replaced."""
    return list(
        session().scalars(
            sa.select(Voucher)
            .where(Voucher.line_id == line_id)
            .order_by(Voucher.unit_no, Voucher.issue)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    )


def _reveal(voucher: Voucher, actor: Actor, shown_as: ShownAs, at: datetime) -> ShownCode:
    code = open_sealed(voucher.cipher, sealed_for(voucher.line_id, voucher.unit_no, voucher.issue))
    if voucher.state is VoucherState.ISSUED:
        move_voucher(voucher, VoucherState.ACTIVE, actor_id=actor.id, at=at)
    audit.record(actor.id, "voucher.code_shown", f"voucher:{voucher.id}", at=at, shown_as=shown_as)
    if voucher.is_received:
        return ShownCode(voucher.id, voucher.unit_no, "", "", unpacked(code))
    return ShownCode(voucher.id, voucher.unit_no, grouped(code), code)
