"""Taking value off a voucher and putting it back. A voucher is the last rank of the locks."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.secrets import fingerprint
from marketplace.people.operations.turns import take_turns
from redemption.models import RedemptionLine
from redemption.vouchers.desk.errors import DeskClosed
from redemption.vouchers.desk.models import VoucherUse
from redemption.vouchers.desk.policies import (
    WRONG_AT_MOST,
    Booked,
    Standing,
    Use,
    code_in,
    needs_reason,
    undo_obstacle,
    use_obstacle,
)
from redemption.vouchers.models import LookupCount, Voucher
from redemption.vouchers.moves import lock_voucher, move_voucher
from redemption.vouchers.policies import LOOKUP_WINDOW, window_of
from redemption.vouchers.queries import voucher_with_code
from redemption.vouchers.states import VoucherState


def find_at_desk(actor: Actor, typed: str, *, at: datetime) -> int | None:
    """The voucher with this code; None for every code there is not, which is counted.

    Raises DeskClosed after too many of those, for right codes too, until the stretch is over. Who
    looks many up at one moment gets their answers one after the other, so that each is counted.
    """
    take_turns([actor.employee_id] if actor.employee_id is not None else [])
    since, who = window_of(at), fingerprint(f"desk:{actor.employee_id}", "lookup address")
    counted = sa.select(LookupCount.lookups).where(
        LookupCount.address == who, LookupCount.since == since
    )
    wrong = session().scalar(counted) or 0
    found = voucher_with_code(code_in(typed))
    if wrong >= WRONG_AT_MOST:
        raise DeskClosed(max(1, -(-int((since + LOOKUP_WINDOW - at).total_seconds()) // 60)))
    if found is None:
        _count_wrong(actor, who, since, at)
    return found


def _count_wrong(actor: Actor, who: str, since: datetime, at: datetime) -> None:
    wrong = session().scalar(
        insert_or_skip(LookupCount)
        .values(address=who, since=since, lookups=1)
        .on_conflict_do_update(
            index_elements=["address", "since"], set_={"lookups": LookupCount.lookups + 1}
        )
        .returning(LookupCount.lookups)
    )
    if wrong == WRONG_AT_MOST:
        audit.record(actor.employee_id, "desk.closed", f"employee:{actor.employee_id}", at=at)


def standing_of(voucher: Voucher) -> Standing:
    """What decides whether a voucher may be used."""
    return Standing(
        state=voucher.state,
        remaining=voucher.remaining,
        currency=voucher.currency,
        valid_until=voucher.valid_until,
        is_received=voucher.is_received,
    )


def book_use(actor: Actor, voucher_id: int, use: Use, *, request_key: str, at: datetime) -> int:
    """Take something off a voucher; the id of the use. The same form twice is one use.

    Raises NotFound, BadInput without a place, and what `use_obstacle` says.
    """
    if actor.employee_id is not None:
        body = {"use": voucher_id, "amount": use.amount, "place": use.place, "receipt": use.receipt}
        if (answered := claim_key(actor.id, request_key, at=at, **body)) is not None:
            return int(answered)
    if not use.place.strip():
        raise BadInput("Say where it is used, so that its holder recognizes it. Nothing is booked.")
    voucher = lock_voucher(voucher_id)
    if obstacle := use_obstacle(standing_of(voucher), use.amount, at=at):
        raise obstacle
    use_id = _take(actor, voucher, use, at)
    if actor.employee_id is not None:
        answer_key(actor.id, request_key, str(use_id))
    return use_id


def _take(actor: Actor, voucher: Voucher, use: Use, at: datetime) -> int:
    is_last = use.amount == voucher.remaining
    to = VoucherState.USED if is_last else VoucherState.PARTLY_USED
    place = use.place.strip()
    move_voucher(voucher, to, actor_id=actor.employee_id, at=at, note=place, by=-use.amount)
    crashpoint("desk.taken")
    return _write(actor, voucher, at, amount=use.amount, place=place, receipt=use.receipt.strip())


def _write(actor: Actor, voucher: Voucher, at: datetime, **facts: object) -> int:
    use_id = session().scalar(
        sa.insert(VoucherUse)
        .values(
            voucher_id=voucher.id,
            seq=voucher.version,
            left_after=voucher.remaining,
            actor_id=actor.employee_id,
            at=at,
            **facts,
        )
        .returning(VoucherUse.id)
    )
    assert use_id is not None
    deed = "voucher.use_undone" if "undoes_id" in facts else "voucher.used"
    details = {"use": use_id, "amount": facts["amount"], "left": voucher.remaining}
    audit.record(actor.employee_id, deed, f"voucher:{voucher.id}", at=at, **details)
    crashpoint("desk.written")
    enqueue("desk.tell_use", key=str(use_id), use_id=use_id)
    return use_id


def undo_use(actor: Actor, use_id: int, *, reason: str = "", request_key: str, at: datetime) -> int:
    """Put back what a use took, as a row of its own; the id of that row.

    Raises NotFound, BadInput where a reason is needed, and what `undo_obstacle` says.
    """
    if actor.employee_id is not None:
        answered = claim_key(actor.id, request_key, at=at, undo=use_id, reason=reason)
        if answered is not None:
            return int(answered)
    use = session().get(VoucherUse, use_id)
    if use is None or use.undoes_id is not None:
        raise NotFound("There is no such use of a voucher.")
    voucher = lock_voucher(use.voucher_id)
    booked = _booked(use, voucher)
    if obstacle := undo_obstacle(actor, booked, at=at):
        raise obstacle
    if needs_reason(actor, booked, at=at) and not reason.strip():
        raise BadInput("Write why, so that others understand it later. Nothing was changed.")
    undo_id = _put_back(actor, voucher, use, reason.strip(), at)
    if actor.employee_id is not None:
        answer_key(actor.id, request_key, str(undo_id))
    return undo_id


def _booked(use: VoucherUse, voucher: Voucher) -> Booked:
    undone = sa.select(VoucherUse.id).where(VoucherUse.undoes_id == use.id)
    owner = sa.select(RedemptionLine.holder_id).where(RedemptionLine.id == voucher.line_id)
    return Booked(
        owner_id=session().scalars(owner).one(),
        booked_by=use.actor_id,
        at=use.at,
        is_undone=session().scalar(undone) is not None,
        voucher_state=voucher.state,
    )


def _put_back(actor: Actor, voucher: Voucher, use: VoucherUse, reason: str, at: datetime) -> int:
    """An expired voucher stays expired: what is put back counts again once it is extended."""
    to = voucher.state
    if to is not VoucherState.EXPIRED:
        is_whole = voucher.remaining + use.amount == voucher.initial
        to = VoucherState.ACTIVE if is_whole else VoucherState.PARTLY_USED
    note = reason or "A use was undone."
    move_voucher(voucher, to, actor_id=actor.employee_id, at=at, note=note, by=use.amount)
    crashpoint("desk.put_back")
    back = {"amount": use.amount, "place": use.place, "receipt": use.receipt}
    return _write(actor, voucher, at, **back, undoes_id=use.id, reason=reason)
