"""What a desk sees of a voucher, and what its owner and managers see of its uses."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.models import RedemptionLine
from redemption.vouchers.desk.models import VoucherUse
from redemption.vouchers.desk.policies import Standing, undo_for
from redemption.vouchers.models import Voucher
from redemption.vouchers.states import VoucherState

TODAY_AT_MOST = 20
SHOWN = 5


@dataclass(frozen=True, slots=True)
class DeskVoucher:
    """A voucher as those who accept it see it: of its owner no more than fits a greeting."""

    id: int
    number: str
    title: str
    label: str
    kind: Kind
    owner: str  # Maya C.
    is_mine: bool
    last4: str
    state: VoucherState
    initial: int
    remaining: int
    currency: str | None
    issued_at: datetime
    valid_until: date | None
    is_received: bool

    @property
    def standing(self) -> Standing:
        """What decides whether it may be used."""
        return Standing(
            self.state, self.remaining, self.currency, self.valid_until, self.is_received
        )


@dataclass(frozen=True, slots=True)
class UseRow:
    """One use, or one undo of a use; `actor` is the full name, empty for the command line."""

    id: int
    amount: int
    left_after: int
    place: str
    receipt: str
    reason: str
    actor_id: int | None
    actor: str
    at: datetime
    is_undo: bool
    is_undone: bool
    voucher_id: int
    currency: str | None
    title: str
    last4: str

    def is_fresh_slip_of(self, actor: Actor, *, at: datetime) -> bool:
        """Whether who looks booked it a moment ago and may still undo it without a reason."""
        mine = self.actor_id is not None and self.actor_id == actor.employee_id
        return mine and not (self.is_undo or self.is_undone) and at <= self.at + undo_for()


def desk_voucher(actor: Actor, voucher_id: int) -> DeskVoucher:
    """One voucher for a desk. Raises NotFound."""
    row = (
        session()
        .execute(
            sa.select(Voucher, RedemptionLine.snapshot, RedemptionLine.holder_id, Employee.name)
            .join(RedemptionLine, RedemptionLine.id == Voucher.line_id)
            .join(Employee, Employee.id == RedemptionLine.holder_id)
            .where(Voucher.id == voucher_id)
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound("There is no such voucher.")
    voucher: Voucher = row.Voucher
    return DeskVoucher(
        id=voucher.id,
        number=voucher.number,
        title=voucher.title,
        label=row.snapshot["label"],
        kind=voucher.kind,
        owner=short_name(row.name),
        is_mine=row.holder_id == actor.employee_id,
        last4=voucher.last4,
        state=voucher.state,
        initial=voucher.initial,
        remaining=voucher.remaining,
        currency=voucher.currency,
        issued_at=voucher.issued_at,
        valid_until=voucher.valid_until,
        is_received=voucher.is_received,
    )


def short_name(name: str) -> str:
    """`Maya C.`: enough to greet somebody, too little to look them up."""
    first, *others = name.split()
    return f"{first} {others[-1][0]}." if others else first


_undo = aliased(VoucherUse)
_USES = (
    sa.select(
        VoucherUse.id,
        VoucherUse.amount,
        VoucherUse.left_after,
        VoucherUse.place,
        VoucherUse.receipt,
        VoucherUse.reason,
        VoucherUse.actor_id,
        sa.func.coalesce(Employee.name, ""),
        VoucherUse.at,
        VoucherUse.undoes_id.is_not(None),
        sa.exists().where(_undo.undoes_id == VoucherUse.id),
        VoucherUse.voucher_id,
        Voucher.currency,
        Voucher.title,
        Voucher.last4,
    )
    .join(Voucher, Voucher.id == VoucherUse.voucher_id)
    .outerjoin(Employee, Employee.id == VoucherUse.actor_id)
)


def uses_of_voucher(voucher_id: int) -> list[UseRow]:
    """Every use and undo of one voucher, the oldest first."""
    return _rows(_USES.where(VoucherUse.voucher_id == voucher_id).order_by(VoucherUse.seq))


def use_row(use_id: int) -> UseRow:
    """One use. Raises NotFound for what is none, and for what only undoes one."""
    found = _rows(_USES.where(VoucherUse.id == use_id, VoucherUse.undoes_id.is_(None)))
    if not found:
        raise NotFound("There is no such use of a voucher.")
    return found[0]


def booked_by(actor: Actor, *, since: datetime) -> list[UseRow]:
    """What somebody booked since then, the newest first."""
    mine = (VoucherUse.actor_id == actor.employee_id, VoucherUse.at >= since)
    return _rows(_USES.where(*mine).order_by(VoucherUse.id.desc()).limit(TODAY_AT_MOST))


def usual_place(actor: Actor) -> str:
    """Where somebody booked last, to begin with; empty before the first time."""
    last = (
        sa.select(VoucherUse.place)
        .where(VoucherUse.actor_id == actor.employee_id, VoucherUse.undoes_id.is_(None))
        .order_by(VoucherUse.id.desc())
        .limit(1)
    )
    return session().scalar(last) or ""


def _rows(wanted: "sa.Select[*tuple[Any, ...]]") -> list[UseRow]:
    return [UseRow(*row) for row in session().execute(wanted)]


@dataclass(frozen=True, slots=True)
class Statement:
    """One voucher of one's own with all its uses: what it was issued with and what is left."""

    number: str
    unit_no: int
    last4: str
    title: str
    state: VoucherState
    issued_at: datetime
    valid_until: date | None
    initial: int
    remaining: int
    currency: str | None
    uses: tuple[UseRow, ...]


def statements_of(actor: Actor, reference: str) -> list[Statement]:
    """What became of each voucher of one's own request, those taken out of use too. NotFound."""
    vouchers = list(
        session().scalars(
            sa.select(Voucher)
            .join(RedemptionLine, RedemptionLine.id == Voucher.line_id)
            .where(
                RedemptionLine.reference == reference,
                RedemptionLine.holder_id == actor.employee_id,
                ~Voucher.is_received,
            )
            .order_by(RedemptionLine.position, Voucher.unit_no, Voucher.issue)
        )
    )
    if not vouchers:
        raise NotFound("There is no voucher for this request, or it belongs to someone else.")
    uses: dict[int, list[UseRow]] = {voucher.id: [] for voucher in vouchers}
    for row in _rows(_USES.where(VoucherUse.voucher_id.in_(uses)).order_by(VoucherUse.id)):
        uses[row.voucher_id].append(row)
    return [_statement(voucher, tuple(uses[voucher.id])) for voucher in vouchers]


def has_uses() -> sa.ColumnElement[bool]:
    """Whether something of a line's vouchers was used."""
    return sa.exists().where(
        Voucher.line_id == RedemptionLine.id, VoucherUse.voucher_id == Voucher.id
    )


def latest_uses(actor: Actor, line_id: int) -> list[UseRow]:
    """What was used of one's own vouchers on a line, and undone, the newest first."""
    mine = (RedemptionLine.id == line_id, RedemptionLine.holder_id == actor.employee_id)
    lately = _USES.join(RedemptionLine, RedemptionLine.id == Voucher.line_id).where(*mine)
    return _rows(lately.order_by(VoucherUse.id.desc()).limit(SHOWN))


def _statement(voucher: Voucher, uses: tuple[UseRow, ...]) -> Statement:
    return Statement(
        number=voucher.number,
        unit_no=voucher.unit_no,
        last4=voucher.last4,
        title=voucher.title,
        state=voucher.state,
        issued_at=voucher.issued_at,
        valid_until=voucher.valid_until,
        initial=voucher.initial,
        remaining=voucher.remaining,
        currency=voucher.currency,
        uses=uses,
    )


@dataclass(frozen=True, slots=True)
class UseTold:
    """The facts of one use for the letter to the owner."""

    voucher_id: int
    line_id: int
    last4: str
    amount: int
    left_after: int
    currency: str | None
    place: str
    receipt: str
    reason: str
    at: datetime
    is_undo: bool
    valid_until: date | None


def use_told(use_id: int) -> UseTold:
    """What the letter about a use says."""
    row = session().execute(
        sa.select(VoucherUse, Voucher)
        .join(Voucher, Voucher.id == VoucherUse.voucher_id)
        .where(VoucherUse.id == use_id)
    )
    use, voucher = row.one()
    return UseTold(
        voucher_id=voucher.id,
        line_id=voucher.line_id,
        last4=voucher.last4,
        amount=use.amount,
        left_after=use.left_after,
        currency=voucher.currency,
        place=use.place,
        receipt=use.receipt,
        reason=use.reason,
        at=use.at,
        is_undo=use.undoes_id is not None,
        valid_until=voucher.valid_until,
    )
