"""Taking vouchers out of use, one or those of a line, and putting others in their place."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from redemption.credentials.operations import void_certificates
from redemption.models import RedemptionLine
from redemption.operations.lines import lock_line, refuse_own
from redemption.operations.revoking import revokes
from redemption.states import LineState
from redemption.vouchers.errors import NotOurs, NotVoidable
from redemption.vouchers.models import Certificate, Voucher
from redemption.vouchers.moves import move_voucher
from redemption.vouchers.operations.issuing import insert_received, insert_voucher
from redemption.vouchers.operations.showing import vouchers_of
from redemption.vouchers.policies import is_over
from redemption.vouchers.received import Spoiled, replacement
from redemption.vouchers.states import USABLE, VoucherState

_FULFILLED = frozenset({LineState.FULFILLED})


def put_out_of_use(voucher: Voucher, why: str, at: datetime) -> None:
    """A card counts no more, because its maker made another in its place; its person is told."""
    was_shown = voucher.state is not VoucherState.ISSUED
    move_voucher(voucher, VoucherState.VOID, actor_id=None, at=at, note=why)
    audit.record(None, "voucher.voided", f"voucher:{voucher.id}", at=at, reissue=True)
    tell_voided(voucher, reissued=True, was_shown=was_shown)


def tell_voided(voucher: Voucher, *, reissued: bool, was_shown: bool) -> None:
    """Promise the letter about a voucher that counts no more."""
    facts = {"voucher_id": voucher.id, "reissued": reissued, "was_shown": was_shown}
    enqueue("vouchers.tell_voided", key=str(voucher.id), **facts)


@dataclass(frozen=True, slots=True)
class Voiding:
    """Why a voucher is taken out of use, and whether another takes its place."""

    reason: str
    reissue: bool = False


def void_voucher(
    actor: Actor, voucher_id: int, voiding: Voiding, *, request_key: str, at: datetime
) -> int:
    """Take a voucher out of use; with `reissue` a new code takes its place. Its id, or the same.

    The new one has what is left of the old one, never more, and its last day.

    Raises NotFound, BadInput without a reason, NotVoidable when it is used, void or expired,
    NotOurs for a provider's, OwnRequest for one's own: nobody makes a fresh code for himself.
    """
    answered = None
    if actor.employee_id is not None:
        body = {"void": voucher_id, "reissue": voiding.reissue, "reason": voiding.reason}
        answered = claim_key(actor.id, request_key, at=at, **body)
    if answered is not None:
        return int(answered)
    if not voiding.reason.strip():
        raise BadInput("Write why, so that others understand it later. Nothing was changed.")
    line_id = session().scalar(sa.select(Voucher.line_id).where(Voucher.id == voucher_id))
    line = lock_line(line_id, _FULFILLED) if line_id else None
    voucher = next((v for v in vouchers_of(line_id or 0) if v.id == voucher_id), None)
    if voucher is None:
        raise NotFound("There is no such voucher.")
    state = _state_at(voucher, at)
    if line is None or state not in USABLE:
        raise NotVoidable(state)
    refuse_own(actor, line)
    kept = _void_and_replace(actor, line, voucher, voiding, at)
    if actor.employee_id is not None:
        answer_key(actor.id, request_key, str(kept))
    return kept


def _state_at(voucher: Voucher, at: datetime) -> VoucherState:
    """Where a voucher is, also when its last day is over and the job has yet to come."""
    is_late = voucher.state in USABLE and is_over(voucher.valid_until, at=at)
    return VoucherState.EXPIRED if is_late else voucher.state


def _void_and_replace(
    actor: Actor, line: RedemptionLine, voucher: Voucher, voiding: Voiding, at: datetime
) -> int:
    if voucher.provider_order_id is not None:
        raise NotOurs
    who, was_shown = actor.employee_id, voucher.state is not VoucherState.ISSUED
    move_voucher(voucher, VoucherState.VOID, actor_id=who, at=at, note=voiding.reason.strip())
    audit.record(who, "voucher.voided", f"voucher:{voucher.id}", at=at, reissue=voiding.reissue)
    kept = _next_issue(actor, line, voucher, voiding, at)
    if kept != voucher.id:
        audit.record(who, "voucher.reissued", f"voucher:{kept}", at=at, instead_of=voucher.id)
    tell_voided(voucher, reissued=voiding.reissue, was_shown=was_shown)
    return kept


def _next_issue(
    actor: Actor, line: RedemptionLine, voucher: Voucher, voiding: Voiding, at: datetime
) -> int:
    """The voucher that takes the place of one that is void; the same when none does (yet)."""
    who = actor.employee_id
    if voucher.stock_code_id is None:
        if not voiding.reissue:
            return voucher.id
        crashpoint("voiding.between_codes")
        return insert_voucher(line, voucher.unit_no, at=at, actor_id=who, instead_of=voucher)
    spoiled = Spoiled(
        line=line,
        voucher_id=voucher.id,
        code_id=voucher.stock_code_id,
        unit_no=voucher.unit_no,
        issue=voucher.issue,
        reissue=voiding.reissue,
        reason=voiding.reason.strip(),
        actor=actor,
    )
    received = replacement(spoiled, at)
    return insert_received(line, received, at=at, actor_id=who) if received else voucher.id


@revokes
def revoke_of_line(line_id: int, at: datetime) -> None:
    """A line ended after all: its vouchers and certificates count no more."""
    for voucher in vouchers_of(line_id):
        if voucher.state in USABLE:
            note = "The request was taken back."
            move_voucher(voucher, VoucherState.VOID, actor_id=None, at=at, note=note)
    void_certificates(Certificate.line_id == line_id, at=at)
