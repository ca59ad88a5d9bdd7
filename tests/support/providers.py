"""A provider for the tests: its catalog as a few words, and how it is read."""

import json
from collections import Counter
from typing import Any

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.providers import queries, runner
from catalog.providers.models import ProviderChange, SyncedItem
from catalog.providers.operations import desk
from catalog.providers.operations.desk import NewProvider
from catalog.providers.states import NewBrands
from catalog.providers.terms import Terms
from catalog.states import VariantState
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.ledger.operations.values import set_point_value
from marketplace.ledger.worth import PointValue
from tests.support.catalog import put_tiers
from tests.support.transactions import in_transaction

RATES = {"USD": "1.00", "EUR": "0.80", "JPY": "100"}


def item(sku: str, dollars: int = 50, **changes: Any) -> dict[str, Any]:
    """A card over so many dollars for people in the United States."""
    told = {
        "type": "reward",
        "description": f"Card {sku}",
        "sku": sku,
        "is_variable": False,
        "denomination": str(dollars * 100),
        "currency_code": "USD",
        "available": True,
        "countries": ["US"],
    }
    return told | changes


def a_range(sku: str, low: int, high: int, **changes: Any) -> dict[str, Any]:
    """A card over any amount, from and to in hundredths."""
    told = item(sku, **changes) | {"is_variable": True, "min_price": low, "max_price": high}
    del told["denomination"]
    return told


def catalog(rates: dict[str, str] = RATES, *, terms: str = "", **brands: list[Any]) -> bytes:
    """An answer with these brands."""
    told = [
        {"description": name, "terms": terms, "rewards": items} for name, items in brands.items()
    ]
    return json.dumps({"success": True, "brands": told, "xrates": {"rates": rates}}).encode()


def add_provider(
    address: str = "", *, new_brands: NewBrands = NewBrands.PUBLISH, **terms: Any
) -> int:
    """Cardhouse, priced at one point a cent of a dollar; its id."""

    def work() -> int:
        put_tiers()
        worth = PointValue(country="US", currency="USD", minor=1, per_points=1)
        set_point_value(worth, valid_from=clock.today())
        facts = {"tier_slug": "starter", "price_country": "US", "most_taken_percent": 100, **terms}
        new = NewProvider(
            slug="cardhouse",
            name="Cardhouse",
            adapter="tango",
            address=address,
            terms=Terms(new_brands=new_brands, **facts),
        )
        return desk.add_provider(Actor.system(), new, at=clock.now())

    return in_transaction(work)


def read(provider_id: int, answer: bytes) -> int:
    """Take over an answer as a file; the id of the sync."""
    session().close()
    sync_id = runner.read_file(Actor.system(), provider_id, answer, source="catalog.json")
    session().close()
    return sync_id


def changes(sync_id: int) -> Counter[str]:
    """How many changes of each kind a sync reported."""
    kinds = sa.select(ProviderChange.kind).where(ProviderChange.sync_id == sync_id)
    found = Counter(kind.value for kind in session().scalars(kinds))
    session().close()
    return found


def row(provider_id: int) -> queries.ProviderRow:
    """The only provider as its page shows it."""
    found = next(one for one in queries.providers_list(at=clock.now()) if one.id == provider_id)
    session().close()
    return found


def synced(sku: str) -> SyncedItem:
    """An item as it is known."""
    return session().scalars(sa.select(SyncedItem).where(SyncedItem.sku == sku)).one()


def variant_of(sku: str) -> Variant:
    """The variant of an item."""
    return session().get_one(Variant, synced(sku).variant_id)


def reward_of(sku: str) -> Reward:
    """The reward of an item."""
    return session().get_one(Reward, variant_of(sku).reward_id)


def is_on_sale(sku: str) -> bool:
    """Whether the variant of an item is on sale."""
    return variant_of(sku).state is VariantState.ON_SALE
