"""Priya adds up what a trip cost: exact to the cent, for each, whoever came."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from catalog.trips.operations import set_terms
from catalog.trips.states import TaxPayer
from catalog.trips.terms import USUAL
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.operations import grant_entitlements
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.ledger.check import ledger_violations
from redemption.travel.after.errors import OtherCurrency
from redemption.travel.after.operations.reporting import (
    add_cost,
    remove_cost,
    say_who_came,
    set_gallery,
)
from redemption.travel.after.policies import NewCost, split
from redemption.travel.after.queries.report import gallery_of, heads_of, report_of
from redemption.travel.after.sheets import COLUMNS, report_rows
from redemption.travel.after.states import CostBasis, CostKind
from tests.support.entitlements import won
from tests.support.invitations import accept
from tests.support.redemption import approve, ask_for, furnish, line_of
from tests.support.tampering import named_when

HOTEL = NewCost(
    kind=CostKind.HOTEL, basis=CostBasis.ROOM, amount_minor=30_001, units=3, currency="EUR"
)
FLIGHT = NewCost(
    kind=CostKind.FLIGHTS, basis=CostBasis.PERSON, amount_minor=19_950, units=None, currency="EUR"
)
BUS = NewCost(
    kind=CostKind.OTHER, basis=CostBasis.WHOLE, amount_minor=100_00, units=None, currency="EUR"
)


def report(trip):
    session().close()
    return report_of(trip.variant_id)


@given(some.integers(0, 10**12), some.integers(1, 500))
def test_parts_add_up_and_differ_by_a_cent_at_most(total, heads):
    parts = split(total, heads)
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)  # the first have the cents that are left over


def test_each_kind_is_split_over_everyone_who_had_a_place(over):
    for cost in (HOTEL, FLIGHT, BUS):
        over.do(add_cost, cost)
    found = report(over)
    assert found.total == 3 * 30_001 + 5 * 19_950 + 10_000
    assert [one.parts[CostKind.HOTEL] for one in found.shares] == [
        18001,
        18001,
        18001,
        18000,
        18000,
    ]
    assert {one.parts[CostKind.FLIGHTS] for one in found.shares} == {19_950}
    assert sum(one.total for one in found.shares) == found.total
    employees, guests, absent = found.by_sort
    assert (employees.heads, guests.heads, absent.heads) == (4, 1, 0)
    assert employees.minor + guests.minor == found.total


def test_who_did_not_come_is_marked_and_still_cost_something(over):
    over.do(add_cost, FLIGHT)
    ben = next(one.head for one in report(over).shares if one.head.name == "Ben Osei")
    assert over.do(say_who_came, ben.traveler_id, came=False) is True
    assert over.do(say_who_came, ben.traveler_id, came=False) is False
    found = report(over)
    assert (found.came, found.people) == (4, 5)
    assert found.by_sort[2].minor == 19_950
    assert over.do(say_who_came, ben.traveler_id, came=True) is True
    assert report(over).came == 5


def test_all_costs_are_in_one_currency(over):
    over.do(add_cost, HOTEL)
    with pytest.raises(OtherCurrency, match="in EUR, too, not in USD"):
        over.do(add_cost, replace(BUS, currency="USD"))
    assert len(report(over).costs) == 1


def test_rooms_are_counted(over):
    with pytest.raises(BadInput, match="how many rooms"):
        over.do(add_cost, replace(HOTEL, units=None))


def test_an_amount_is_taken_out_again(over):
    cost_id = over.do(add_cost, HOTEL)
    over.do(remove_cost, cost_id)
    assert report(over).total == 0
    with pytest.raises(NotFound):
        over.do(remove_cost, cost_id)


def test_strangers_can_not_be_absent(over):
    with pytest.raises(NotFound):
        over.do(say_who_came, 9_999, came=False)


def test_the_table_ends_with_the_sum(over):
    for cost in (HOTEL, FLIGHT, BUS):
        over.do(add_cost, cost)
    rows = list(report_rows(report(over), is_ahead=False))
    assert len(COLUMNS) == len(rows[0]) == len(rows[-1])
    total = COLUMNS.index("Total")
    assert sum(row[total] for row in rows[:-1]) == rows[-1][total]
    assert str(rows[-1][total]) == "1997.53"


def test_nobody_came_on_a_departure_that_is_still_ahead(over):
    came = COLUMNS.index("Came")
    said = {row[came] for row in report_rows(report(over), is_ahead=True)}
    assert said == {""}
    assert {row[came] for row in report_rows(report(over), is_ahead=False)} == {"Yes", "5 of 5"}


def test_the_table_says_whose_each_place_was_and_what_it_drew_and_is_worth(over):
    over.do(add_cost, HOTEL)
    first, guest, *_rest, last = (
        dict(zip(COLUMNS, row, strict=True)) for row in report_rows(report(over), is_ahead=False)
    )
    assert first["Employee number"] == guest["Employee number"] != ""
    assert {first["Came by"], guest["Came by"]} == {"Invitation"}
    assert (guest["Worth"], guest["Currency of the worth"]) == (Decimal("480.00"), "EUR")
    assert guest["Tax"] == TaxPayer.COMPANY.label
    assert (first["Points paid"], last["Points paid"], last["Points of the budget"]) == (0, 0, 0)


def test_who_pays_the_tax_on_a_bought_place_stays_as_it_was_when_it_was_asked_for(
    club, queue, time
):
    house = furnish()
    asked = ask_for(house.maya, club.trip)
    terms = replace(USUAL, tax_paid_by=TaxPayer.TRAVELER)
    with transaction():
        set_terms(club.priya, club.trip.reward_id, terms, seen=0, at=time())
    for approver in (house.omar, house.wei):
        approve(approver, asked)
        time.forward(seconds=31)
        queue.run_due()
    session().close()
    (maya,) = heads_of(club.trip.variant_id)
    assert (maya.place.tax, maya.place.way) == (TaxPayer.COMPANY.label, "Points")
    assert line_of(asked).snapshot["tax_paid_by"] == "company"


def test_a_place_that_was_won_is_said_to_be_and_drew_on_no_budget(club, at):
    prize = won(club.maya.id, variant_id=club.trip.variant_id)
    with transaction():
        grant_entitlements(7, [prize], actor=Actor.system(), at=at)
    accept(club.maya)
    session().close()
    (maya,) = heads_of(club.trip.variant_id)
    assert (maya.place.way, maya.place.budget, maya.place.budget_points) == ("Won", "", 0)


def test_pictures_have_an_address_that_is_safe(over):
    over.do(set_gallery, "https://pictures.example/lisbon")
    assert gallery_of(over.variant_id) == "https://pictures.example/lisbon"
    with pytest.raises(BadInput, match="https://"):
        over.do(set_gallery, "javascript:alert(1)")
    over.do(set_gallery, "")
    assert gallery_of(over.variant_id) == ""
    assert ledger_violations() == []


def test_amounts_of_two_currencies_are_named(over):
    over.do(add_cost, HOTEL)
    over.do(add_cost, BUS)
    forged = "UPDATE trip_costs SET currency = 'USD' WHERE kind = 'other'"
    assert named_when("I31-costs", forged) == {"I31-costs"}
