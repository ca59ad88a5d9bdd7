"""Who sees what: the same rule on the shelf, on the page and when asking."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from catalog import operations, queries
from catalog.audiences.clauses import EARNED_FIRST, Clause, Lock, Rule, any_way, clauses_of
from catalog.audiences.models import Audience
from catalog.audiences.operations import invite, uninvite
from catalog.errors import NotEligible, NotOnSale, PriceChanged, StillLocked
from catalog.policies import redeem_obstacle
from catalog.queries import StoreFilters
from catalog.queries.audience import reader_of
from catalog.states import AudienceAttribute as Attribute
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.operations import grant_entitlements
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from tests.support.catalog import (
    add_variant,
    draft_reward,
    put_tiers,
    stock_badge,
    stock_lisbon_trip,
    stock_reward,
)
from tests.support.entitlements import won
from tests.support.ledger import GIVEN, give_points
from tests.support.people import actor, employ

HERE, ELSEWHERE = "Lisbon", "Oslo"
HOUR = timedelta(hours=1)


def names_seen_by(somebody, at):
    page = queries.storefront(reader_of(somebody, at), StoreFilters(), available=0)
    return {card.name for card in page.cards}


def rules_of(somebody, *, fit):
    other = "999999"
    return {
        Attribute.DEPARTMENT: str(somebody.department_id) if fit else other,
        Attribute.SITE: HERE if fit else ELSEWHERE,
        Attribute.COUNTRY: "US" if fit else "NO",
        Attribute.OUTSIDE_COUNTRY: "NO" if fit else "US",
        Attribute.ROLE: "employee" if fit else "admin",
    }


@pytest.mark.parametrize("attribute", sorted(set(Attribute) - EARNED_FIRST))
def test_a_rule_that_fits_opens_and_one_that_does_not_hides(maya, at, attribute):
    backpack = stock_reward()
    for fit in (True, False):
        with transaction():
            value = rules_of(maya, fit=fit)[attribute]
            operations.open_to({attribute: [value]}, reward_id=backpack.reward_id, at=at)
        assert ("Trail backpack" in names_seen_by(maya, at)) is fit


def test_one_value_of_an_attribute_has_to_fit_and_every_attribute(maya, at):
    backpack = stock_reward()
    with transaction():
        rules = {Attribute.SITE: [ELSEWHERE, HERE], Attribute.COUNTRY: ["US"]}
        operations.open_to(rules, reward_id=backpack.reward_id, at=at)
    assert names_seen_by(maya, at) == {"Trail backpack"}
    with transaction():
        rules = {Attribute.SITE: [ELSEWHERE, HERE], Attribute.COUNTRY: ["NO"]}
        operations.open_to(rules, reward_id=backpack.reward_id, at=at)
    assert names_seen_by(maya, at) == set()


def test_a_rule_on_a_tier_holds_for_all_its_rewards(maya, at):
    stock_reward()
    stock_badge()
    with transaction():
        operations.open_to({Attribute.SITE: [ELSEWHERE]}, tier_id=put_tiers()["explorer"], at=at)
    assert names_seen_by(maya, at) == {"Bridge builder badge"}


def lock_seen_by(somebody, at):
    (card,) = queries.storefront(reader_of(somebody, at), StoreFilters(), available=0).cards
    return card.lock


def test_tenure_counts_full_months_and_what_is_short_of_it_is_shown_locked(at):
    stock = stock_reward()
    with transaction():
        operations.open_to({Attribute.TENURE_MONTHS: ["12"]}, reward_id=stock.reward_id, at=at)
    yesterday_a_year = actor(employ("Ada Long", hired_on=date(2025, 11, 23)))
    tomorrow_a_year = actor(employ("Tom Short", hired_on=date(2025, 11, 24)))
    unknown = actor(employ("Uma Unknown", hired_on=None))
    assert lock_seen_by(yesterday_a_year, at) is None
    after_a_year = Clause((Rule(Attribute.TENURE_MONTHS, "12"),), is_shown_locked=True)
    assert lock_seen_by(tomorrow_a_year, at) == Lock((after_a_year,))
    assert lock_seen_by(unknown, at) == Lock((after_a_year,))


def test_what_is_locked_can_be_looked_at_but_not_asked_for(at):
    stock = stock_reward(points=900)
    with transaction():
        operations.open_to({Attribute.TENURE_MONTHS: ["12"]}, reward_id=stock.reward_id, at=at)
    newcomer = actor(employ("Tom Short", hired_on=date(2026, 11, 1)))
    page = queries.reward_page(newcomer, stock.slug, available=5_000, at=at)
    obstacle = redeem_obstacle(page.chosen, 5_000, used=0, at=at)
    assert (obstacle.code, page.chosen.lock is None) == ("locked", False)
    with pytest.raises(StillLocked, match="not open to you yet"):
        operations.confirm_offer(newcomer, stock.variant_id, seen_points=900, at=at)
    shelf = queries.storefront(reader_of(newcomer, at), StoreFilters(), available=5_000)
    assert (shelf.matching, shelf.within_reach) == (1, 0)


def test_a_manager_may_hide_what_is_locked(at):
    stock = stock_reward()
    hidden = clauses_of({Attribute.TENURE_MONTHS: ["12"]}, is_shown_locked=False)
    with transaction():
        operations.open_to(hidden, reward_id=stock.reward_id, at=at)
    newcomer = actor(employ("Tom Short", hired_on=date(2026, 11, 1)))
    assert names_seen_by(newcomer, at) == set()


def test_a_tier_opens_with_points_ever_earned(maya, at):
    stock_reward()
    with transaction():
        operations.open_to(
            {Attribute.POINTS_EARNED: ["1000"]}, tier_id=put_tiers()["explorer"], at=at
        )
    give_points(maya.id, 999)
    assert lock_seen_by(maya, at) is not None
    give_points(maya.id, 1)
    assert lock_seen_by(maya, at) is None


def test_a_tier_opens_in_any_of_its_ways(maya, omar, priya, at):
    stock_reward()
    tier_id = put_tiers()["explorer"]
    ways = any_way(
        {Attribute.POINTS_EARNED: ["20000"], Attribute.INVITATION: [str(tier_id)]},
        is_shown_locked=True,
    )
    with transaction():
        operations.open_to(ways, tier_id=tier_id, at=at)
        invite(priya, tier_id, omar.id, at=at)
    (way,) = lock_seen_by(maya, at).clauses
    assert {rule.attribute for rule in way.rules} == {
        Attribute.POINTS_EARNED,
        Attribute.INVITATION,
    }
    assert lock_seen_by(omar, at) is None
    with transaction():
        assert uninvite(priya, tier_id, omar.id, at=at)
    assert lock_seen_by(omar, at) is not None


def test_nobody_invites_themselves(priya, at):
    tier_id = put_tiers()["summit"]
    with transaction(), pytest.raises(BadInput, match="can't invite yourself"):
        invite(priya, tier_id, priya.id, at=at)


def test_an_entitlement_opens_the_reward_that_was_won_and_no_other(maya, omar, at):
    trip = stock_lisbon_trip()
    with transaction():
        operations.open_to(
            {Attribute.ENTITLEMENT: [str(trip.reward_id)]}, reward_id=trip.reward_id, at=at
        )
    with transaction():
        prize = [won(maya.id, variant_id=trip.variant_id)]
        grant_entitlements(GIVEN, prize, actor=Actor.system(), at=at)
    assert lock_seen_by(maya, at) is None
    assert lock_seen_by(omar, at) is not None


def test_points_of_a_program_open_what_is_for_its_people(maya, omar, at):
    stock = stock_reward()
    give_points(maya.id, 100)
    with transaction():
        operations.open_to({Attribute.PROGRAM: [str(GIVEN)]}, reward_id=stock.reward_id, at=at)
    assert lock_seen_by(maya, at) is None
    assert lock_seen_by(omar, at) is not None


@pytest.mark.parametrize("value", ["", "-1", "12.5", "1_0", "١٢", "9" * 12, "x"])
def test_a_number_that_is_none_is_refused(at, value):
    stock = stock_reward()
    with transaction(undo=True), pytest.raises(BadInput):
        operations.open_to({Attribute.TENURE_MONTHS: [value]}, reward_id=stock.reward_id, at=at)


def test_the_same_audience_is_kept_once(maya, at):
    first, second = stock_reward(), stock_badge()
    rules = {Attribute.SITE: [HERE, ELSEWHERE], Attribute.COUNTRY: ["US"]}
    turned = {Attribute.COUNTRY: ["US"], Attribute.SITE: [ELSEWHERE, HERE]}
    with transaction():
        operations.open_to(rules, reward_id=first.reward_id, at=at)
        operations.open_to(turned, reward_id=second.reward_id, at=at)
    assert session().scalar(sa.select(sa.func.count()).select_from(Audience)) == 1


def test_what_is_not_for_me_does_not_exist(maya, at):
    backpack = stock_reward()
    with transaction():
        operations.open_to({Attribute.SITE: [ELSEWHERE]}, reward_id=backpack.reward_id, at=at)
    with pytest.raises(NotFound):
        queries.offer(maya, backpack.variant_id, at=at)
    with pytest.raises(NotFound):
        queries.reward_page(maya, backpack.slug, available=0, at=at)
    with pytest.raises(NotEligible, match="isn't open to you") as refusal:
        operations.confirm_offer(maya, backpack.variant_id, seen_points=backpack.points, at=at)
    with pytest.raises(NotEligible) as unknown:
        operations.confirm_offer(maya, 999_999, seen_points=1, at=at)
    assert str(refusal.value) == str(unknown.value)
    assert refusal.value.status == 404


def test_drafts_and_retired_rewards_are_not_on_the_shelf(maya, at):
    draft_reward("Secret plan")
    backpack = stock_reward()
    with transaction():
        operations.retire_reward(Actor.system(), backpack.reward_id, reason="", at=at)
    assert names_seen_by(maya, at) == set()


def put_on_shelf(name, at, **dates):
    reward_id = draft_reward(name, **dates)
    add_variant(reward_id)
    with transaction():
        operations.publish_reward(Actor.system(), reward_id, at=at)


def test_a_reward_shows_from_its_first_to_its_last_moment(maya, at):
    put_on_shelf("Tomorrow", at, visible_from=at + HOUR)
    put_on_shelf("Yesterday", at, visible_until=at)
    put_on_shelf("Today", at, visible_from=at, visible_until=at + HOUR)
    assert names_seen_by(maya, at) == {"Today"}


def test_a_price_that_changed_is_named_before_a_point_is_spent(maya, at):
    backpack = stock_reward(points=5_000)
    with transaction():
        operations.set_price(Actor.system(), backpack.variant_id, 5_400, at=at)
    with pytest.raises(PriceChanged, match="now costs 5,400 points, 400 more") as refusal:
        operations.confirm_offer(maya, backpack.variant_id, seen_points=5_000, at=at)
    assert refusal.value.facts == {"old": 5_000, "new": 5_400}
    with pytest.raises(PriceChanged, match="100 fewer"):
        operations.confirm_offer(maya, backpack.variant_id, seen_points=5_500, at=at)
    assert (
        operations.confirm_offer(maya, backpack.variant_id, seen_points=5_400, at=at).left is None
    )


def test_a_variant_taken_off_the_shelf_cannot_be_confirmed(maya, at):
    backpack = stock_reward()
    with transaction():
        operations.add_variant(
            Actor.system(),
            backpack.reward_id,
            operations.NewVariant(label="Large", points=9_900),
            at=at,
        )
        operations.withdraw_variant(Actor.system(), backpack.variant_id, at=at)
    with pytest.raises(NotOnSale):
        operations.confirm_offer(maya, backpack.variant_id, seen_points=8_900, at=at)
