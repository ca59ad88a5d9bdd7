"""Writing, pricing, stocking, publishing and retiring rewards."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog import operations, queries
from catalog.errors import CannotPublish, CapacityTooLow, SlugTaken
from catalog.models import PriceVersion, Reward, RewardMove, VariantStock
from catalog.operations import NewVariant, RewardText
from catalog.shelf.models import ShelfEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, IllegalMove, NotFound
from tests.support.catalog import add_variant, draft_reward, stock_gift_card, stock_reward


def prices_of(variant_id):
    rows = session().scalars(
        sa.select(PriceVersion.points)
        .where(PriceVersion.variant_id == variant_id)
        .order_by(PriceVersion.id)
    )
    return list(rows)


def story_of(reward_id):
    rows = session().scalars(
        sa.select(RewardMove.to_state)
        .where(RewardMove.reward_id == reward_id)
        .order_by(RewardMove.id)
    )
    return [state.value for state in rows]


def listing_of(reward_id):
    row = session().execute(
        sa.select(ShelfEntry.points, Reward.lowest_cash_minor, Reward.highest_cash_minor)
        .join(Reward, Reward.id == ShelfEntry.reward_id)
        .where(Reward.id == reward_id)
    )
    return tuple(row.one())


def test_a_new_price_is_a_new_row_and_the_old_one_stays(priya, maya, at, time):
    backpack = stock_reward(points=8_900)
    with transaction():
        operations.set_price(priya, backpack.variant_id, 9_400, at=at)
    assert prices_of(backpack.variant_id) == [8_900, 9_400]
    assert queries.offer(maya, backpack.variant_id, at=at).points == 9_400
    before = at - timedelta(seconds=1)
    assert queries.offer(maya, backpack.variant_id, at=before).points == 8_900
    assert listing_of(backpack.reward_id)[0] == 9_400


def test_the_same_price_again_changes_nothing(priya, at):
    backpack = stock_reward(points=8_900)
    with transaction():
        operations.set_price(priya, backpack.variant_id, 8_900, at=at)
    assert prices_of(backpack.variant_id) == [8_900]


def test_of_two_prices_in_the_same_moment_the_later_one_holds(priya, maya, at):
    backpack = stock_reward()
    with transaction():
        operations.set_price(priya, backpack.variant_id, 100, at=at)
        operations.set_price(priya, backpack.variant_id, 200, at=at)
    assert queries.offer(maya, backpack.variant_id, at=at).points == 200


@pytest.mark.parametrize(
    "change", [sa.update(PriceVersion).values(points=1), sa.delete(PriceVersion)]
)
def test_the_database_refuses_to_change_a_price(at, change):
    stock_reward()
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), transaction():
        session().execute(change)


def test_a_draft_is_published_retired_and_published_again(priya, at):
    backpack = stock_reward()
    with transaction():
        operations.retire_reward(priya, backpack.reward_id, reason="Winter", at=at)
        operations.publish_reward(priya, backpack.reward_id, at=at)
    assert story_of(backpack.reward_id) == ["draft", "published", "retired", "published"]


def test_a_reward_is_not_published_twice_nor_retired_before(priya, at):
    backpack, draft = stock_reward(), draft_reward("Draft of a mug")
    with pytest.raises(IllegalMove, match="already published"), transaction():
        operations.publish_reward(priya, backpack.reward_id, at=at)
    with pytest.raises(IllegalMove), transaction():
        operations.retire_reward(priya, draft, reason="", at=at)


def test_nothing_is_published_without_a_summary_or_a_price(priya, at):
    bare, wordless = draft_reward("Bare"), draft_reward("Wordless", summary="")
    add_variant(wordless)
    with pytest.raises(CannotPublish, match="its price first"), transaction():
        operations.publish_reward(priya, bare, at=at)
    with pytest.raises(CannotPublish, match="Write a summary"), transaction():
        operations.publish_reward(priya, wordless, at=at)


def test_two_rewards_never_share_an_address(at):
    draft_reward("Café crème")
    with pytest.raises(SlugTaken, match="cafe-creme"):
        draft_reward("Cafe Crème!")


def test_a_name_of_signs_alone_is_no_name(at):
    with pytest.raises(BadInput, match="at least one letter"):
        draft_reward("***")


def test_a_tier_nobody_knows_is_refused(at):
    with pytest.raises(BadInput, match="no tier “royal”"):
        draft_reward(tier="royal")


def test_capacity_never_falls_below_what_is_promised(priya, at):
    backpack = stock_reward(capacity=5)
    with transaction():
        operations.reserve_stock(backpack.variant_id, 3, at=at)
    with pytest.raises(CapacityTooLow, match="3 are set aside or gone already"), transaction():
        operations.set_capacity(priya, backpack.variant_id, 2, reason="Lost", at=at)
    with transaction():
        operations.set_capacity(priya, backpack.variant_id, 3, reason="Two were damaged", at=at)
    assert session().scalar(sa.select(VariantStock.capacity)) == 3
    with transaction():
        operations.set_capacity(priya, backpack.variant_id, None, reason="Made to order", at=at)
    assert session().scalar(sa.select(VariantStock.capacity)) is None


def test_the_last_variant_of_a_published_reward_stays(priya, at):
    card = stock_gift_card(points=5_000)
    with pytest.raises(CannotPublish, match="Retire the reward instead"), transaction():
        operations.withdraw_variant(priya, card.variant_id, at=at)
    with transaction():
        dearer = NewVariant(label="$80", points=8_000, cash_minor=8_000, currency="USD")
        operations.add_variant(priya, card.reward_id, dearer, at=at)
    assert listing_of(card.reward_id) == (5_000, 5_000, 8_000)
    with transaction():
        operations.withdraw_variant(priya, card.variant_id, at=at)
    assert listing_of(card.reward_id) == (8_000, 8_000, 8_000)


def test_every_change_is_told_with_who_did_it(priya, at):
    backpack = stock_reward(capacity=5)
    with transaction():
        operations.set_price(priya, backpack.variant_id, 9_000, at=at)
        operations.set_capacity(priya, backpack.variant_id, 9, reason="Delivery of 4", at=at)
        words = RewardText(name="Trail pack", tier_slug="starter", summary="Lighter now.")
        operations.rewrite_reward(priya, backpack.reward_id, words, at=at)
        operations.redraw_reward(priya, backpack.reward_id, {"kind": "merchandise"}, at=at)
    page = queries.reward_editor(backpack.slug, at=at)
    told = [(change.who, change.action.removeprefix("catalog.")) for change in page.changes]
    assert told == [
        ("Priya Nair", "redraw"),
        ("Priya Nair", "rewrite"),
        ("Priya Nair", "set_capacity"),
        ("Priya Nair", "set_price"),
        (None, "published"),
        (None, "add_variant"),
        (None, "draft"),
    ]
    assert page.changes[1].details["after"] == {
        "name": "Trail pack",
        "summary": "Lighter now.",
        "tier": "Starter",
    }
    assert page.changes[1].details["before"]["tier"] == "Explorer"
    assert (page.name, page.tier_slug) == ("Trail pack", "starter")


def test_words_that_stay_the_same_leave_no_trace(priya, at):
    backpack = stock_reward()
    page = queries.reward_editor(backpack.slug, at=at)
    words = RewardText(name=page.name, tier_slug=page.tier_slug, summary=page.summary)
    with transaction():
        operations.rewrite_reward(priya, page.id, words, at=at)
    assert len(queries.reward_editor(backpack.slug, at=at).changes) == len(page.changes)


def test_what_does_not_exist_is_not_found(priya, at):
    with pytest.raises(NotFound), transaction():
        operations.publish_reward(priya, 999, at=at)
    with pytest.raises(NotFound), transaction():
        operations.set_price(priya, 999, 5, at=at)
    with pytest.raises(NotFound, match="no stock number"):
        operations.variant_id_of("nope")
    with pytest.raises(NotFound):
        queries.reward_editor("nope", at=at)
