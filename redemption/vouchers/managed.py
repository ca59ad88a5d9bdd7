"""Vouchers for those who look after them: found, filtered, one with its story; never a code."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from catalog.models import Reward
from catalog.states import Kind
from marketplace.kernel.codes import normal_number
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.models import Redemption, RedemptionLine
from redemption.vouchers.models import CodeReveal, Voucher, VoucherEvent
from redemption.vouchers.states import ShownAs, VoucherState

LISTED = 50


@dataclass(frozen=True, slots=True)
class VoucherRow:
    """One voucher for those who look after vouchers; never its code."""

    id: int
    title: str
    kind: Kind
    label: str
    holder: str
    reference: str
    last4: str
    state: VoucherState
    issued_at: datetime
    valid_until: date | None
    initial: int
    remaining: int
    currency: str | None
    provider_order_id: int | None
    stock_code_id: int | None
    number: str
    asker_id: int
    holder_id: int

    def is_of(self, actor_id: int | None) -> bool:
        """Whether somebody asked for it or has it; somebody else looks after it then."""
        return actor_id in {self.asker_id, self.holder_id}


_ROW = (
    sa.select(
        Voucher.id,
        Voucher.title,
        Voucher.kind,
        RedemptionLine.snapshot["label"].as_string(),
        Employee.name,
        RedemptionLine.reference,
        Voucher.last4,
        Voucher.state,
        Voucher.issued_at,
        Voucher.valid_until,
        Voucher.initial,
        Voucher.remaining,
        Voucher.currency,
        Voucher.provider_order_id,
        Voucher.stock_code_id,
        Voucher.number,
        RedemptionLine.employee_id,
        RedemptionLine.holder_id,
    )
    .join(RedemptionLine, RedemptionLine.id == Voucher.line_id)
    .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
    .join(Employee, Employee.id == RedemptionLine.holder_id)
    .join(Reward, Reward.id == RedemptionLine.reward_id)
)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which vouchers are wanted: in this state, of the reward with this slug."""

    state: VoucherState | None = None
    reward: str = ""


def voucher_rows(
    looked_for: str = "",
    narrowed: Narrowed = Narrowed(),
    *,
    before_id: int | None = None,
    limit: int = LISTED,
) -> list[VoucherRow]:
    """The newest vouchers, or those of a reference, a number, a last four or a holder's name."""
    wanted = _ROW.order_by(Voucher.id.desc()).limit(limit)
    if before_id is not None:
        wanted = wanted.where(Voucher.id < before_id)
    if narrowed.state is not None:
        wanted = wanted.where(Voucher.state == narrowed.state)
    if narrowed.reward:
        wanted = wanted.where(Reward.slug == narrowed.reward)
    if text := looked_for.strip():
        wanted = wanted.where(_is_meant(text))
    return [VoucherRow(*row) for row in session().execute(wanted)]


def _is_meant(text: str) -> sa.ColumnElement[bool]:
    return sa.or_(
        Redemption.reference == text.upper(),
        RedemptionLine.reference == text.upper(),
        Voucher.number == (normal_number(text) or ""),
        Voucher.last4 == text.upper(),
        Employee.name.icontains(text, autoescape=True),
    )


def rows_by_id(voucher_ids: list[int]) -> list[VoucherRow]:
    """These vouchers, the newest first; those there are not are left out."""
    wanted = _ROW.where(Voucher.id.in_(voucher_ids)).order_by(Voucher.id.desc())
    return [VoucherRow(*row) for row in session().execute(wanted)]


def rewards_with_vouchers() -> list[tuple[str, str]]:
    """The slug and name of every reward that gave a voucher."""
    rows = session().execute(
        sa.select(Reward.slug, Reward.name)
        .where(
            sa.exists().where(
                RedemptionLine.reward_id == Reward.id, Voucher.line_id == RedemptionLine.id
            )
        )
        .order_by(Reward.name)
    )
    return [(slug, name) for slug, name in rows]


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing that happened to a voucher: a move or a reading of its code."""

    what: str
    who: str
    at: datetime
    note: str = ""


def voucher_row(voucher_id: int) -> VoucherRow:
    """One voucher. Raises NotFound."""
    row = session().execute(_ROW.where(Voucher.id == voucher_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such voucher.")
    return VoucherRow(*row)


def voucher_story(voucher_id: int) -> list[Happened]:
    """What happened to a voucher and who read its code, oldest first; uses are told apart."""
    moves = (
        sa.select(
            sa.cast(VoucherEvent.to_state, sa.Text),
            Employee.name,
            VoucherEvent.at,
            VoucherEvent.note,
        )
        .outerjoin(Employee, Employee.id == VoucherEvent.actor_id)
        .where(VoucherEvent.voucher_id == voucher_id, VoucherEvent.to_state.not_in(_TOLD_APART))
    )
    readings = (
        sa.select(
            sa.cast(CodeReveal.shown_as, sa.Text), Employee.name, CodeReveal.at, sa.literal("")
        )
        .join(Employee, Employee.id == CodeReveal.employee_id)
        .where(CodeReveal.voucher_id == voucher_id)
    )
    rows = session().execute(sa.union_all(moves, readings))
    told = [Happened(_WORDS[what], name or "Laurel", at, note) for what, name, at, note in rows]
    return sorted(told, key=lambda thing: thing.at)


_TOLD_APART = (VoucherState.ACTIVE, VoucherState.PARTLY_USED)
_WORDS = {state.value: state.label for state in VoucherState} | {
    ShownAs.PAGE.value: "The code was shown",
    ShownAs.PDF.value: "The PDF was downloaded",
}
