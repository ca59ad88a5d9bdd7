"""A gift card provider with an invented catalog, read twice, so that its report has something."""

from datetime import datetime, timedelta
from pathlib import Path

from catalog.providers.adapters import ADAPTERS
from catalog.providers.operations import desk, syncing, taking
from catalog.providers.operations.desk import NewProvider
from catalog.providers.queries import brands_to_publish
from catalog.providers.terms import Terms
from marketplace.access.actor import Actor
from redemption.ordering.operations.accounts import NewAccount, connect

HERE = Path(__file__).parent
PUBLISHED = {"Fernway Books", "Copper Kettle Coffee", "Velo Corner"}
BETWEEN = timedelta(hours=12)
NEAR = "http://127.0.0.1:8090/raas/v2"  # where bin/demo puts the simulated provider if it can
LOW = 25_000


def load_providers(priya: Actor, *, at: datetime) -> None:
    """Read the first catalog yesterday, publish some of it, and read the second this morning."""
    terms = Terms(tier_slug="explorer", price_country="PT", round_to=50)
    new = NewProvider(slug="cardhouse", name="Cardhouse", adapter="tango", terms=terms)
    provider_id = desk.add_provider(priya, new, at=at - 3 * BETWEEN)
    _read(priya, provider_id, "first.json", at=at - 2 * BETWEEN)
    chosen = [one.id for one in brands_to_publish(provider_id) if one.name in PUBLISHED]
    desk.publish_brands(priya, provider_id, chosen, at=at - BETWEEN)
    _read(priya, provider_id, "second.json", at=at - timedelta(minutes=20))
    order_at(NEAR, at=at - 3 * BETWEEN)


def order_at(address: str, *, at: datetime) -> None:
    """Order the cards of the invented provider there from now on."""
    new = NewAccount(
        adapter="tango",
        address=address,
        account="evergreen-cards",
        customer="evergreen",
        currency="EUR",
        low_minor=LOW,
    )
    connect(Actor.system(), "cardhouse", new, at=at)


def _read(actor: Actor, provider_id: int, name: str, *, at: datetime) -> None:
    answer = (HERE / name).read_bytes()
    catalog = ADAPTERS["tango"].read(answer)
    sync_id = syncing.begin_file_sync(actor, provider_id, source=name, at=at)
    syncing.keep_answer(sync_id, answer, catalog)
    taking.note_rates(sync_id, catalog.rates, at=at)
    for brand in catalog.brands:
        taking.take_brand(sync_id, brand, keys=catalog.keys, at=at)
    taking.take_leave(sync_id, catalog, at=at)
    syncing.finish_sync(sync_id, at=at)
