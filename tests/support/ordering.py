"""Maya's cards at Cardhouse, a simulated provider beside the test."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from catalog import queries as catalog_queries
from catalog.offers import Offer
from catalog.providers.models import SyncedItem
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.ordering.models import ProviderAccount, ProviderOrder
from redemption.ordering.operations.accounts import NewAccount, connect
from redemption.ordering.simulator.faults import Faults
from redemption.ordering.simulator.server import Simulator, running
from redemption.ordering.simulator.store import Kept, Store
from redemption.ordering.states import OrderState
from tests.support.providers import add_provider, catalog, item, read, variant_of
from tests.support.redemption import House, ask_for, line_of
from tests.support.settings import set_here

KEY = "me:secret-key"
HOOK_KEY = "hook-key-of-the-tests"
ITEMS = catalog(Books=[item("B-50"), item("B-20", 20)])


@dataclass(frozen=True, slots=True)
class Cardhouse:
    """A provider that is ordered from, and who asks."""

    house: House
    simulator: Simulator
    address: str
    provider_id: int

    @property
    def maya(self) -> Actor:
        return self.house.maya

    def wrong(self, **faults: int) -> None:
        """Switch faults: how often each comes."""
        self.simulator.faults.set(faults)

    def theirs(self) -> list[Kept]:
        """What the provider has."""
        return self.simulator.store.everything()

    def account(self) -> ProviderAccount:
        """Our account there, read anew."""
        session().close()
        return session().get_one(ProviderAccount, self.provider_id)

    def ask(self, sku: str = "B-50", **changes: Any) -> str:
        """Maya asks for a card; the reference of her request."""
        return ask_for(self.maya, offer_of(sku), **changes)


def offer_of(sku: str) -> Offer:
    """The offer of a provider's item."""
    variant_id = variant_of(sku).id
    return catalog_queries.offer(Actor.system(), variant_id, at=clock.now())


def orders(reference: str) -> list[ProviderOrder]:
    """The orders of a request, read anew."""
    line_id = line_of(reference).id
    mine = sa.select(ProviderOrder).where(ProviderOrder.line_id == line_id)
    return list(session().scalars(mine.order_by(ProviderOrder.id)))


def states(reference: str) -> list[OrderState]:
    """Where the orders of a request are."""
    return [order.state for order in orders(reference)]


def make_cancelable(sku: str = "B-50") -> None:
    """From now on the provider takes this item back."""
    make_capable(sku, can_cancel=True)


def make_capable(sku: str = "B-50", **changes: object) -> None:
    """From now on this can be done with an item."""
    with transaction():
        found = session().scalars(sa.select(SyncedItem).where(SyncedItem.sku == sku)).one()
        found.capabilities = found.capabilities | changes


@contextmanager
def simulated(balance: str = "1000", **faults: int) -> Iterator[tuple[Simulator, str]]:
    """A simulated provider beside the test, and where it answers."""
    store = Store(balance=Decimal(balance), catalog=ITEMS)
    simulator = Simulator(store, Faults(faults), credentials=KEY, hang_seconds=0, slow_seconds=0)
    with running(simulator) as address:
        yield simulator, address


def open_account(address: str, *, low_minor: int = 0) -> int:
    """Cardhouse with its catalog on the shelf and an account there; the provider's id."""
    provider_id = add_provider()
    read(provider_id, ITEMS)
    new = NewAccount(
        adapter="tango",
        address=address,
        account="A-1",
        customer="C-1",
        currency="USD",
        low_minor=low_minor,
    )
    with transaction():
        connect(Actor.system(), "cardhouse", new, at=clock.now())
    return provider_id


def take_so_many(provider_id: int, a_minute: int | None) -> None:
    """From now on no more orders than this are asked for in a minute."""
    with transaction():
        session().get_one(ProviderAccount, provider_id).a_minute = a_minute


def known_here(monkeypatch: Any) -> None:
    """Let this process know how to sign in at Cardhouse, and what its events are signed with."""
    said = f"cardhouse={KEY},cardhouse.webhook={HOOK_KEY}"
    set_here(monkeypatch, provider_credentials=said)
