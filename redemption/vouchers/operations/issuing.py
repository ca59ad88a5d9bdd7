"""Vouchers for what was just fulfilled, with codes of ours or of others."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.kernel.codes import new_code, new_number
from marketplace.kernel.db import session
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.secrets import fingerprint, seal
from redemption.journeys.dates import real_departure
from redemption.models import RedemptionLine
from redemption.vouchers.models import Voucher
from redemption.vouchers.moves import remember
from redemption.vouchers.policies import CODE_PURPOSE, uses_of, valid_until
from redemption.vouchers.received import Received, digest_of, knows_codes, last_signs, packed
from redemption.vouchers.states import VoucherState


def issue_vouchers(line: RedemptionLine, *, at: datetime) -> None:
    """One voucher for each unit of a line that was just fulfilled."""
    crashpoint("vouchers.before_insert")
    for unit_no in range(1, line.quantity + 1):
        insert_voucher(line, unit_no, at=at, actor_id=None)
    crashpoint("vouchers.after_insert")


def issue_received(
    line: RedemptionLine,
    codes: Collection[Received],
    *,
    at: datetime,
    actor_id: int | None = None,
) -> list[int]:
    """One voucher for each unit of a line that is fulfilled, with codes that others made."""
    return [insert_received(line, one, at=at, actor_id=actor_id) for one in codes]


def insert_received(
    line: RedemptionLine, one: Received, *, at: datetime, actor_id: int | None
) -> int:
    """A voucher with a code that somebody else made; its id."""
    secret = _Secret(
        text=packed(one.card),
        fingerprint=digest_of(one.telling),
        last4=last_signs(one.telling),
        valid_until=one.valid_until,
        order_id=one.order_id,
        code_id=one.code_id,
    )
    return _insert(line, one.unit_no, one.issue, secret, at=at, actor_id=actor_id)


@knows_codes
def digests_of_vouchers(digests: Collection[str]) -> set[str]:
    """Which of these are the code of a voucher."""
    found = sa.select(Voucher.fingerprint).where(Voucher.fingerprint.in_(digests))
    return set(session().scalars(found))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Secret:
    """What makes a voucher worth something, before it is sealed, and until when."""

    text: str
    fingerprint: str
    last4: str
    valid_until: date | None
    order_id: int | None = None
    code_id: int | None = None
    worth: int | None = None  # what is left of the voucher it replaces


def insert_voucher(
    line: RedemptionLine,
    unit_no: int,
    *,
    at: datetime,
    actor_id: int | None,
    instead_of: Voucher | None = None,
) -> int:
    """A voucher with a code of ours, or the next one in place of another; its id."""
    code, kind, trip = new_code(), Kind(line.snapshot["kind"]), real_departure(line)
    ends_on = date.fromisoformat(trip["ends_on"]) if trip else None
    last_day, worth, issue = valid_until(kind, at.date(), ends_on), None, 1
    if instead_of is not None:
        last_day, worth = instead_of.valid_until, instead_of.remaining
        issue = instead_of.issue + 1
    secret = _Secret(
        text=code,
        fingerprint=fingerprint(code, CODE_PURPOSE),
        last4=code[-4:],
        valid_until=last_day,
        worth=worth,
    )
    return _insert(line, unit_no, issue, secret, at=at, actor_id=actor_id)


def _insert(
    line: RedemptionLine,
    unit_no: int,
    issue: int,
    secret: _Secret,
    *,
    at: datetime,
    actor_id: int | None,
) -> int:
    facts = line.snapshot
    worth, currency = _worth_of(facts, secret)
    voucher_id = session().scalar(
        sa.insert(Voucher)
        .values(
            line_id=line.id,
            unit_no=unit_no,
            issue=issue,
            number=new_number(),
            kind=Kind(facts["kind"]),
            title=facts["name"],
            fingerprint=secret.fingerprint,
            cipher=seal(secret.text, sealed_for(line.id, unit_no, issue)),
            last4=secret.last4,
            initial=worth,
            remaining=worth,
            currency=currency,
            state=VoucherState.ISSUED,
            issued_at=at,
            issued_until=secret.valid_until,
            valid_until=secret.valid_until,
            provider_order_id=secret.order_id,
            stock_code_id=secret.code_id,
            version=1,
        )
        .returning(Voucher.id)
    )
    assert voucher_id is not None
    remember(voucher_id, 1, None, VoucherState.ISSUED, actor_id=actor_id, at=at)
    return voucher_id


def _worth_of(facts: dict[str, Any], secret: _Secret) -> tuple[int, str | None]:
    """What a voucher is worth when it is new: minor units of a currency, or a number of uses."""
    kind = Kind(facts["kind"])
    has_value = kind is Kind.GIFT_CARD and bool(facts["cash_minor"])
    whole = facts["cash_minor"] if has_value else uses_of(kind, facts["attributes"])
    left = whole if secret.worth is None else secret.worth
    return left, facts["currency"] if has_value else None


def sealed_for(line_id: int, unit_no: int, issue: int) -> str:
    """What a sealed code is bound to, so that it opens in no other row."""
    return f"vouchers:cipher:{line_id}:{unit_no}:{issue}"
