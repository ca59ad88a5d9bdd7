"""The rows of a request that is just made: itself, its lines, and what is remembered of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache

import sqlalchemy as sa

from marketplace.kernel import audit
from marketplace.kernel.db import engine_name, insert_or_skip, insert_row, said_again
from marketplace.kernel.jobs import enqueue
from redemption.gifts.operations import write_gift
from redemption.models import DeliveryAddress, Redemption, RedemptionEvent, RedemptionLine
from redemption.operations.asking import Asking, decide_before, snapshot_of
from redemption.policies import DELIVERED, content_hash
from redemption.states import LineState

_SYMBOLS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is mistaken for another
_REFERENCE_LENGTH = 6


def open_redemption(asked: Sequence[Asking], request_key: str) -> tuple[int, str]:
    """The request's own row. Its reference comes from the key, so a repeat would find the same."""
    asker, total = asked[0].asker, sum(one.points for one in asked)
    for attempt in range(20):
        reference = _reference(f"{asker.id}:{request_key}:{attempt}")
        row = {
            "employee_id": asker.id,
            "reference": reference,
            "request_key": request_key,
            "total_points": total,
            "submitted_at": asked[0].at,
        }
        opened = said_again(_opening(engine_name()), row).scalar()
        if opened is not None:
            return opened, reference
    raise RuntimeError("Twenty references in a row were taken.")


@cache
def _opening(_engine: str) -> sa.Insert:
    opening = insert_or_skip(Redemption).on_conflict_do_nothing(index_elements=["reference"])
    return opening.returning(Redemption.id)


def _reference(seed: str) -> str:
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    base, places = len(_SYMBOLS), range(_REFERENCE_LENGTH)
    return "R-" + "".join(_SYMBOLS[number // base**place % base] for place in places)


def write_line(asking: Asking, redemption_id: int) -> int:
    """One line with what was asked for, and where it goes; its id."""
    offer, order, at = asking.offer, asking.order, asking.at
    snapshot = snapshot_of(asking)
    line_id = insert_row(
        RedemptionLine,
        redemption_id=redemption_id,
        position=asking.position,
        reference=asking.reference,
        employee_id=asking.asker.id,
        recipient_id=asking.recipient_id,
        reward_id=offer.reward_id,
        variant_id=offer.variant_id,
        quantity=order.quantity,
        unit_points=offer.points,
        amount_minor=offer.amount_minor,
        price_version_id=offer.price_version_id,
        state=LineState.PENDING_APPROVAL if asking.waits else LineState.APPROVED,
        hold_id=asking.hold_id,
        budget_id=asking.budget_id,
        budget_points=asking.points if asking.budget_id else 0,
        content_hash=content_hash(snapshot),
        snapshot=snapshot,
        decide_before=decide_before(asking) if asking.waits else None,
        changed_at=at,
    )
    if order.gift is not None:
        write_gift(line_id, asking.asker.id, order.gift.recipient_id, order.gift.message)
    elif order.address is not None and offer.kind in DELIVERED:
        insert_row(DeliveryAddress, line_id=line_id, **asdict(order.address))
    return line_id


def remember(asking: Asking) -> None:
    """The first row of its story, the deed in the audit, and the promise of what comes next."""
    at, asker, line_id = asking.at, asking.asker, asking.line_id
    insert_row(
        RedemptionEvent,
        line_id=line_id,
        seq=1,
        from_state=None,
        to_state=LineState.PENDING_APPROVAL if asking.waits else LineState.APPROVED,
        actor_id=asker.id,
        note="",
        at=at,
    )
    subject = f"redemption:{asking.reference}"
    audit.record(asker.id, "redemption.submitted", subject, at=at, points=asking.points)
    enqueue("redemption.route", key=str(line_id), line_id=line_id)
    if not asking.waits:
        enqueue("redemption.fulfill", key=str(line_id), line_id=line_id)
