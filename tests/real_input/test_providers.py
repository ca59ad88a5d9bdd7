"""The catalog answer of a gift card provider, as its customer would take it over."""

import json
from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from catalog.models import Variant
from catalog.providers import queries
from catalog.providers.adapters import ADAPTERS
from catalog.providers.cli import providers_cli
from catalog.providers.models import ProviderChange, SyncedItem
from catalog.queries.audience import reader_of
from catalog.queries.offers import offers_on_shelf
from catalog.states import VariantState
from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.ledger.operations.values import set_point_value
from marketplace.ledger.worth import PointValue
from marketplace.people.models import Employee
from marketplace.people.queries import actor_of
from tests.real_input.conftest import _folder
from tests.support.catalog import put_tiers
from tests.support.people import employ
from tests.support.transactions import in_transaction

pytestmark = pytest.mark.real_input


@pytest.fixture(scope="session")
def answer() -> Path:
    """One provider's catalog answer of 2016."""
    return _folder("tango_catalog") / "sample_response.json"


def run(*words: str) -> str:
    session().close()
    done = CliRunner().invoke(providers_cli, words)
    assert done.exit_code == 0, done.output
    session().close()
    return done.output


def seen_in(country: str) -> int:
    """How many items an employee there can have, by the storefront's own statement."""
    number = session().scalar(sa.select(sa.func.count()).select_from(Employee))
    person = actor_of(employ(f"Somebody {number}", country=country))
    statement = offers_on_shelf(reader_of(person, clock.now())).where(
        Variant.state == VariantState.ON_SALE
    )
    return session().scalar(sa.select(sa.func.count()).select_from(statement.subquery()))


def changes() -> Counter:
    last = queries.provider_row("cards", at=clock.now()).last
    kinds = sa.select(ProviderChange.kind).where(ProviderChange.sync_id == last.id)
    return Counter(kind.value for kind in session().scalars(kinds))


def test_the_answer_is_read_as_it_was_counted(answer):
    catalog = ADAPTERS["tango"].read(answer.read_bytes())
    items = catalog.items
    assert (len(catalog.brands), len(items), catalog.refusals) == (160, 449, ())
    assert Counter(item.amount.is_fixed for item in items) == {True: 369, False: 80}
    assert sum(item.is_donation for item in items) == 19
    assert sum(not item.is_available for item in items) == 5
    countries = {country for item in items for country in item.countries}
    assert len(countries) == 237
    assert "NA" in countries
    assert len({item.amount.currency for item in items}) == 9
    yen = {item.amount.low for item in items if item.amount.currency == "JPY"}
    assert {500, 1_000, 10_000} <= yen


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)  # tests/catalog/providers: both
def test_a_customer_takes_it_over_and_everyone_sees_what_is_for_their_country(answer, at, tmp_path):
    put_tiers()
    worth = PointValue(country="US", currency="USD", minor=100, per_points=100)
    in_transaction(lambda: set_point_value(worth, valid_from=at.date()))
    run("add", "cards", "Card house", "--adapter", "tango", "--tier", "starter", "--country", "US")
    assert "160 brands, 449 items" in run("sync", "cards", "--file", str(answer))
    assert changes() == {"added": 449}
    assert seen_in("US") == 0  # drafts until somebody publishes them
    run("publish", "cards")
    assert {place: seen_in(place) for place in ("JP", "GB", "US")} == {"JP": 9, "GB": 80, "US": 217}
    assert seen_in("NA") >= 1
    off_sale = sa.select(sa.func.count()).where(SyncedItem.is_available.is_(False))
    assert session().scalar(off_sale) == 5
    the_same_again_changes_nothing(answer)
    one_item_less_leaves_one_tombstone(answer, tmp_path)


def the_same_again_changes_nothing(answer: Path) -> None:
    before = session().scalar(sa.select(sa.func.count()).select_from(Variant))
    run("sync", "cards", "--file", str(answer))
    assert changes() == {}
    assert session().scalar(sa.select(sa.func.count()).select_from(Variant)) == before


def one_item_less_leaves_one_tombstone(answer: Path, folder: Path) -> None:
    told = json.loads(answer.read_bytes())
    removed = told["brands"][2]["rewards"].pop()
    shorter = folder / "shorter.json"
    shorter.write_text(json.dumps(told), "utf-8")
    run("sync", "cards", "--file", str(shorter))
    assert changes() == {"gone": 1}
    item = session().scalars(sa.select(SyncedItem).where(SyncedItem.sku == removed["sku"])).one()
    assert item.gone_at is not None
    assert session().get(Variant, item.variant_id).state is VariantState.WITHDRAWN
