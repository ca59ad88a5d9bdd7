"""What amounts of a provider's range cost: as exactly as the rule says, however low they begin."""

import pytest
import sqlalchemy as sa

from catalog import queries
from catalog.bulk.deeds import Action, Deed
from catalog.bulk.operations import digest, do_to_all, outcomes
from catalog.models import PriceVersion
from catalog.operations import NewPrice, plan_price
from catalog.providers.models import ProviderChange
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.ledger.check import ledger_violations
from tests.support.providers import a_range, add_provider, catalog, changes, read, reward_of, synced
from tests.support.redemption import ask_for, furnish

YEN = {"USD": "1.00", "JPY": "160"}


def yen(low: int = 1, high: int = 10_000) -> bytes:
    """A card over any amount of yen for everybody here, at 160 yen for a dollar."""
    card = a_range("ANY", low * 100, high * 100, currency_code="JPY", countries=["US"])
    return catalog(YEN, Books=[card])


@pytest.fixture
def provider(at) -> int:
    house = add_provider()
    read(house, yen())
    return house


def card(actor: Actor):
    found = queries.offer(actor, synced("ANY").variant_id, at=clock.now())
    session().close()
    return found


def versions() -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(PriceVersion)) or 0


def test_a_large_amount_costs_its_share_though_the_lowest_is_less_than_a_point(provider):
    found = card(Actor.system())
    assert found.points == 1
    assert [found.over(minor).points for minor in (1, 160, 1_000, 10_000)] == [1, 100, 625, 6_250]


def test_another_rate_is_another_price_though_the_lowest_costs_the_same(provider):
    dearer = yen().replace(b'"160"', b'"125"')
    sync_id = read(provider, dearer)
    assert changes(sync_id) == {"price": 1}
    told = session().scalars(sa.select(ProviderChange)).all()[-1]
    assert (told.before, told.after) == ("1 to 6,250 points", "1 to 8,000 points")
    assert card(Actor.system()).over(10_000).points == 8_000
    before = versions()
    read(provider, dearer)
    assert versions() == before


def test_priya_reads_in_the_history_what_other_amounts_cost(provider, priya, sign_in):
    read(provider, yen().replace(b'"160"', b'"125"'))
    page = sign_in(priya.id).get(f"/manage/catalog/{card(Actor.system()).slug}/history").text
    assert "other amounts at 8,000 points for ¥10,000, before at 6,250 points for ¥10,000" in page


def test_a_percentage_on_many_rewards_is_one_of_the_range_not_of_its_lowest_amount(provider, at):
    deed = Deed(action=Action.PRICE, percent=10)
    ids = [reward_of("ANY").id]
    with transaction():
        found = outcomes(ids, deed, at=at)
        assert found[0].before.endswith("at ¥10,000: 6,250")
        do_to_all(Actor.system(), ids, deed, seen=digest(found), at=at)
    assert card(Actor.system()).over(10_000).points == 6_875


def test_what_was_asked_for_holds_when_the_provider_changes_the_range_or_the_price_ends(
    provider, time
):
    maya = furnish(points=100_000).maya
    ask_for(maya, card(maya), amount_minor=5, expected_points=4)
    for days, country in ((1, None), (0, "US"), (0, "PT")):
        time.forward(days=days, hours=1)
        with transaction():
            until = clock.now().replace(hour=23)
            new = NewPrice(points=7, country=country, valid_until=until)
            plan_price(Actor.system(), synced("ANY").variant_id, new, at=clock.now())
    ask_for(maya, card(maya), amount_minor=2, expected_points=14)
    time.forward(days=1)
    read(provider, yen(low=10))
    ask_for(maya, card(maya), amount_minor=16, expected_points=10)
    assert "I28" not in {found.id for found in ledger_violations()}
