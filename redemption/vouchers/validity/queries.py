"""Vouchers that end soon, extensions given, and the vouchers of a reward."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.models import Reward
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.models import RedemptionLine
from redemption.vouchers.models import Voucher
from redemption.vouchers.states import USABLE, VoucherState
from redemption.vouchers.validity.models import VoucherExtension
from redemption.vouchers.validity.policies import TOLD_BEFORE, Extendable, told_at

AT_ONCE = 500


def vouchers_ending(*, at: datetime, after_id: int, limit: int) -> list[tuple[int, int]]:
    """Vouchers with something left that end soon, and which notice is due for each."""
    today = at.date()
    rows = session().execute(
        sa.select(Voucher.id, Voucher.valid_until)
        .where(
            Voucher.state.in_(USABLE),
            Voucher.valid_until.between(today, today + timedelta(days=max(TOLD_BEFORE))),
            Voucher.id > after_id,
        )
        .order_by(Voucher.id)
        .limit(limit)
    )
    found = (
        (voucher_id, told_at(last_day, today=today)) for voucher_id, last_day in rows if last_day
    )
    return [(voucher_id, days) for voucher_id, days in found if days is not None]


def extendable(voucher_id: int) -> Extendable:
    """What decides whether a voucher's last day may be made a later one. Raises NotFound."""
    first = aliased(Voucher)
    row = session().execute(
        sa.select(
            RedemptionLine.holder_id,
            Voucher.kind,
            Voucher.state,
            Voucher.valid_until,
            sa.select(sa.func.min(first.issued_at))
            .where(first.line_id == Voucher.line_id, first.unit_no == Voucher.unit_no)
            .scalar_subquery()
            .label("first_issued_at"),
            Voucher.is_received,
            RedemptionLine.snapshot,
        )
        .join(RedemptionLine, RedemptionLine.id == Voucher.line_id)
        .where(Voucher.id == voucher_id)
    )
    found = row.one_or_none()
    if found is None:
        raise NotFound("There is no such voucher.")
    return Extendable(
        owner_id=found.holder_id,
        kind=found.kind,
        state=found.state,
        valid_until=found.valid_until,
        first_issued_on=found.first_issued_at.date(),
        is_received=found.is_received,
        is_of_trip=bool(found.snapshot["departure"]),
    )


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """One later last day that a voucher was given."""

    before: date
    until: date
    reason: str
    actor: str
    at: datetime


def extensions_of(voucher_id: int) -> list[ExtensionRow]:
    """Every extension of a voucher, the oldest first."""
    rows = session().execute(
        sa.select(
            VoucherExtension.before,
            VoucherExtension.until,
            VoucherExtension.reason,
            sa.func.coalesce(Employee.name, ""),
            VoucherExtension.at,
        )
        .outerjoin(Employee, Employee.id == VoucherExtension.actor_id)
        .where(VoucherExtension.voucher_id == voucher_id)
        .order_by(VoucherExtension.seq)
    )
    return [ExtensionRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class RewardVouchers:
    """The vouchers of a reward that an extension may be for, and how many there are in all."""

    name: str
    slug: str
    ids: tuple[int, ...]
    everything: int


def vouchers_of_reward(slug: str, *, until: date | None = None) -> RewardVouchers:
    """Vouchers of ours that end before that day and have something left. Raises NotFound.

    At most so many at once as one press extends; the others follow with the next.
    """
    reward = session().execute(sa.select(Reward.id, Reward.name).where(Reward.slug == slug))
    found = reward.one_or_none()
    if found is None:
        raise NotFound("There is no such reward.")
    wanted = (
        sa.select(Voucher.id)
        .join(RedemptionLine, RedemptionLine.id == Voucher.line_id)
        .where(
            RedemptionLine.reward_id == found.id,
            Voucher.state.in_(USABLE | {VoucherState.EXPIRED}),
            ~Voucher.is_received,
        )
    )
    if until is not None:
        wanted = wanted.where(Voucher.valid_until < until)
    everything = session().scalar(sa.select(sa.func.count()).select_from(wanted.subquery())) or 0
    ids = session().scalars(wanted.order_by(Voucher.id).limit(AT_ONCE))
    return RewardVouchers(found.name, slug, tuple(ids), everything)


@dataclass(frozen=True, slots=True)
class ExtensionTold:
    """The facts of one extension for the letter to the holder."""

    line_id: int
    last4: str
    before: date
    until: date
    reason: str


def extension_told(extension_id: int) -> ExtensionTold:
    """What the letter about an extension says."""
    row = session().execute(
        sa.select(
            Voucher.line_id,
            Voucher.last4,
            VoucherExtension.before,
            VoucherExtension.until,
            VoucherExtension.reason,
        )
        .join(Voucher, Voucher.id == VoucherExtension.voucher_id)
        .where(VoucherExtension.id == extension_id)
    )
    return ExtensionTold(*row.one())
