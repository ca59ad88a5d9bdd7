"""Orders for those who look after them, for jobs, and for the person who waits."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from catalog.providers.models import Provider
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from redemption.fulfillment.models import FulfillmentTask
from redemption.models import RedemptionLine
from redemption.ordering.adapter import OrderingAdapter
from redemption.ordering.adapters import ADAPTERS
from redemption.ordering.errors import NoSuchAccount
from redemption.ordering.models import (
    ProviderAccount,
    ProviderOrder,
    ProviderOrderEvent,
    ReconciledDifference,
    Reconciliation,
)
from redemption.ordering.policies import is_dear
from redemption.ordering.reissue import reissue_obstacle
from redemption.ordering.states import AWAITED, GONE, Difference, OrderState
from redemption.vouchers.models import Voucher

LISTED = 100


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One order for the desk; never its code."""

    id: int
    client_ref: str
    provider_ref: str | None
    provider: str
    name: str
    minor: int
    currency: str
    charged_minor: int | None
    charged_currency: str | None
    quoted_minor: int | None
    quoted_currency: str | None
    state: OrderState
    reason: str
    tries: int
    next_at: datetime | None
    since: datetime
    for_whom: str
    reference: str
    task_id: int | None
    item: dict[str, Any]
    line_id: int
    replaces_id: int | None
    replaces_ref: str | None

    @property
    def is_dear(self) -> bool:
        """Whether the provider charged more than it should have by the rates of the day."""
        charge = self.charged_minor, self.charged_currency
        return is_dear(charge, (self.quoted_minor, self.quoted_currency))


_first = aliased(ProviderOrder)
_ROW = (
    sa.select(
        ProviderOrder.id,
        ProviderOrder.client_ref,
        ProviderOrder.provider_ref,
        Provider.name,
        RedemptionLine.snapshot["name"].as_string(),
        ProviderOrder.minor,
        ProviderOrder.currency,
        ProviderOrder.charged_minor,
        ProviderOrder.charged_currency,
        ProviderOrder.quoted_minor,
        ProviderOrder.quoted_currency,
        ProviderOrder.state,
        ProviderOrder.reason,
        ProviderOrder.tries,
        ProviderOrder.next_at,
        ProviderOrder.since,
        Employee.name,
        RedemptionLine.reference,
        FulfillmentTask.id,
        ProviderOrder.item,
        ProviderOrder.line_id,
        ProviderOrder.replaces_id,
        _first.client_ref,
    )
    .join(Provider, Provider.id == ProviderOrder.provider_id)
    .outerjoin(_first, _first.id == ProviderOrder.replaces_id)
    .join(RedemptionLine, RedemptionLine.id == ProviderOrder.line_id)
    .join(Employee, Employee.id == RedemptionLine.holder_id)
    .outerjoin(FulfillmentTask, FulfillmentTask.line_id == ProviderOrder.line_id)
)
_OVER = (
    OrderState.DELIVERED,
    OrderState.REPLACED,
    OrderState.CANCELED,
    OrderState.LEFTOVER,
)


def orders_listed(states: Collection[OrderState] = ()) -> list[OrderRow]:
    """Orders in these states (none: in any): what is not over first, then the newest."""
    rows = _ROW.order_by(ProviderOrder.state.in_(_OVER), ProviderOrder.id.desc()).limit(LISTED)
    if states:
        rows = rows.where(ProviderOrder.state.in_(states))
    return [OrderRow(*row) for row in session().execute(rows)]


def order_row(order_id: int) -> OrderRow:
    """One order. Raises NotFound."""
    row = session().execute(_ROW.where(ProviderOrder.id == order_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such order.")
    return OrderRow(*row)


@dataclass(frozen=True, slots=True)
class Happened:
    """One move of an order."""

    to: OrderState
    who: str
    at: datetime
    note: str


def order_story(order_id: int) -> list[Happened]:
    """The moves of an order, oldest first; each try once, with what came of it if known."""
    rows = session().execute(
        sa.select(ProviderOrderEvent, Employee.name)
        .outerjoin(Employee, Employee.id == ProviderOrderEvent.actor_id)
        .where(ProviderOrderEvent.order_id == order_id)
        .order_by(ProviderOrderEvent.seq)
    )
    story = [
        Happened(event.to_state, name or "Laurel", event.at, event.note) for event, name in rows
    ]
    return [
        one
        for one, following in zip(story, [*story[1:], None], strict=True)
        if one.note or following is None or following.to is not one.to
    ]


@dataclass(frozen=True, slots=True)
class AccountRow:
    """How ordering from one provider stands.

    `waiting`: orders for lack of funds; `needed_minor`: what those should cost, as far as there is
    a rate; `in_line`: those whose turn is to come; `oldest`: when the first of all was wanted that
    is still under way.
    """

    provider_id: int
    slug: str
    name: str
    currency: str
    low_minor: int
    balance_minor: int | None
    balance_at: datetime | None
    open_until: datetime | None
    failures: int
    waiting: int
    needed_minor: int
    a_minute: int | None
    in_line: int
    oldest: datetime | None

    @property
    def is_short(self) -> bool:
        """Whether money is wanted there: orders wait for it, or less is left than should be."""
        left = self.balance_minor
        return self.waiting > 0 or (left is not None and left < self.low_minor)


def accounts() -> list[AccountRow]:
    """Every provider that is ordered from."""
    theirs = ProviderOrder.provider_id == ProviderAccount.provider_id
    count = sa.select(sa.func.count()).select_from(ProviderOrder).where(theirs)
    short = ProviderOrder.state == OrderState.NO_FUNDS
    waiting = count.where(short).scalar_subquery()
    quotes = sa.func.coalesce(sa.func.sum(ProviderOrder.quoted_minor), 0)
    needed = sa.select(sa.cast(quotes, sa.BigInteger)).where(
        theirs, short, ProviderOrder.quoted_currency == ProviderAccount.currency
    )
    in_line = count.where(
        ProviderOrder.state.in_(AWAITED), ProviderOrder.turn_at.is_not(None)
    ).scalar_subquery()
    oldest = (
        sa.select(sa.func.min(ProviderOrder.created_at))
        .where(theirs, ProviderOrder.state.in_(AWAITED))
        .scalar_subquery()
    )
    rows = session().execute(
        sa.select(
            ProviderAccount.provider_id,
            Provider.slug,
            Provider.name,
            ProviderAccount.currency,
            ProviderAccount.low_minor,
            ProviderAccount.balance_minor,
            ProviderAccount.balance_at,
            ProviderAccount.open_until,
            ProviderAccount.failures,
            waiting,
            needed.scalar_subquery(),
            ProviderAccount.a_minute,
            in_line,
            oldest,
        )
        .join(Provider, Provider.id == ProviderAccount.provider_id)
        .order_by(Provider.name)
    )
    return [AccountRow(*row) for row in rows]


def account_named(slug: str) -> AccountRow:
    """How ordering from one provider stands. Raises NoSuchAccount."""
    found = next((row for row in accounts() if row.slug == slug), None)
    if found is None:
        raise NoSuchAccount(slug)
    return found


def due_orders(*, at: datetime, limit: int = 200) -> list[tuple[int, int]]:
    """Id and version of the orders whose time came and that nobody went on with."""
    rows = session().execute(
        sa.select(ProviderOrder.id, ProviderOrder.version)
        .where(ProviderOrder.next_at <= at, ProviderOrder.state.in_(GOES_ON))
        .order_by(ProviderOrder.next_at, ProviderOrder.id)
        .limit(limit)
    )
    return [(row[0], row[1]) for row in rows]


GOES_ON = AWAITED | {OrderState.NO_FUNDS, OrderState.HELD}


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the person who asked sees of the orders of their line; `turn_at`: their last turn.

    `replaces`: they have a card that does not work, and another is made in its place.
    """

    state: OrderState
    units: int
    ready: int
    since: datetime
    turn_at: datetime | None
    replaces: bool = False


_NOT_COMING = GONE | {OrderState.CANCELLING}


def adapter_of(provider_id: int) -> OrderingAdapter | None:
    """What speaks a provider's language; none where nobody orders there."""
    name = session().scalar(
        sa.select(ProviderAccount.adapter).where(ProviderAccount.provider_id == provider_id)
    )
    return ADAPTERS[name] if name else None


def waits_at_provider() -> sa.ColumnElement[bool]:
    """Whether something of a line was not delivered by a provider yet."""
    return sa.exists().where(
        ProviderOrder.line_id == RedemptionLine.id,
        ProviderOrder.state.not_in(_NOT_COMING | {OrderState.DELIVERED}),
    )


def waiting_for(actor: Actor, line_id: int) -> Waiting | None:
    """What a line of one's own waits for at a provider; none when for nothing."""
    rows = session().execute(
        sa.select(
            ProviderOrder.state,
            ProviderOrder.since,
            ProviderOrder.turn_at,
            ProviderOrder.replaces_id,
        )
        .join(RedemptionLine, RedemptionLine.id == ProviderOrder.line_id)
        .where(
            ProviderOrder.line_id == line_id,
            ProviderOrder.state.not_in(_NOT_COMING),
            RedemptionLine.holder_id == actor.employee_id,
        )
    )
    found = list(rows)
    open_ones = [row for row in found if row.state is not OrderState.DELIVERED]
    if not open_ones:
        return None
    by_weight = {OrderState.NO_FUNDS: 0}
    first = min(open_ones, key=lambda row: by_weight.get(row.state, 1))
    turns = [row.turn_at for row in open_ones if row.turn_at is not None]
    ready = len(found) - len(open_ones)
    last_turn, replaces = max(turns, default=None), first.replaces_id is not None
    return Waiting(first.state, len(found), ready, first.since, last_turn, replaces)


@dataclass(frozen=True, slots=True)
class Reissue:
    """Whether a provider can be asked for another card, and how far that is.

    `obstacle`: why not; empty when it can. The order is the one that stands for the unit.
    """

    order_id: int
    client_ref: str
    state: OrderState
    reason: str
    is_asked: bool
    obstacle: str


def reissue_of(voucher_id: int) -> Reissue | None:
    """What can be done about a voucher whose card a provider made; none for every other."""
    stands = aliased(ProviderOrder)
    row = (
        session()
        .execute(
            sa.select(stands, ProviderAccount.adapter)
            .select_from(Voucher)
            .join(ProviderOrder, ProviderOrder.id == Voucher.provider_order_id)
            .join(
                stands,
                sa.and_(
                    stands.line_id == Voucher.line_id,
                    stands.unit_no == Voucher.unit_no,
                    stands.state.not_in(GONE),
                ),
            )
            .outerjoin(ProviderAccount, ProviderAccount.provider_id == stands.provider_id)
            .where(Voucher.id == voucher_id)
        )
        .one_or_none()
    )
    if row is None:
        return None
    order, adapter = row
    item = order.item["capabilities"]
    return Reissue(
        order_id=order.id,
        client_ref=order.client_ref,
        state=order.state,
        reason=order.reason,
        is_asked=order.replaces_id is not None and order.state is not OrderState.DELIVERED,
        obstacle=reissue_obstacle(order.state, adapter=adapter, item=item),
    )


@dataclass(frozen=True, slots=True)
class ReconciliationRow:
    """One comparison with a provider's list, and how many orders differ."""

    id: int
    provider: str
    ran_at: datetime
    since: datetime
    ours: int
    theirs: int
    problem: str
    differences: int


def last_reconciliations() -> list[ReconciliationRow]:
    """The last comparison with each provider."""
    newest = sa.select(sa.func.max(Reconciliation.id)).group_by(Reconciliation.provider_id)
    count = (
        sa.select(sa.func.count())
        .where(ReconciledDifference.reconciliation_id == Reconciliation.id)
        .scalar_subquery()
    )
    rows = session().execute(
        sa.select(
            Reconciliation.id,
            Provider.name,
            Reconciliation.ran_at,
            Reconciliation.since,
            Reconciliation.ours,
            Reconciliation.theirs,
            Reconciliation.problem,
            count,
        )
        .join(Provider, Provider.id == Reconciliation.provider_id)
        .where(Reconciliation.id.in_(newest))
        .order_by(Provider.name)
    )
    return [ReconciliationRow(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """One order over which both lists differ."""

    provider: str
    kind: Difference
    client_ref: str
    provider_ref: str
    here: str
    there: str


def differences_of(
    reconciliation_ids: Collection[int], *, most: int | None = None
) -> list[DifferenceRow]:
    """What differed in these comparisons, `most` of it or all."""
    one = ReconciledDifference
    rows = session().execute(
        sa.select(Provider.name, one.kind, one.client_ref, one.provider_ref, one.here, one.there)
        .join(Reconciliation, Reconciliation.id == one.reconciliation_id)
        .join(Provider, Provider.id == Reconciliation.provider_id)
        .where(one.reconciliation_id.in_(reconciliation_ids))
        .order_by(one.id)
        .limit(most)
    )
    return [DifferenceRow(*row) for row in rows]
