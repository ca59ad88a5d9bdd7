"""Giving vouchers a later last day."""

from datetime import date, datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.kernel.jobs import enqueue
from redemption.vouchers.models import CodeReveal, Voucher
from redemption.vouchers.moves import lock_voucher, remember
from redemption.vouchers.states import VoucherState
from redemption.vouchers.validity.models import VoucherExtension
from redemption.vouchers.validity.policies import Longer, extend_obstacle
from redemption.vouchers.validity.queries import extendable


def extend_voucher(
    actor: Actor, voucher_id: int, longer: Longer, *, request_key: str, at: datetime
) -> None:
    """Give one voucher a later last day; an expired one counts again. Its holder is told.

    Raises NotFound, BadInput without a reason, and what `extend_obstacle` says.
    """
    if actor.employee_id is not None:
        body = {"extend": voucher_id, "until": longer.until, "reason": longer.reason}
        if claim_key(actor.id, request_key, at=at, **body) is not None:
            return
    if not longer.reason.strip():
        raise BadInput("Write why, so that others understand it later. Nothing was changed.")
    _extend(actor, voucher_id, longer, at)
    if actor.employee_id is not None:
        answer_key(actor.id, request_key, str(voucher_id))


def _extend(actor: Actor, voucher_id: int, longer: Longer, at: datetime) -> None:
    voucher = lock_voucher(voucher_id)
    if obstacle := extend_obstacle(actor.employee_id, extendable(voucher.id), longer.until, at=at):
        raise obstacle
    before, came_from = voucher.valid_until, voucher.state
    to, reason = _state_with_time(voucher), longer.reason.strip()
    version = _lengthen(voucher, to, longer.until)
    crashpoint("validity.lengthened")
    extension_id = session().scalar(
        sa.insert(VoucherExtension)
        .values(
            voucher_id=voucher.id,
            seq=version,
            before=before,
            until=longer.until,
            reason=reason,
            actor_id=actor.employee_id,
            at=at,
        )
        .returning(VoucherExtension.id)
    )
    who = actor.employee_id
    if to is not came_from:
        remember(voucher.id, version, came_from, to, actor_id=who, at=at, note=reason)
    details = {"before": before, "until": longer.until}
    said = {name: day and day.isoformat() for name, day in details.items()}
    audit.record(who, "voucher.extended", f"voucher:{voucher.id}", at=at, **said)
    enqueue("validity.tell_extended", key=str(extension_id), extension_id=extension_id)


def _lengthen(voucher: Voucher, to: VoucherState, until: date) -> int:
    return (
        session()
        .scalars(
            sa.update(Voucher)
            .where(
                Voucher.id == voucher.id,
                Voucher.version == voucher.version,
                Voucher.state == voucher.state,
            )
            .values(valid_until=until, state=to, version=Voucher.version + 1)
            .returning(Voucher.version),
            execution_options={"synchronize_session": False},
        )
        .one()
    )


def _state_with_time(voucher: Voucher) -> VoucherState:
    """Where an expired voucher goes back to; any other stays where it is."""
    if voucher.state is not VoucherState.EXPIRED:
        return voucher.state
    if voucher.remaining < voucher.initial:
        return VoucherState.PARTLY_USED
    seen = sa.select(CodeReveal.id).where(CodeReveal.voucher_id == voucher.id).limit(1)
    return VoucherState.ACTIVE if session().scalar(seen) else VoucherState.ISSUED
