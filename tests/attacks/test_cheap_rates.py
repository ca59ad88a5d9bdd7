"""A provider whose exchange rates would give its cards away waits for Priya's yes."""

import pytest

from catalog import queries
from catalog.providers.operations import syncing
from catalog.providers.states import SyncState
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from tests.support.browsing import words_on
from tests.support.page_lint import lint_page
from tests.support.people import actor, employ_priya
from tests.support.providers import RATES, add_provider, catalog, item, read, row, synced

CARD = {"Livros": [item("E-50", currency_code="EUR", countries=["PT"])]}


def price() -> int:
    """What the card over 50 euros costs now."""
    found = queries.offer(Actor.system(), synced("E-50").variant_id, at=clock.now()).points
    session().close()
    return found


@pytest.fixture
def provider(at):
    """A provider whose card over 50 euros costs 6,250 points: 62.50 dollars."""
    provider_id = add_provider()
    read(provider_id, catalog(**CARD))
    assert price() == 6_250
    return provider_id


@pytest.mark.parametrize(
    ("rates", "less"),
    [(RATES | {"EUR": "80"}, 99), (RATES | {"USD": "0.01"}, 99), ({"USD": "0.5"}, 50)],
)
def test_rates_that_give_cards_away_change_no_price_until_priya_says_yes(
    provider, rates, less, sign_in, queue, at
):
    held, priya = read(provider, catalog(rates, **CARD)), employ_priya()
    assert row(provider).last.state is SyncState.HELD
    assert price() == 6_250
    page = sign_in(priya).get("/manage/providers/cardhouse").text
    assert lint_page(page) == []
    assert f"EUR ({less} percent)" in words_on(page)
    assert "Take it over" in page
    with transaction():
        syncing.confirm_sync(actor(priya), held, at=at)
    queue.run_due()
    assert row(provider).last.state is SyncState.DONE
    assert row(provider).last.problem == ""
    assert price() < 5_000


def test_rates_that_move_as_rates_do_are_taken_over_by_themselves(provider):
    read(provider, catalog(RATES | {"EUR": "0.90"}, **CARD))
    assert row(provider).last.state is SyncState.DONE
    assert price() == 5_556


def test_a_provider_that_counts_in_another_currency_changes_nothing(provider):
    doubled = {currency: str(2 * float(rate)) for currency, rate in RATES.items()}
    read(provider, catalog(doubled, **CARD))
    assert row(provider).last.state is SyncState.DONE
    assert price() == 6_250
