"""Who sees what: the same rule on the shelf, on the page and when asking."""

from datetime import date, timedelta

import pytest

from catalog import operations, queries
from catalog.errors import NotEligible, NotOnSale, PriceChanged
from catalog.queries import StoreFilters
from catalog.states import AudienceAttribute as Attribute
from marketplace.access.actor import Actor
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import NotFound
from tests.support.catalog import add_variant, draft_reward, put_tiers, stock_badge, stock_reward
from tests.support.people import actor, employ

HERE, ELSEWHERE = "Lisbon", "Oslo"
HOUR = timedelta(hours=1)


def names_seen_by(somebody, at):
    page = queries.storefront(somebody, StoreFilters(), available=0, at=at)
    return {card.name for card in page.cards}


def rules_of(somebody, *, fit):
    other = "999999"
    return {
        Attribute.DEPARTMENT: str(somebody.department_id) if fit else other,
        Attribute.SITE: HERE if fit else ELSEWHERE,
        Attribute.COUNTRY: "US" if fit else "NO",
        Attribute.ROLE: "employee" if fit else "admin",
        Attribute.TENURE_MONTHS: "44" if fit else "45",
    }


@pytest.mark.parametrize("attribute", list(Attribute))
def test_a_rule_that_fits_opens_and_one_that_does_not_hides(maya, at, attribute):
    backpack = stock_reward()
    for fit in (True, False):
        with transaction():
            value = rules_of(maya, fit=fit)[attribute]
            operations.open_to({attribute: [value]}, reward_id=backpack.reward_id)
        assert ("Trail backpack" in names_seen_by(maya, at)) is fit


def test_one_value_of_an_attribute_has_to_fit_and_every_attribute(maya, at):
    backpack = stock_reward()
    with transaction():
        rules = {Attribute.SITE: [ELSEWHERE, HERE], Attribute.COUNTRY: ["US"]}
        operations.open_to(rules, reward_id=backpack.reward_id)
    assert names_seen_by(maya, at) == {"Trail backpack"}
    with transaction():
        rules = {Attribute.SITE: [ELSEWHERE, HERE], Attribute.COUNTRY: ["NO"]}
        operations.open_to(rules, reward_id=backpack.reward_id)
    assert names_seen_by(maya, at) == set()


def test_a_rule_on_a_tier_holds_for_all_its_rewards(maya, at):
    stock_reward()
    stock_badge()
    with transaction():
        operations.open_to({Attribute.SITE: [ELSEWHERE]}, tier_id=put_tiers()["explorer"])
    assert names_seen_by(maya, at) == {"Bridge builder badge"}


def test_tenure_counts_full_months(at):
    stock = stock_reward()
    with transaction():
        operations.open_to({Attribute.TENURE_MONTHS: ["12"]}, reward_id=stock.reward_id)
    yesterday_a_year = actor(employ("Ada Long", hired_on=date(2025, 11, 23)))
    tomorrow_a_year = actor(employ("Tom Short", hired_on=date(2025, 11, 24)))
    unknown = actor(employ("Uma Unknown", hired_on=None))
    assert names_seen_by(yesterday_a_year, at) == {"Trail backpack"}
    assert names_seen_by(tomorrow_a_year, at) == set()
    assert names_seen_by(unknown, at) == set()


def test_what_is_not_for_me_does_not_exist(maya, at):
    backpack = stock_reward()
    with transaction():
        operations.open_to({Attribute.SITE: [ELSEWHERE]}, reward_id=backpack.reward_id)
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
