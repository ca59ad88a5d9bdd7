"""Maya types an address once: the next check page has it, and nobody else's page ever does."""

import pytest

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.gifts.operations import accept_gift
from redemption.policies import Address, GiftTo
from redemption.queries.addresses import usual_address
from tests.redemption.test_basket import put_on_page
from tests.support.catalog import stock_reward
from tests.support.ledger import give_points
from tests.support.page_lint import lint_page
from tests.support.people import actor, employ
from tests.support.redemption import HOME, ask_for, new_key

OFFICE = Address("Maya Chen", "Avenida 1", "1000-001", "Lisbon", "Portugal")


@pytest.fixture
def mug(house):
    return stock_reward("Mug", points=100, capacity=9)


def test_before_the_first_parcel_name_and_country_are_known(house):
    with session():
        known = usual_address(house.maya)
    assert (known.recipient, known.street, known.country) == ("Maya Chen", "", "United States")


def test_the_next_check_page_has_the_address_of_the_last_parcel(house, maya, mug):
    ask_for(house.maya, mug, address=HOME)
    ask_for(house.maya, mug, address=OFFICE)
    page = maya.get(f"/rewards/{mug.slug}/redeem").text
    assert 'value="Avenida 1"' in page
    assert HOME.street not in page
    assert lint_page(page) == []


def test_it_is_there_for_a_basket_and_for_a_gift(house, maya, mug, queue):
    ben = actor(employ("Ben Osei"))
    ask_for(house.maya, mug, address=OFFICE)
    give_points(ben.id, 500)
    gift = ask_for(ben, mug, address=None, gift=GiftTo(house.maya.id))
    queue.run_due()
    assert 'value="Avenida 1"' in maya.get(f"/gifts/{gift}").text
    put_on_page(maya, mug)
    assert 'value="Avenida 1"' in maya.get("/basket/check").text


def test_where_a_colleague_gets_a_gift_stays_theirs(house, mug, queue):
    ben = actor(employ("Ben Osei"))
    gift = ask_for(house.maya, mug, address=None, gift=GiftTo(ben.id))
    queue.run_due()
    with transaction():
        accept_gift(ben, gift, OFFICE, request_key=new_key(), at=clock.now())
    with session():
        assert usual_address(house.maya).street == ""
        assert usual_address(ben).street == "Avenida 1"
