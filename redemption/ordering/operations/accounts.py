"""How a provider is ordered from, what is left there, and the alarm before people have to wait."""

from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.providers.models import Provider
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.outgoing import address_problem
from marketplace.kernel.parsing import CannotRead, currency_places
from redemption.ordering.models import ProviderAccount, ProviderOrder
from redemption.ordering.operations.orders import account_of
from redemption.ordering.policies import quoted
from redemption.ordering.states import OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccount:
    """Where a provider takes orders, as whom we come, and below what the alarm is raised."""

    adapter: str
    address: str
    account: str
    customer: str
    currency: str
    low_minor: int
    a_minute: int | None = None


def connect(actor: Actor, slug: str, new: NewAccount, *, at: datetime) -> None:
    """Order from a provider from now on, or in another way. Raises BadInput.

    What is left there is asked anew: it may be another account, in other money.
    """
    provider_id = session().scalar(sa.select(Provider.id).where(Provider.slug == slug))
    if provider_id is None:
        raise BadInput(f"There is no provider “{slug}”. Add it first. Nothing was changed.")
    if problem := address_problem(new.address):
        raise BadInput(f"{problem} Nothing was changed.")
    try:
        currency_places(new.currency)
    except CannotRead as refused:
        raise BadInput(f"“{new.currency}” is no currency. Nothing was changed.") from refused
    before, after = account_of(provider_id), asdict(new)
    said = {name: getattr(before, name) for name in after} if before else None
    unknown = dict.fromkeys(("free_at", "open_until", "balance_minor", "balance_at"))
    values = after | unknown | {"failures": 0}
    session().execute(
        insert_or_skip(ProviderAccount)
        .values(provider_id=provider_id, refused_hooks=0, **values)
        .on_conflict_do_update(index_elements=["provider_id"], set_=values)
    )
    subject = f"provider:{provider_id}"
    audit.record(actor.employee_id, "ordering.connected", subject, at=at, before=said, after=after)


def note_balance(provider_id: int, minor: int, *, at: datetime) -> None:
    """Keep what is left; raise the alarm once when it is little, and end it when it is not."""
    account = account_of(provider_id)
    if account is None:
        return
    account.balance_minor, account.balance_at = minor, at
    is_low = minor < account.low_minor or _somebody_waits(provider_id)
    if not is_low:
        account.low_since = None
    elif account.low_since is None:
        account.low_since = at
        key = f"{provider_id}:{at.isoformat()}"
        enqueue("ordering.tell_low", key=key, provider_id=provider_id, since=at.isoformat())
    session().flush()


def _somebody_waits(provider_id: int) -> bool:
    """Whether the provider wants money for an order, whatever it says is left."""
    waits = sa.exists().where(
        ProviderOrder.provider_id == provider_id, ProviderOrder.state == OrderState.NO_FUNDS
    )
    return bool(session().scalar(sa.select(waits)))


def wake_waiting(provider_id: int, minor: int, *, at: datetime) -> int:
    """Let the orders that wait for funds be asked for again, the oldest first; how many.

    As far as the money goes; what is in a currency without a rate is tried, and waits again if need
    be.
    """
    account = account_of(provider_id)
    if account is None:
        return 0
    waiting = list(
        session().scalars(
            sa.select(ProviderOrder)
            .where(
                ProviderOrder.provider_id == provider_id,
                ProviderOrder.state == OrderState.NO_FUNDS,
                ProviderOrder.next_at.is_(None),
            )
            .order_by(ProviderOrder.id)
            .with_for_update()
        )
    )
    rates = session().get_one(Provider, provider_id).rates
    woken, left = 0, minor
    for order in waiting:
        cost = quoted(order.minor, order.currency, account=account.currency, rates=rates) or 0
        if cost > left:
            break
        left -= cost
        order.next_at = at
        key = f"{order.id}:{order.version}:{at.isoformat()}"
        enqueue("ordering.go_on", key=key, order_id=order.id)
        woken += 1
    session().flush()
    return woken
