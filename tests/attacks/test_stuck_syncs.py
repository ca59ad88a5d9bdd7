"""No item of an answer stops a sync: Priya would be told nothing and get nothing new ever after."""

import pytest
from sqlalchemy.exc import IntegrityError

from catalog.providers.operations import shelf
from catalog.providers.states import SyncState
from marketplace.kernel.errors import BadInput
from tests.support.browsing import words_on
from tests.support.people import employ_priya
from tests.support.providers import (
    a_range,
    add_provider,
    catalog,
    changes,
    is_on_sale,
    item,
    read,
    reward_of,
    row,
    variant_of,
)


@pytest.mark.parametrize("name", ["Preview", "Bulk", "New", "Notes"])
def test_a_brand_called_like_a_page_of_ours_gets_an_address_of_its_own(name, sign_in, at):
    provider = add_provider()
    read(provider, catalog(**{name: [item("N-50")], "Books": [item("B-50")]}))
    assert row(provider).last.state is SyncState.DONE
    assert is_on_sale("B-50")
    assert reward_of("N-50").slug == f"cardhouse-{name.lower()}"
    page = sign_in(employ_priya()).get(f"/manage/catalog/cardhouse-{name.lower()}")
    assert f"<h1>{name}</h1>" in page.text


@pytest.mark.parametrize("numbers", [("N-50#2", "N-50"), ("N-50", "N-50#2")])
def test_two_numbers_of_which_one_looks_like_a_second_of_the_other_are_two_cards(numbers, at):
    provider = add_provider()
    first, second = numbers
    read(provider, catalog(Books=[item(first), item(second, 60)]))
    assert row(provider).last.state is SyncState.DONE
    assert variant_of(first).id != variant_of(second).id
    assert (is_on_sale(first), is_on_sale(second)) == (True, True)


def test_an_amount_that_is_too_large_in_our_units_costs_only_its_item(at):
    provider = add_provider()
    huge = item("K-HUGE", currency_code="KWD", denomination=10**12)  # three decimals
    read(provider, catalog(Books=[item("B-50"), huge]))
    assert changes(row(provider).last.id) == {"added": 1, "refused": 1}
    assert is_on_sale("B-50")


def test_a_range_with_a_single_whole_amount_in_it_is_that_amount(at):
    provider = add_provider()
    told = catalog(Books=[a_range("B-ANY", 100, 199), a_range("B-ONE", 2_000, 2_000)])
    assert changes(read(provider, told)) == {"added": 2}
    for sku, minor in (("B-ANY", 100), ("B-ONE", 2_000)):
        variant = variant_of(sku)
        assert (variant.cash_minor, variant.range_to_minor, variant.step_minor) == (
            minor,
            None,
            None,
        )
    assert changes(read(provider, told)) == {}


@pytest.mark.parametrize(
    "failure", [IntegrityError("", {}, Exception("a rule")), BadInput("Enter another name.")]
)
def test_a_brand_that_can_not_be_taken_over_is_named_and_costs_the_others_nothing(
    failure, sign_in, monkeypatch, at
):
    provider, make = add_provider(), shelf.make_variant

    def refuse_tea(run, item, *rest):
        if item.sku == "T-20":
            raise failure
        make(run, item, *rest)

    read(provider, catalog(Books=[item("B-50")]))
    monkeypatch.setattr(shelf, "make_variant", refuse_tea)
    told = catalog(Books=[item("B-50")], Tea=[item("T-20", 20)], Wine=[item("W-50")])
    assert changes(read(provider, told)) == {"added": 1, "refused": 1}
    assert row(provider).last.state is SyncState.DONE
    assert (is_on_sale("B-50"), is_on_sale("W-50")) == (True, True)
    page = words_on(sign_in(employ_priya()).get("/manage/providers/cardhouse").text)
    assert "Tea" in page
    assert "all of it stays as it was" in page
    monkeypatch.undo()
    assert changes(read(provider, told)) == {"added": 1}
    assert is_on_sale("T-20")
