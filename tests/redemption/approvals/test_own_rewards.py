"""Who set what a reward costs, is worth or whom it is for needs somebody else's yes to get it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog import operations, queries
from catalog.audiences.clauses import Clause, Rule
from catalog.audiences.opening import open_reward_to
from catalog.margins.operations import Cost, set_cost
from catalog.models import Tier
from catalog.operations import NewReward, NewVariant, RewardText
from catalog.operations.capacity import set_capacity
from catalog.operations.shelving import schedule_reward
from catalog.operations.variants import Worth, rename_variant, set_worth
from catalog.providers.operations.desk import set_terms, switch_provider
from catalog.providers.operations.syncing import confirm_sync
from catalog.providers.terms import Terms
from catalog.queries.history import SUBJECTS
from catalog.queries.offers import DECIDED_BY
from catalog.states import AudienceAttribute as Attribute
from catalog.states import Kind
from catalog.tiers.operations import open_tier_to
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.mail import Letter
from marketplace.people.operations.employment import revoke_role
from redemption.approvals.models import ApprovalPolicy
from redemption.approvals.queries.inbox import waiting_requests
from redemption.operations import submit
from redemption.refusals import SetUpMeanwhile
from redemption.states import LineState
from tests.support.catalog import stock_gift_card, stock_lisbon_trip, stock_reward
from tests.support.ledger import give_points
from tests.support.page_lint import lint_page
from tests.support.providers import add_provider, catalog, item, read, synced
from tests.support.redemption import ask_for, furnish, line_of, points_now


@pytest.fixture
def house(at):
    house = furnish()
    with transaction():
        give_points(house.priya.id, 100_000)
        give_points(house.omar.id, 100_000)
    return house


def price(actor, offer, points):
    with transaction():
        operations.set_price(actor, offer.variant_id, points, at=clock.now())
    return offer_for(actor, offer)


def offer_for(actor, offer):
    session().close()
    return queries.offer(actor, offer.variant_id, at=clock.now())


def test_priya_gets_nothing_at_a_price_of_her_own_before_somebody_agrees(house):
    headphones = stock_reward("Studio headphones", points=15_500)
    cheap = price(house.priya, headphones, 1)
    reference = ask_for(house.priya, cheap)
    assert line_of(reference).state is LineState.PENDING_APPROVAL
    (row,) = waiting_requests(house.wei, at=clock.now())
    assert (row.points, row.verdict.text) == (
        1,
        "Set up by who asks, otherwise within policy: tier Explorer",
    )


def test_setting_the_price_back_does_not_make_it_somebody_elses(house):
    headphones = stock_reward("Studio headphones", points=15_500)
    price(house.priya, headphones, 1)
    reference = ask_for(house.priya, price(house.priya, headphones, 15_500))
    assert line_of(reference).state is LineState.PENDING_APPROVAL


def test_others_get_it_at_once(house):
    headphones = price(house.priya, stock_reward("Studio headphones", points=15_500), 9_000)
    for somebody in (house.maya, house.omar):
        theirs = offer_for(somebody, headphones)
        assert line_of(ask_for(somebody, theirs)).state is LineState.APPROVED


def test_what_others_set_up_is_hers_at_once(house):
    headphones = stock_reward("Studio headphones", points=15_500)
    price(house.priya, stock_reward("Trail backpack"), 2)
    reference = ask_for(house.priya, offer_for(house.priya, headphones))
    assert line_of(reference).state is LineState.APPROVED


MANAGERS = (Clause((Rule(Attribute.ROLE, "program_manager"),), is_shown_locked=False),)
WORTH, COST = Worth(minor=50_000, currency="USD"), Cost(100, None, "USD")
DEEDS = {
    "what it is called": lambda who, one, at: rename_variant(
        who, one.variant_id, "Studio size", at=at
    ),
    "its worth": lambda who, one, at: set_worth(who, one.variant_id, WORTH, at=at),
    "its units": lambda who, one, at: set_capacity(who, one.variant_id, 5, reason="Found", at=at),
    "its cost": lambda who, one, at: set_cost(who, one.variant_id, COST, at=at),
    "whom it is for": lambda who, one, at: open_reward_to(who, one.reward_id, MANAGERS, at=at),
}


@pytest.mark.parametrize("deed", DEEDS)
def test_other_terms_are_a_hand_in_it_as_the_price_is(house, deed):
    backpack = stock_reward(capacity=3)
    with transaction():
        DEEDS[deed](house.priya, backpack, clock.now())
    reference = ask_for(house.priya, offer_for(house.priya, backpack))
    assert line_of(reference).state is LineState.PENDING_APPROVAL


def test_a_tier_she_opened_makes_what_stands_on_it_hers(house):
    backpack = stock_reward(tier="achiever")
    tier_id = session().scalar(sa.select(Tier.id).where(Tier.slug == "achiever"))
    session().close()
    with transaction():
        open_tier_to(house.priya, tier_id, MANAGERS, at=clock.now())
    assert offer_for(house.priya, backpack).is_own


def test_what_wei_took_off_the_shelf_priya_does_not_bring_back_for_herself(house):
    headphones = stock_reward("Studio headphones", points=1)
    with transaction():
        operations.retire_reward(
            house.wei, headphones.reward_id, reason="Wrong price", at=clock.now()
        )
    with transaction():
        operations.publish_reward(house.priya, headphones.reward_id, at=clock.now())
    reference = ask_for(house.priya, offer_for(house.priya, headphones))
    assert line_of(reference).state is LineState.PENDING_APPROVAL


def test_what_was_over_priya_does_not_prolong_for_herself(house):
    headphones = stock_reward("Studio headphones", points=1)
    ended = clock.now() + timedelta(minutes=1)
    with transaction():
        schedule_reward(house.wei, headphones.reward_id, None, ended, at=clock.now())
    with transaction():
        schedule_reward(house.priya, headphones.reward_id, None, None, at=clock.now())
    reference = ask_for(house.priya, offer_for(house.priya, headphones))
    assert line_of(reference).state is LineState.PENDING_APPROVAL


def test_what_she_wrote_and_others_priced_is_hers(house):
    text = RewardText(name="Studio headphones", tier_slug="explorer", summary="For two.")
    stock_reward()
    with transaction():
        new = NewReward(kind=Kind.MERCHANDISE, text=text)
        reward_id = operations.create_reward(house.priya, new, at=clock.now())
        priced = NewVariant(label="Black", points=9_000)
        variant_id = operations.add_variant(house.wei, reward_id, priced, at=clock.now())
        operations.publish_reward(house.wei, reward_id, at=clock.now())
    assert queries.offer(house.priya, variant_id, at=clock.now()).is_own


DECIDES_NOTHING = {
    f"catalog.{deed}"
    for deed in (
        *("redraw", "photo", "describe_photo", "remove_photo"),
        *("withdraw_variant", "cancel_departure", "retired", "discarded"),
        "restore_variant",  # by syncs only, in old entries
    )
} | {*SUBJECTS["trip"], *SUBJECTS["line"]}  # nobody plans a place for themselves, see docs/trips.md


USUAL = {"tier_slug": "starter", "price_country": "US"}


def card(sku="B-50"):
    """A card of a provider, as Priya may have it."""
    variant_id = synced(sku).variant_id
    session().close()
    return queries.offer(Actor.system(), variant_id, at=clock.now())


def test_terms_of_a_provider_are_a_hand_in_all_that_it_brings(house, queue):
    """Without a markup for the minute in which she asks."""
    provider = add_provider(markup_percent=100)
    read(provider, catalog(Books=[item("B-50")], Tea=[item("T-20", 20)]))
    elsewhere = stock_gift_card(points=5_000)
    with transaction():
        set_terms(house.priya, provider, Terms(**USUAL, markup_percent=0), at=clock.now())
    queue.run_due()
    cheap = offer_for(house.priya, card())
    assert cheap.points == 5_000
    assert line_of(ask_for(house.priya, cheap)).state is LineState.PENDING_APPROVAL
    assert not offer_for(house.omar, cheap).is_own
    assert not offer_for(house.priya, elsewhere).is_own


def test_rates_she_let_through_are_a_hand_in_all_that_the_provider_brings(house, queue):
    provider = add_provider()
    read(provider, catalog(Books=[item("B-50", currency_code="EUR")]))
    dear = card().points
    weak = {"USD": "1.00", "EUR": "80", "JPY": "100"}
    held = read(provider, catalog(weak, Books=[item("B-50", currency_code="EUR")]))
    assert not offer_for(house.priya, card()).is_own
    session().close()
    with transaction():
        confirm_sync(house.priya, held, at=clock.now())
    queue.run_due()
    cheap = offer_for(house.priya, card())
    assert (cheap.points < dear, cheap.is_own) == (True, True)


def test_letting_a_provider_rest_is_no_hand_in_what_it_brings(house):
    provider = add_provider()
    read(provider, catalog(Books=[item("B-50")]))
    with transaction():
        switch_provider(house.priya, provider, is_active=False, at=clock.now())
    assert not offer_for(house.priya, card()).is_own


def test_every_deed_in_the_history_decides_or_is_known_to_decide_nothing():
    known = {deed for deeds in SUBJECTS.values() for deed in deeds}
    elsewhere = {"catalog.open_tier", "providers.set_terms", "providers.applying"}
    assert set(DECIDED_BY) == known - DECIDES_NOTHING | elsewhere


def test_another_picture_is_no_hand_in_it(house):
    backpack = stock_reward()
    with transaction():
        operations.redraw_reward(house.priya, backpack.reward_id, {"variant": 7}, at=clock.now())
    reference = ask_for(house.priya, offer_for(house.priya, backpack))
    assert line_of(reference).state is LineState.APPROVED


def test_a_trip_goes_the_way_of_trips_and_says_who_set_it_up(house):
    trip = price(house.maya, stock_lisbon_trip(points=48_000), 40_000)
    ask_for(house.maya, trip)
    (row,) = waiting_requests(house.omar, at=clock.now())
    assert row.policy_name.startswith("Travel")
    assert row.verdict.text.startswith("Set up by who asks, otherwise within policy")


def test_without_the_policy_she_decides_alone(house):
    """The negative control: it is the policy that holds her request back."""
    headphones = price(house.priya, stock_reward("Studio headphones", points=15_500), 1)
    with transaction():
        ended = sa.update(ApprovalPolicy).where(ApprovalPolicy.for_own)
        session().execute(ended.values(valid_until=clock.now()))
    assert line_of(ask_for(house.priya, headphones)).state is LineState.APPROVED


def test_the_pages_tell_her_why_before_she_asks(house, sign_in):
    headphones = price(house.priya, stock_reward("Studio headphones", points=15_500), 9_000)
    browser = sign_in(house.priya.id)
    why = "You had a hand in its terms, so somebody else has to agree to it."
    for page in (f"/rewards/{headphones.slug}", f"/rewards/{headphones.slug}/redeem"):
        said = browser.get(page, follow_redirects=True).get_data(as_text=True)
        assert why in said
        assert "Wei Zhang" in said


def test_the_letters_and_her_request_say_why_somebody_else_decides(house, sign_in, queue):
    reference = ask_for(house.priya, price(house.priya, stock_reward(points=15_500), 9_000))
    queue.run_due()
    hers, asked = (
        session().scalars(sa.select(Letter.text).where(Letter.employee_id == who.id)).one()
        for who in (house.priya, house.wei)
    )
    session().close()
    page = sign_in(house.priya.id).get(f"/redemptions/{reference}").text
    why = "You had a hand in its terms, so somebody else has to agree to it."
    assert f"Wei Zhang decides. {why} Your points are set aside" in hers
    assert why in page
    assert "Priya Nair had a hand in what it costs, is worth or brings" in asked


def test_wei_reads_what_priya_set_and_not_what_it_costs_the_company(house, sign_in):
    headphones = price(house.priya, stock_reward("Studio headphones", points=15_500), 9_000)
    with transaction():
        set_cost(house.priya, headphones.variant_id, COST, at=clock.now())
    cheap = price(house.priya, headphones, 1)
    theirs = price(house.omar, cheap, 1_000)
    reference = ask_for(house.priya, offer_for(house.priya, theirs))
    page = sign_in(house.wei.id).get(f"/approvals/{reference}").text
    deeds = page.split("What Priya Nair set last")[1]
    assert deeds.index("went from 9,000 to 1 point") < deeds.index("went from 15,500 to 9,000")
    assert "1,000 points" not in deeds
    assert "cost" not in deeds.split("</main>")[0]
    assert lint_page(page) == []


def test_everyone_who_is_asked_reads_why_it_is_them(house, sign_in):
    trip = ask_for(house.maya, stock_lisbon_trip())
    own = ask_for(house.priya, price(house.priya, stock_reward(), 9_000))
    reads = {
        (house.omar, trip): "manager",
        (house.wei, trip): "travel approver",
        (house.wei, own): "travel approver, in place of the manager",
    }
    for (who, reference), why in reads.items():
        page = sign_in(who.id).get(f"/approvals/{reference}").text
        assert f">{why}</dd>" in page


def test_where_nobody_may_agree_the_page_says_that_it_is_because_of_her(house, sign_in):
    headphones = price(house.priya, stock_reward("Studio headphones", points=15_500), 9_000)
    with transaction():
        revoke_role(house.wei.id, Role.TRAVEL_APPROVER, actor=Actor.system(), at=clock.now())
    why = "You had a hand in its terms, so somebody else has to agree to it."
    page = sign_in(house.priya.id).get(f"/rewards/{headphones.slug}/redeem").text
    assert f"Nobody is set up to yet. {why}" in page


def test_what_the_system_set_up_is_nobodys_own(house):
    backpack = stock_reward()
    assert not offer_for(Actor.system(), backpack).is_own
    assert not offer_for(house.maya, backpack).is_own


def _adds_a_unit_while_asking(house, monkeypatch, sold_out):
    """Her second session adds a unit between the look and the last write of her request."""
    reserve = submit.reserve_stock

    def added_just_before(variant_id, quantity, *, at):
        set_capacity(house.priya, variant_id, 1, reason="Found one", at=at)
        reserve(variant_id, quantity, at=at)

    monkeypatch.setattr(submit, "reserve_stock", added_just_before)
    return ask_for(house.priya, sold_out)


def test_a_unit_priya_adds_while_she_asks_is_hers_too(house, monkeypatch):
    sold_out = stock_reward(capacity=0)
    with pytest.raises(SetUpMeanwhile, match="Nothing has been spent"):
        _adds_a_unit_while_asking(house, monkeypatch, sold_out)
    assert points_now(house.priya).held == 0


def test_control_without_the_second_look_she_has_it_at_once(house, monkeypatch):
    monkeypatch.setattr(submit, "_refuse_own_by_now", lambda *_what: None)
    reference = _adds_a_unit_while_asking(house, monkeypatch, stock_reward(capacity=0))
    assert line_of(reference).state is LineState.APPROVED


def test_a_ready_reason_for_a_no_fits_what_one_set_up_oneself(house, sign_in):
    own = ask_for(house.priya, price(house.priya, stock_reward("Studio headphones"), 1))
    usual = ask_for(house.maya, stock_gift_card(points=10_000))
    wei, omar = sign_in(house.wei.id), sign_in(house.omar.id)
    assert "have somebody else set its terms" in wei.get(f"/approvals/{own}/decline").text
    assert "have somebody else set its terms" not in omar.get(f"/approvals/{usual}/decline").text
