"""Two hundred buyers, one place: exactly one gets it, on both engines."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa

from catalog.models import VariantStock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from tests.support.buyers import PROCESSES, Sale, rush
from tests.support.catalog import stock_lisbon_trip

pytestmark = [pytest.mark.race, pytest.mark.timeout(180)]
BUYERS_EACH = 25


def reserved(variant_id: int) -> int:
    session().close()
    return session().scalar(
        sa.select(VariantStock.reserved).where(VariantStock.variant_id == variant_id)
    )


@contextmanager
def second_wall_down() -> Iterator[None]:
    """Without the CHECK on PostgreSQL; on SQLite each buyer switches it off for itself."""
    if session().get_bind().dialect.name == "sqlite":
        yield
        return
    table = VariantStock.metadata.tables["variant_stock"]
    wall = next(c for c in table.constraints if str(c.name).endswith("never_oversold"))
    name = "ck_variant_stock_never_oversold"
    with transaction() as writing:
        writing.execute(sa.text(f"ALTER TABLE {table.name} DROP CONSTRAINT {name}"))
    try:
        yield
    finally:
        with transaction() as writing:
            writing.execute(sa.update(VariantStock).values(reserved=0))
            again = f"ALTER TABLE {table.name} ADD CONSTRAINT {name} CHECK ({wall.sqltext})"
            writing.execute(sa.text(again))


def test_of_two_hundred_buyers_exactly_one_gets_the_last_place(app, at):
    trip = stock_lisbon_trip(capacity=1)
    session().close()
    outcomes = Counter(rush(Sale(app.config["LAUREL"].database_url, trip.variant_id, BUYERS_EACH)))
    assert outcomes == {"got it": 1, "sold out": PROCESSES * BUYERS_EACH - 1}
    assert reserved(trip.variant_id) == 1


def test_every_place_of_fifty_is_sold_and_none_more(app, at):
    trip = stock_lisbon_trip(capacity=50)
    session().close()
    outcomes = Counter(rush(Sale(app.config["LAUREL"].database_url, trip.variant_id, BUYERS_EACH)))
    assert outcomes == {"got it": 50, "sold out": 150}
    assert reserved(trip.variant_id) == 50


def test_control_looking_first_and_writing_later_oversells(app, at):
    trip = stock_lisbon_trip(capacity=1)
    session().close()
    sale = Sale(app.config["LAUREL"].database_url, trip.variant_id, 1, guarded=False)
    with second_wall_down():
        outcomes = Counter(rush(sale))
        assert outcomes == {"got it": PROCESSES}
        assert reserved(trip.variant_id) == PROCESSES


def capacity(variant_id: int) -> int:
    session().close()
    return session().scalar(
        sa.select(VariantStock.capacity).where(VariantStock.variant_id == variant_id)
    )


def test_deliveries_and_buyers_at_once_lose_neither_a_unit_nor_a_buyer(app, at):
    trip = stock_lisbon_trip(capacity=40)
    session().close()
    url = app.config["LAUREL"].database_url
    outcomes = Counter(rush(Sale(url, trip.variant_id, 5, deliveries_each=5)))
    assert outcomes == {"got it": 40}
    assert (reserved(trip.variant_id), capacity(trip.variant_id)) == (40, 80)
    assert ledger_violations(["C-stock", "I25"]) == []


def test_control_a_delivery_written_onto_the_number_seen_before_is_lost(app, at):
    trip = stock_lisbon_trip(capacity=40)
    session().close()
    sale = Sale(app.config["LAUREL"].database_url, trip.variant_id, 0, False, deliveries_each=1)
    assert rush(sale) == []
    assert capacity(trip.variant_id) == 41
