"""What a sync makes of the shelf: rewards, prices, tombstones, and what a curator wrote."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog import operations, queries
from catalog.margins.models import VariantCost
from catalog.models import Reward, Variant
from catalog.operations import NewPrice, RewardText
from catalog.providers import queries as queries_of_providers
from catalog.providers import runner
from catalog.providers.models import ProviderChange
from catalog.providers.operations import desk, syncing, taking
from catalog.providers.queries import items_of, provider_row
from catalog.providers.states import ChangeKind, NewBrands, SyncState
from catalog.providers.terms import Terms
from catalog.states import RewardState, VariantState
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, IllegalMove
from redemption.models import RedemptionLine
from tests.support.people import actor, employ
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
    synced,
    variant_of,
)
from tests.support.redemption import ask_for, give_points, line_of

TERMS = {"tier_slug": "starter", "price_country": "US", "most_taken_percent": 100}
TWO = {"Books": [item("B-50"), item("B-100", 100)], "Tea": [item("T-20", 20)]}


def points_of(sku: str) -> int:
    offer = queries.offer(Actor.system(), synced(sku).variant_id, at=clock.now())
    return offer.points


def read_through(provider: int, answer: bytes) -> SyncState:
    sync_id = read(provider, answer)
    state = queries_of_providers.sync_of(provider, sync_id).state
    session().close()
    return state


def facts_of(reward: Reward) -> RewardText:
    own = [one.name for one in fields(RewardText) if one.name != "tier_slug"]
    return RewardText(tier_slug="starter", **{name: getattr(reward, name) for name in own})


def costs():
    rows = session().execute(
        sa.select(
            Variant.sku, VariantCost.cost_minor, VariantCost.reference_minor, VariantCost.currency
        ).join(Variant, Variant.id == VariantCost.variant_id)
    )
    return {sku.partition(":")[2]: tuple(cost) for sku, *cost in rows}


def test_a_brand_becomes_a_reward_and_its_items_variants(at):
    sync_id = read(add_provider(), catalog(**TWO))
    assert changes(sync_id) == {"added": 3}
    assert reward_of("B-50").id == reward_of("B-100").id
    assert (reward_of("B-50").name, reward_of("B-50").state) == ("Books", RewardState.PUBLISHED)
    assert (variant_of("B-50").cash_minor, variant_of("B-50").currency) == (5_000, "USD")
    assert variant_of("B-50").label == "$50"
    assert reward_of("B-50").included == [
        "Comes as a code",
        "Can be replaced when it does not work",
    ]
    assert points_of("B-50") == 5_000


def test_a_range_is_one_variant_from_its_lowest_amount_in_whole_steps(at):
    read(add_provider(), catalog(Books=[a_range("ANY", 1, 50_000)]))
    variant = variant_of("ANY")
    assert (variant.cash_minor, variant.range_to_minor, variant.step_minor) == (100, 50_000, 100)


def test_the_same_answer_again_changes_nothing(at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    before = session().scalar(sa.text("SELECT count(*) FROM audit_entries"))
    assert changes(read(provider, catalog(**TWO))) == {}
    assert session().scalar(sa.text("SELECT count(*) FROM audit_entries")) == before


def test_people_see_what_is_for_their_country_and_namibia_is_one(maya, at):
    told = [item("US-1"), item("NA-1", countries=["NA"])]
    read(add_provider(), catalog(Books=told))
    ndapewa = actor(employ("Ndapewa Shikongo", country="NA"))
    assert queries.offer(ndapewa, synced("NA-1").variant_id, at=at).name == "Books (USD, NA)"
    with pytest.raises(Exception, match="can't find"):
        queries.offer(ndapewa, synced("US-1").variant_id, at=at)
    assert queries.offer(maya, synced("US-1").variant_id, at=at).name == "Books (USD, US)"


def test_rewards_of_a_brand_are_told_apart_by_their_currency_where_that_is_enough(at):
    euro = item("E-50", currency_code="EUR", countries=["PT"])
    read(add_provider(), catalog(Books=[item("B-50"), euro]))
    assert (reward_of("B-50").name, reward_of("E-50").name) == ("Books (USD)", "Books (EUR)")


def test_what_is_gone_leaves_a_tombstone_and_comes_back_as_it_was(at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    reward, variant = reward_of("T-20").id, variant_of("T-20").id
    gone = read(provider, catalog(Books=TWO["Books"]))
    assert changes(gone) == {"gone": 1}
    assert synced("T-20").gone_at is not None
    assert not is_on_sale("T-20")
    assert reward_of("T-20").state is RewardState.RETIRED
    assert changes(read(provider, catalog(Books=TWO["Books"]))) == {}
    assert changes(read(provider, catalog(**TWO))) == {"back": 1}
    assert (reward_of("T-20").id, variant_of("T-20").id) == (reward, variant)
    assert reward_of("T-20").state is RewardState.PUBLISHED
    assert is_on_sale("T-20")


def test_a_reward_that_priya_retired_stays_retired(priya, at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    with transaction():
        operations.retire_reward(priya, reward_of("T-20").id, reason="", at=at)
    read(provider, catalog(Books=TWO["Books"]))
    read(provider, catalog(**TWO))
    assert reward_of("T-20").state is RewardState.RETIRED


def test_a_draft_that_priya_discarded_hinders_no_sync_and_stays_away(priya, at):
    provider = add_provider(new_brands=NewBrands.DRAFT)
    read(provider, catalog(**TWO))
    discarded = reward_of("T-20").id
    with transaction():
        operations.discard_draft(priya, discarded, at=at)
    dearer = catalog(Books=TWO["Books"], Tea=[item("T-20", 30), item("T-40", 40)])
    assert read_through(provider, dearer) is SyncState.DONE
    assert read_through(provider, catalog(terms="New.", **TWO)) is SyncState.DONE
    assert read_through(provider, catalog(Books=TWO["Books"])) is SyncState.DONE
    assert read_through(provider, catalog(**TWO)) is SyncState.DONE
    assert session().get_one(Reward, discarded).state is RewardState.DISCARDED
    standing = {one.sku: one.standing[0] for one in items_of(provider, at=clock.now())}
    assert standing["T-20"] == "Its draft was discarded"


def test_what_a_sync_puts_back_is_told_like_what_priya_puts_back(at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    read(provider, catalog(Books=[item("B-50")], Tea=TWO["Tea"]))
    read(provider, catalog(**TWO))
    deeds = sa.select(AuditEntry.action).where(
        AuditEntry.subject == f"reward:{reward_of('B-100').id}", AuditEntry.action.like("%variant")
    )
    told = session().scalars(deeds.order_by(AuditEntry.id)).all()
    assert told[-2:] == ["catalog.withdraw_variant", "catalog.offer_variant"]


def test_a_draft_without_a_summary_waits_for_priya_and_hinders_nobody(priya, at):
    provider = add_provider(new_brands=NewBrands.DRAFT)
    read(provider, catalog(**TWO))
    bare = replace(facts_of(reward_of("T-20")), summary="")
    with transaction():
        operations.rewrite_reward(priya, reward_of("T-20").id, bare, at=at)
    brands = [one.id for one in queries_of_providers.brands_to_publish(provider)]
    session().close()
    with transaction():
        assert desk.publish_brands(priya, provider, brands, at=at) == 1
    with transaction():
        desk.set_terms(priya, provider, Terms(**TERMS, new_brands=NewBrands.PUBLISH), at=at)
    assert read_through(provider, catalog(**TWO)) is SyncState.DONE
    assert reward_of("B-50").state is RewardState.PUBLISHED
    assert reward_of("T-20").state is RewardState.DRAFT


def test_a_brand_that_is_refused_is_named_and_the_others_go_their_way(at, monkeypatch):
    written = operations.create_reward

    def refuse_books(actor, new, *, at):
        if new.text.brand == "Books":
            raise BadInput("Enter a name that says more.")
        return written(actor, new, at=at)

    monkeypatch.setattr(operations, "create_reward", refuse_books)
    provider = add_provider()
    sync_id = read(provider, catalog(**TWO))
    assert queries_of_providers.sync_of(provider, sync_id).state is SyncState.DONE
    session().close()
    assert changes(sync_id) == {"added": 1, "refused": 1}
    told = queries_of_providers.changes_of(sync_id, kind=ChangeKind.REFUSED)
    assert [one.name for one in told] == ["Books"]
    assert told[0].after.startswith("Enter a name that says more. We could not take this brand")
    assert is_on_sale("T-20")


@pytest.mark.parametrize("name", ["New", "Notes", "Report"])
def test_a_brand_called_like_a_page_gets_an_address_of_its_own(at, name):
    read(add_provider(), catalog(**{name: [item("N-50")]}))
    assert reward_of("N-50").slug == f"cardhouse-{name.lower()}"


def test_what_is_not_available_is_there_not_on_sale_and_says_why(at):
    provider = add_provider()
    read(provider, catalog(Books=[item("B-50"), item("B-100", 100, available=False)]))
    assert not is_on_sale("B-100")
    standing = {one.sku: one.standing[0] for one in items_of(provider, at=clock.now())}
    assert standing == {"B-50": "On sale", "B-100": "The provider has none now"}
    session().close()
    assert changes(read(provider, catalog(**TWO)))["available"] == 1
    assert is_on_sale("B-100")


def test_a_request_under_way_keeps_its_name_terms_and_price(maya, at):
    provider = add_provider()
    read(provider, catalog(terms="Valid for a year.", **TWO))
    give_points(maya.id, 10_000)
    reference = ask_for(maya, queries.offer(maya, synced("B-50").variant_id, at=at))
    session().close()
    read(provider, catalog(terms="Valid for a week.", Reads=[item("B-50", 60)]))
    line = session().get_one(RedemptionLine, line_of(reference).id)
    assert (line.snapshot["name"], line.snapshot["label"]) == ("Books", "$50")
    assert (line.points, line.snapshot["cash_minor"]) == (5_000, 5_000)
    assert line.snapshot["terms"] == "Valid for a year."
    now = reward_of("B-50")
    assert (now.name, now.terms, variant_of("B-50").label) == ("Reads", "Valid for a week.", "$60")
    session().close()
    read(provider, catalog())
    assert session().get_one(RedemptionLine, line.id).snapshot["terms"] == "Valid for a year."
    assert session().get(Variant, line.variant_id) is not None


def test_what_priya_wrote_stays_and_the_page_shows_both(priya, at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    reward = reward_of("T-20")
    words = operations.RewardText(name="Tea for two", tier_slug="explorer", summary="Sip.")
    with transaction():
        operations.rewrite_reward(priya, reward.id, words, at=at)
        operations.set_price(priya, variant_of("T-20").id, 1_900, at=at)
    told = item("T-20", 20, description="Card renamed")
    report = changes(read(provider, catalog({"USD": "1.00"}, Books=TWO["Books"], Tea=[told])))
    assert report == {"renamed": 1}
    assert (reward_of("T-20").name, points_of("T-20")) == ("Tea for two", 1_900)
    (shown,) = [one for one in items_of(provider, at=clock.now()) if one.sku == "T-20"]
    assert (shown.reward_name, shown.given_name) == ("Tea for two", "Tea")
    assert (shown.points, shown.given_points) == (1_900, 2_000)
    assert {"name", "summary"} <= set(shown.own_words)


def test_another_amount_brings_another_price_and_label(at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    report = changes(read(provider, catalog(Books=TWO["Books"], Tea=[item("T-20", 25)])))
    assert report == {"face_value": 1, "price": 1}
    assert (variant_of("T-20").label, points_of("T-20")) == ("$25", 2_500)


@pytest.mark.parametrize(
    ("before", "after", "points"),
    [
        (item("T", 20), item("T", 25), 2_500),
        (a_range("T", 500, 5_000), a_range("T", 1_000, 5_000), 1_000),
    ],
)
def test_the_price_priya_set_for_one_amount_does_not_stay_for_another(
    priya, at, before, after, points
):
    provider = add_provider()
    read(provider, catalog(Tea=[before]))
    with transaction():
        operations.set_price(priya, synced("T").variant_id, 700, at=at)
    assert changes(read(provider, catalog(Tea=[before]))) == {}
    assert points_of("T") == 700
    assert changes(read(provider, catalog(Tea=[after]))) == {"face_value": 1, "price": 1}
    assert points_of("T") == points


def test_priya_reads_in_the_history_that_a_card_is_over_another_amount(priya, sign_in, at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    read(provider, catalog(Books=TWO["Books"], Tea=[item("T-20", 25)]))
    path = f"/manage/catalog/{reward_of('T-20').slug}/history"
    prices = sign_in(priya.id).get(f"{path}?about=prices").text
    assert "$25 counts as $25; before that $20" in prices
    assert "$25 went from 2,000 to 2,500 points" in prices
    assert "“$20” became “$25”" in sign_in(priya.id).get(f"{path}?about=variants").text


def test_a_brand_of_another_name_keeps_its_reward(at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    reward = reward_of("T-20").id
    assert changes(read(provider, catalog(Books=TWO["Books"], Chai=TWO["Tea"]))) == {"renamed": 1}
    assert (reward_of("T-20").id, reward_of("T-20").name) == (reward, "Chai")


def test_other_countries_take_the_reward_along(at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    reward = reward_of("T-20").id
    told = item("T-20", 20, countries=["CA", "US"])
    assert changes(read(provider, catalog(Books=TWO["Books"], Tea=[told]))) == {"where": 1}
    assert reward_of("T-20").id == reward
    sam = actor(employ("Sam Roy", country="CA"))
    assert queries.offer(sam, synced("T-20").variant_id, at=at).name == "Tea"


def test_priya_reads_in_the_history_where_a_sync_took_a_card(priya, sign_in, at):
    provider = add_provider()
    read(provider, catalog(Coffee=[item("A", countries=["US"])]))
    read(provider, catalog(Coffee=[item("A", countries=["PT", "US"])]))
    slug = session().scalar(sa.select(Reward.slug))
    page = sign_in(priya.id).get(f"/manage/catalog/{slug}/history").text
    assert "Portugal" in page
    assert page.count("United States") >= 2


def test_a_synced_card_costs_its_face_value_here_and_elsewhere(at):
    provider = add_provider()
    read(provider, catalog(Books=[item("A", 25), a_range("ANY", 1, 50_000)]))
    assert costs() == {"A": (2_500, 2_500, "USD"), "ANY": (100, 100, "USD")}
    read(provider, catalog(Books=[item("A", 30), a_range("ANY", 1, 50_000)]))
    assert costs()["A"] == (3_000, 3_000, "USD")


def test_an_item_that_parts_from_the_others_gets_a_reward_of_its_own(at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    old = variant_of("B-100").id
    told = [item("B-50"), item("B-100", 100, countries=["CA"])]
    read(provider, catalog(Books=told, Tea=TWO["Tea"]))
    assert reward_of("B-50").id != reward_of("B-100").id
    assert session().get_one(Variant, old).state is VariantState.WITHDRAWN
    assert is_on_sale("B-100")


def test_an_item_that_moves_to_another_brand_is_on_sale_once(at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    old = variant_of("B-100").id
    read(provider, catalog(Books=[item("B-50")], Tea=[*TWO["Tea"], item("B-100", 100)]))
    assert session().get_one(Variant, old).state is VariantState.WITHDRAWN
    assert is_on_sale("B-100")
    assert reward_of("B-100").id == reward_of("T-20").id


def test_money_becomes_points_by_rate_markup_and_step(at):
    euro = item("E-50", 50, currency_code="EUR")
    read(add_provider(markup_percent=10, round_to=100), catalog(Books=[euro]))
    assert points_of("E-50") == 6_900  # 50 / 0.80 = $62.50, 10 percent more, up to hundreds


def test_without_a_rate_an_item_is_kept_off_the_shelf_with_the_reason(at):
    provider = add_provider()
    sync_id = read(provider, catalog(Books=[item("B-50"), item("L", currency_code="SEK")]))
    assert changes(sync_id) == {"added": 2, "refused": 1}
    assert synced("L").problem == "The answer has no exchange rate for SEK."
    assert synced("L").variant_id is None


def test_an_item_that_became_unreadable_goes_off_sale_and_not_into_the_grave(at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    told = [item("B-50"), item("B-100", denomination="-1")]
    assert changes(read(provider, catalog(Books=told, Tea=TWO["Tea"]))) == {"refused": 1}
    assert synced("B-100").gone_at is None
    assert not is_on_sale("B-100")
    brand = synced("B-100").brand_id
    session().close()
    with transaction():
        taking.reprice(provider, brand, at=at)
    assert not is_on_sale("B-100"), "another price heals nothing"
    session().close()
    read(provider, catalog(**TWO))
    assert is_on_sale("B-100")


def test_a_sync_that_would_take_too_much_waits_for_priya(priya, at, queue):
    provider = add_provider(most_taken_percent=30)
    read(provider, catalog(**TWO))
    held = read(provider, catalog())
    last = row(provider).last
    assert (last.id, last.state, last.taken, last.live) == (held, SyncState.HELD, 3, 3)
    assert is_on_sale("B-50")
    session().close()
    with transaction():
        syncing.discard_sync(priya, held, at=at)
    assert is_on_sale("B-50")
    session().close()
    with transaction(), pytest.raises(IllegalMove):
        syncing.confirm_sync(priya, held, at=at)
    again = read(provider, catalog())
    with transaction():
        syncing.confirm_sync(priya, again, at=at)
    queue.run_due()
    assert changes(again) == {"gone": 3}
    assert reward_of("B-50").state is RewardState.RETIRED


def test_new_brands_are_drafts_until_priya_chooses_them_and_then_come_by_themselves(priya, at):
    provider = add_provider(new_brands=NewBrands.CHOSEN)
    read(provider, catalog(**TWO))
    assert reward_of("B-50").state is RewardState.DRAFT
    brand = synced("B-50").brand_id
    session().close()
    with transaction():
        assert desk.publish_brands(priya, provider, [brand], at=at) == 1
    more = [*TWO["Books"], item("CA-1", countries=["CA"])]
    read(provider, catalog(Books=more, Tea=TWO["Tea"]))
    assert reward_of("CA-1").state is RewardState.PUBLISHED
    assert reward_of("T-20").state is RewardState.DRAFT


def test_another_rule_brings_other_prices_and_leaves_those_set_by_hand(priya, at, queue):
    provider = add_provider()
    read(provider, catalog(**TWO))
    with transaction():
        operations.set_price(priya, variant_of("T-20").id, 1_900, at=at)
        terms = Terms(tier_slug="starter", price_country="US", markup_percent=20)
        desk.set_terms(priya, provider, terms, at=at)
    queue.run_due()
    assert (points_of("B-50"), points_of("T-20")) == (6_000, 1_900)


def test_after_the_sale_priya_planned_a_card_costs_what_the_rule_says_by_then(
    priya, at, queue, time
):
    """A rule that changes while a sale runs is not taken for a price set by hand."""
    provider = add_provider()
    read(provider, catalog(**TWO))
    sale = NewPrice(points=1_500, valid_until=at + timedelta(days=3))
    with transaction():
        operations.plan_price(priya, variant_of("T-20").id, sale, at=at)
        terms = Terms(tier_slug="starter", price_country="US", markup_percent=20)
        desk.set_terms(priya, provider, terms, at=at)
    queue.run_due()
    assert (points_of("B-50"), points_of("T-20")) == (6_000, 1_500)
    time.forward(days=4)
    assert changes(read(provider, catalog(**TWO))) == {"price": 1}
    assert points_of("T-20") == 2_400


def test_a_worker_that_dies_in_the_middle_is_followed_by_one_that_does_the_rest(at, monkeypatch):
    provider = add_provider()
    deaths = iter([True])

    def die_once(name: str) -> None:
        if name == "providers.brand_taken" and next(deaths, False):
            raise KeyboardInterrupt

    monkeypatch.setattr(runner, "crashpoint", die_once)
    with pytest.raises(KeyboardInterrupt):
        read(provider, catalog(**TWO))
    session().close()
    sync_id = row(provider).last.id
    assert changes(sync_id) == {"added": 2}, "the first brand is there"
    runner.take_over(sync_id)
    runner.take_over(sync_id)
    assert changes(sync_id) == {"added": 3}
    assert session().scalar(sa.select(sa.func.count()).select_from(Variant)) == 3
    assert row(provider).last.state is SyncState.DONE


def test_two_rewards_of_one_name_have_addresses_of_their_own(at):
    read(add_provider(), catalog(**{"Tea!": [item("A")], "Tea?": [item("B")], "茶": [item("C")]}))
    slugs = {reward_of(sku).slug for sku in "ABC"}
    assert slugs == {"tea", "tea-2", "cardhouse"}


def test_a_broken_file_changes_nothing(at):
    provider = add_provider()
    with pytest.raises(BadInput, match="Nothing was changed"):
        read(provider, b"{")
    assert row(provider).last is None


def test_a_report_is_never_changed(at):
    read(add_provider(), catalog(**TWO))
    with pytest.raises(Exception, match="append-only"), transaction():
        session().execute(sa.update(ProviderChange).values(before="x"))
    with pytest.raises(Exception, match="append-only"), transaction():
        session().execute(sa.delete(ProviderChange))


def test_the_page_of_a_provider_that_nobody_added_is_not_found(at):
    with pytest.raises(Exception, match="can't find"):
        provider_row("nobody", at=at)
