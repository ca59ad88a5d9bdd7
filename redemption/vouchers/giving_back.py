"""One card of several does not work: its points come back, and no other's.

The refund names the unit, so that its points come back once for ever. Lock rank: request key, line,
voucher and code, account and lots, budget, limit, stock, and what lets go of the unit last.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line, refuse_own
from redemption.operations.refunds import Part, refund_part
from redemption.states import LineState, RefundCause
from redemption.vouchers.errors import NotGivenBack
from redemption.vouchers.models import CodeReveal, Voucher
from redemption.vouchers.moves import lock_voucher, move_voucher
from redemption.vouchers.operations import tell_voided
from redemption.vouchers.received import Spoiled, replacement
from redemption.vouchers.states import USABLE, VoucherState

_S = VoucherState
_FULFILLED = frozenset({LineState.FULFILLED})
SINGLY = frozenset({Kind.GIFT_CARD, Kind.EXPERIENCE})


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A unit whose points came back: what was made of it is nobody's any more."""

    line: RedemptionLine
    unit_no: int
    voucher: Voucher
    reason: str
    actor: Actor


Busy = Callable[[int, int], str]
Waits = Callable[[int, int], bool]
LetsGo = Callable[[GivenUp, datetime], None]
_busy: list[Busy] = []
_waits: list[Waits] = []
_let_go: list[LetsGo] = []


def busy_with(check: Busy) -> Busy:
    """Register who may be making another card for a unit just now: the reason to wait, or nothing.

    It is asked with the line and the number of the unit.
    """
    if check not in _busy:
        _busy.append(check)
    return check


def waits_for_another(check: Waits) -> Waits:
    """Register who knows whether a unit, by line and number, waits for a code in place of one."""
    if check not in _waits:
        _waits.append(check)
    return check


def lets_go(deed: LetsGo) -> LetsGo:
    """Register who lets go of what a unit had, after its points came back."""
    if deed not in _let_go:
        _let_go.append(deed)
    return deed


def seen_codes(line_id: int) -> int:
    """How many codes that others made were read, and count still."""
    was_read = sa.exists().where(CodeReveal.voucher_id == Voucher.id)
    read = sa.select(sa.func.count()).where(
        Voucher.line_id == line_id, Voucher.is_received, Voucher.state.in_(USABLE), was_read
    )
    return session().scalar(read) or 0


def refuse_while_busy(line_id: int, unit_no: int) -> None:
    """Raise BadInput while somebody makes another card for a unit."""
    for check in _busy:
        if words := check(line_id, unit_no):
            raise BadInput(f"{words} Nothing was changed.")


def give_voucher_back(
    actor: Actor, voucher_id: int, reason: str, *, request_key: str, at: datetime
) -> int:
    """Give the points of exactly one voucher back; how many. Its code counts no more.

    Raises NotFound, BadInput without a reason, OwnRequest, NotGivenBack for what was used, is over,
    is back already, or is no card.
    """
    is_person, reason = actor.employee_id is not None, reason.strip()
    body = {"give_back": voucher_id, "reason": reason}
    if is_person and (done := claim_key(actor.id, request_key, at=at, **body)) is not None:
        return int(done)
    if not reason:
        raise BadInput("Write why; the person reads it. Nothing was changed.")
    line, voucher = _locked(actor, voucher_id)
    refuse_while_busy(line.id, voucher.unit_no)
    _take_out(actor, line, voucher, reason, at)
    crashpoint("voiding.one_void")
    source = f"unit:{voucher.unit_no}"
    part = Part(RefundCause.NOT_WORKING, source, units=1, note=reason)
    points = refund_part(line, part, actor_id=actor.employee_id, at=at)
    for let_go in _let_go:
        let_go(GivenUp(line, voucher.unit_no, voucher, reason, actor), at)
    crashpoint("voiding.one_let_go")
    if line.recipient_id is not None:
        tell_voided(voucher, reissued=False, was_shown=True)
    audit.record(actor.employee_id, "voucher.given_back", f"voucher:{voucher_id}", at=at)
    if is_person:
        answer_key(actor.id, request_key, str(points))
    return points


def _locked(actor: Actor, voucher_id: int) -> tuple[RedemptionLine, Voucher]:
    """A voucher that can be given back by itself, and its line, both locked."""
    line_id = session().scalar(sa.select(Voucher.line_id).where(Voucher.id == voucher_id))
    if line_id is None:
        raise NotFound("There is no such voucher.")
    line = lock_line(line_id, _FULFILLED)
    if line is None:
        raise NotGivenBack("This request ended meanwhile.")
    refuse_own(actor, line)
    voucher = lock_voucher(voucher_id)
    if obstacle := _obstacle(line, voucher):
        raise NotGivenBack(obstacle)
    return line, voucher


def _obstacle(line: RedemptionLine, voucher: Voucher) -> str:
    if Kind(line.snapshot["kind"]) not in SINGLY:
        return "Only gift cards and experiences are given back one by one."
    if voucher.remaining < voucher.initial:
        return "Something of it was used, so its points stay spent."
    if voucher.state in {_S.ISSUED, _S.ACTIVE}:
        return ""
    if voucher.state is _S.VOID and any(one(line.id, voucher.unit_no) for one in _waits):
        return ""
    return f"This voucher is {voucher.state.label.lower()}."


def _take_out(
    actor: Actor, line: RedemptionLine, voucher: Voucher, reason: str, at: datetime
) -> None:
    """Its code counts no more; one of the stock is marked as bad, for its supplier."""
    if voucher.state is _S.VOID:
        return
    move_voucher(voucher, _S.VOID, actor_id=actor.employee_id, at=at, note=reason)
    if voucher.stock_code_id is None:
        return
    spoiled = Spoiled(
        line=line,
        voucher_id=voucher.id,
        code_id=voucher.stock_code_id,
        unit_no=voucher.unit_no,
        issue=voucher.issue,
        reissue=False,
        reason=reason,
        actor=actor,
        gives_back=True,
    )
    replacement(spoiled, at)
