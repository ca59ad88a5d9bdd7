"""Asking for a reward reserves everything in one transaction, or nothing at all."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog import operations as catalog_operations
from catalog.errors import (
    LimitReached,
    NotEligible,
    NotOnSale,
    PriceChanged,
    PromiseChanged,
    SoldOut,
)
from catalog.models import MemberUsage
from catalog.operations.variants import Worth, change_departure, set_worth
from catalog.states import AudienceAttribute
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.budgets.queries import budget_left
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import KeyUsedDifferently
from marketplace.ledger.errors import InsufficientPoints
from marketplace.ledger.models import HoldLot, Lot
from marketplace.people.operations.employment import mark_left, revoke_role
from marketplace.people.queries import actor_of
from redemption.models import DeliveryAddress, Redemption, RedemptionLine
from redemption.operations.submit import submit_redemption
from redemption.refusals import (
    AddressMissing,
    AlreadyGoing,
    BeyondBudget,
    LeftCompany,
    NobodyCanApprove,
)
from redemption.states import LineState
from tests.support.catalog import (
    add_variant,
    stock_badge,
    stock_gift_card,
    stock_lisbon_trip,
    stock_reward,
)
from tests.support.ledger import give_points
from tests.support.people import employ
from tests.support.redemption import (
    HOME,
    ask_for,
    cancel,
    furnish,
    line_of,
    new_key,
    open_rewards_budget,
    order_for,
    points_now,
    stock_of,
    story_of,
)

pytestmark = pytest.mark.usefixtures("unfulfilled")


def test_a_small_gift_card_needs_nobody_and_waits_for_fulfillment(at, queue):
    house, card = furnish(points=8_000), stock_gift_card(capacity=3)
    reference = ask_for(house.maya, card)
    assert story_of(reference) == [LineState.APPROVED]
    assert (points_now(house.maya).available, points_now(house.maya).held) == (3_000, 5_000)
    assert stock_of(card.variant_id) == (3, 1, 0)
    assert queue.names()[-2:] == ["redemption.route", "redemption.fulfill"]


def test_a_trip_sets_points_budget_limit_and_place_aside_until_others_decide(at, queue):
    house, trip = furnish(), stock_lisbon_trip()
    budget_id = open_rewards_budget(60_000)
    reference = ask_for(house.maya, trip)
    assert story_of(reference) == [LineState.PENDING_APPROVAL]
    assert points_now(house.maya).held == 48_000
    assert (budget_left(budget_id).reserved, budget_left(budget_id).left) == (48_000, 12_000)
    assert session().scalar(sa.select(MemberUsage.used)) == 1
    assert stock_of(trip.variant_id) == (8, 1, 0)
    assert "redemption.fulfill" not in queue.names()


def test_the_line_keeps_price_words_and_address_of_the_day(at):
    house, backpack = furnish(), stock_reward()
    line = line_of(ask_for(house.maya, backpack))
    assert (line.unit_points, line.price_version_id) == (8_900, backpack.price_version_id)
    assert line.snapshot["name"] == "Trail backpack"
    address = session().get(DeliveryAddress, line.id)
    assert (address.street, address.city) == (HOME.street, HOME.city)
    assert HOME.street not in str(line.snapshot)


def test_asking_leaves_an_audit_entry_and_a_reference_one_can_say(at):
    house, badge = furnish(), stock_badge()
    reference = ask_for(house.maya, badge)
    entry = (
        session()
        .scalars(sa.select(AuditEntry).where(AuditEntry.action == "redemption.submitted"))
        .one()
    )
    assert (entry.actor_id, entry.subject) == (house.maya.id, f"redemption:{reference}")
    assert len(reference) == 8
    assert not set("01ILOU") & set(reference[2:])


def test_the_same_form_again_answers_the_same_request(at):
    house, card = furnish(), stock_gift_card()
    first = ask_for(house.maya, card, key="the-same-form")
    assert ask_for(house.maya, card, key="the-same-form") == first
    assert points_now(house.maya).held == 5_000


def test_the_same_key_with_another_order_is_refused(at):
    house, card, badge = furnish(), stock_gift_card(), stock_badge()
    ask_for(house.maya, card, key="the-same-form")
    with pytest.raises(KeyUsedDifferently, match="Nothing was spent this time"):
        ask_for(house.maya, badge, key="the-same-form")


def _too_few_points(house):
    return stock_reward("Racing bicycle", points=100_001), InsufficientPoints, "You need 1 more"


def _sold_out(house):
    card = stock_gift_card(capacity=1)
    ask_for(house.maya, card)
    return card, SoldOut, "The last one has just gone"


def _price_changed(house):
    card = stock_gift_card()
    with transaction():
        catalog_operations.set_price(Actor.system(), card.variant_id, 5_400, at=clock.now())
    return card, PriceChanged, "This now costs 5,400 points, 400 more than when you opened it"


def _worth_changed(house):
    card = stock_gift_card()
    ten = Worth(minor=1_000, currency="USD")
    with transaction():
        set_worth(Actor.system(), card.variant_id, ten, at=clock.now())
    return card, PromiseChanged, "This is worth 10.00 USD by now, which is not what you were shown"


def _leaves_later(house):
    open_rewards_budget(100_000)
    trip = stock_lisbon_trip()
    later = replace(trip.departure, ends_on=trip.departure.ends_on + timedelta(days=1))
    with transaction():
        change_departure(Actor.system(), trip.variant_id, later, label="Later", at=clock.now())
    return trip, PromiseChanged, "a trip to Lisbon from"


def _not_for_her(house):
    card = stock_gift_card()
    with transaction():
        catalog_operations.open_to(
            {AudienceAttribute.COUNTRY: ["BR"]}, reward_id=card.reward_id, at=clock.now()
        )
    return card, NotEligible, "isn't open to you"


def _off_the_shelf(house):
    card = stock_gift_card()
    with transaction():
        add_variant(card.reward_id, "$100", points=9_000)
        catalog_operations.withdraw_variant(Actor.system(), card.variant_id, at=clock.now())
    return card, NotOnSale, "no longer offered"


def _had_it_this_year(house):
    trip = stock_lisbon_trip(points=10_000)
    ask_for(house.maya, trip)
    return trip, LimitReached, "You can get this once a year, and you have"


def _budget_used(house):
    open_rewards_budget(20_000, name="Marketing travel")
    return stock_lisbon_trip(), BeyondBudget, "“Marketing travel”, which .* has too little left"


def _nobody_left_to_ask(house):
    with transaction():
        revoke_role(house.wei.id, Role.TRAVEL_APPROVER, actor=Actor.system(), at=clock.now())
        revoke_role(house.priya.id, Role.PROGRAM_MANAGER, actor=Actor.system(), at=clock.now())
    return stock_lisbon_trip(), NobodyCanApprove, "nobody is set up who could give it"


REFUSALS = [
    _too_few_points,
    _sold_out,
    _price_changed,
    _worth_changed,
    _leaves_later,
    _not_for_her,
    _off_the_shelf,
    _had_it_this_year,
    _budget_used,
    _nobody_left_to_ask,
]


@pytest.mark.parametrize("scene", REFUSALS, ids=lambda scene: scene.__name__.strip("_"))
def test_every_refusal_has_its_own_words_and_changes_nothing(at, queue, scene):
    house = furnish()
    offer, error, words = scene(house)
    before = (points_now(house.maya), stock_of(offer.variant_id), _counts(), queue.names())
    with pytest.raises(error, match=words) as refusal:
        ask_for(house.maya, offer)
    assert refusal.value.message.rstrip(".").split(". ")[-1]
    assert (points_now(house.maya), stock_of(offer.variant_id), _counts(), queue.names()) == before


def _counts():
    tables = (Redemption, RedemptionLine, MemberUsage)
    return [session().scalar(sa.select(sa.func.count()).select_from(table)) for table in tables]


def test_points_that_are_owed_an_answer_can_not_be_spent_twice(at):
    house, card = furnish(points=9_000), stock_gift_card()
    ask_for(house.maya, card)
    with pytest.raises(InsufficientPoints, match="Nothing was spent"):
        ask_for(house.maya, card)


def test_somebody_who_left_can_ask_for_nothing_new(at):
    house, card = furnish(), stock_gift_card()
    with transaction():
        mark_left(house.maya.id, on=at.date(), actor=Actor.system(), at=at)
    with pytest.raises(LeftCompany, match="No points were touched"):
        ask_for(house.maya, card)


def test_an_address_is_kept_for_parcels_only(at):
    reference = ask_for(furnish().maya, stock_gift_card(), address=HOME)
    assert session().get(DeliveryAddress, line_of(reference).id) is None


def test_a_parcel_needs_an_address(at):
    house, backpack = furnish(), stock_reward()
    with pytest.raises(AddressMissing, match="where the parcel should go"):
        ask_for(house.maya, backpack, address=None)


def test_the_reference_of_a_request_is_never_given_twice(at, monkeypatch):
    house, card = furnish(), stock_gift_card()
    names = iter(["R-AAAAAA", "R-AAAAAA", "R-BBBBBB"])
    monkeypatch.setattr("redemption.operations.writing._reference", lambda _seed: next(names))
    assert [ask_for(house.maya, card), ask_for(house.maya, card)] == ["R-AAAAAA", "R-BBBBBB"]


def test_points_that_expire_first_are_set_aside_first(at):
    house, card = furnish(points=0), stock_gift_card()
    give_points(house.maya.id, 5_000)
    give_points(house.maya.id, 4_000, days=20)
    ask_for(house.maya, card)
    taken = session().execute(
        sa.select(Lot.granted, HoldLot.amount).join(HoldLot, HoldLot.lot_id == Lot.id)
    )
    assert sorted(map(tuple, taken)) == [(4_000, 4_000), (5_000, 1_000)]


def test_somebody_without_an_account_has_no_points_to_spend(at):
    furnish()
    tomas, card = actor_of(employ("Tomás Ortega")), stock_gift_card()
    with pytest.raises(InsufficientPoints, match="5,000 more points"), transaction():
        submit_redemption(tomas, order_for(card), request_key=new_key(), at=at)


def test_nobody_goes_twice_on_one_departure(at, queue, time):
    house, trip = furnish(points=200_000), stock_lisbon_trip(points=20_000)
    first = ask_for(house.maya, trip)
    time.forward(days=60)  # another year, so the limit of one a year would allow it
    with pytest.raises(AlreadyGoing, match="a place on Lisbon long weekend already"):
        ask_for(house.maya, trip)
    assert (points_now(house.maya).held, stock_of(trip.variant_id)[1]) == (20_000, 1)
    cancel(house.maya, first)
    assert story_of(ask_for(house.maya, trip)) == [LineState.PENDING_APPROVAL]
