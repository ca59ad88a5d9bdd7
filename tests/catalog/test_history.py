"""Everything that was done with a reward is read as sentences, whole and page by page."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from catalog import operations
from catalog.amounts import Rate
from catalog.details import Detail, DetailKind
from catalog.operations import NewPrice
from catalog.operations.variants import Worth, ask_details
from catalog.queries import Change
from catalog.queries.history import HISTORY_PAGE, SUBJECTS, prices_over_time
from catalog.views.manage.sentences import TELLERS, teller
from marketplace.kernel.db import transaction
from tests.support.catalog import add_variant, stock_reward
from tests.support.page_lint import lint_page

NOON = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.fixture
def client(priya, sign_in):
    return sign_in(priya.id)


def page_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200
    assert lint_page(answer.text) == []
    return answer.text


def test_no_change_is_ever_left_out(client, priya, at):
    backpack = stock_reward(points=1_000)
    with transaction():
        for step in range(1, HISTORY_PAGE + 11):
            operations.set_price(priya, backpack.variant_id, 1_000 + step, at=at)
    path, found = f"/manage/catalog/{backpack.slug}/history", []
    while path:
        text = page_of(client, path)
        found += re.findall(r"went from ([0-9,]+) to", text)
        older = re.search(r'href="([^"]+before=[0-9]+)"', text)
        path = older and older[1].replace("&amp;", "&")
    assert found == [f"{1_000 + step:,}" for step in range(HISTORY_PAGE + 9, -1, -1)]


def test_changes_are_narrowed_by_what_they_are_about_and_who_made_them(client, priya, omar, at):
    backpack = stock_reward(points=1_000, capacity=5)
    with transaction():
        operations.set_price(priya, backpack.variant_id, 1_100, at=at)
        operations.adjust_stock(omar, backpack.variant_id, 20, reason="Delivery", at=at)
    path = f"/manage/catalog/{backpack.slug}/history"
    stock = page_of(client, f"{path}?about=stock")
    assert "5 became 25 (+20): Delivery" in stock
    assert "went from" not in stock
    his = page_of(client, f"{path}?who={omar.id}")
    assert "Delivery" in his
    assert "Published" not in his
    assert "Nothing of this kind happened" in page_of(client, f"{path}?about=words")
    assert "Published" in page_of(client, f"{path}?about=nonsense&who=x")


def test_what_is_told_names_the_size_and_its_stock_number_only_where_two_are_alike(
    client, priya, at
):
    backpack = stock_reward(points=1_000)
    second = add_variant(backpack.reward_id, "Size L", points=1_100)
    path = f"/manage/catalog/{backpack.slug}"
    with transaction():
        operations.set_price(priya, second, 1_250, at=at)
    for page in (path, f"{path}/history"):
        assert "Size L went from 1,100 to 1,250 points" in page_of(client, page)
    add_variant(backpack.reward_id, "Size L", points=1_500)
    assert f"{backpack.slug}-2 went from 1,100" in page_of(client, f"{path}/history")


def test_every_deed_belongs_to_something_the_history_is_narrowed_to(client, priya, at):
    narrowed = [deed for deeds in SUBJECTS.values() for deed in deeds]
    assert sorted(narrowed) == sorted(TELLERS)
    backpack = stock_reward()
    engraving = Detail(name="engraving", label="Engraving", kind=DetailKind.TEXT)
    with transaction():
        ask_details(priya, backpack.reward_id, [engraving], at=at)
    path = f"/manage/catalog/{backpack.slug}/history"
    assert "Asks for Engraving" in page_of(client, f"{path}?about=words")


def test_every_deed_that_is_noted_of_a_reward_is_told_in_words():
    noted = re.compile(r'note_deed\(\s*\w+,\s*"([a-z_.]+)"|_note\(actor, variant, "([a-z_.]+)"')
    sources = [path for part in ("catalog", "redemption") for path in Path(part).rglob("*.py")]
    found = {"".join(deed) for path in sources for deed in noted.findall(path.read_text())}
    assert {"catalog.set_price", "trips.add_item", "trips.cost", "packages.terms"} <= found
    assert found - set(TELLERS) == set()


def test_what_planners_did_with_a_trip_reads_as_sentences():
    label = {"lisbon-1": "3 to 6 May"}
    tell = teller(label.items())
    item = {"before": {"starts_at": "20:00"}, "after": {"starts_at": "20:30"}}
    told = {
        "trips.terms": {"before": {"guests_most": 1}, "after": {"guests_most": 2}},
        "trips.add_item": {"sku": "lisbon-1", "item": "day 3: Trains home"},
        "trips.change_item": {"sku": "lisbon-1", **item},
        "trips.rooms": {"sku": "lisbon-1", "name": "Double", "rooms": 8, "sleeps": 2},
        "trips.cost": {
            "sku": "lisbon-1",
            "kind": "hotel",
            "note": "",
            "amount_minor": 94_150,
            "currency": "EUR",
        },
        "invitations.wave": {"departure": "3 to 6 May", "people": 8, "at_once": 5},
        "waiting.joined": {"sku": "lisbon-1", "units": 2},
    }
    assert [tell(Change(NOON, "Priya", deed, facts)) for deed, facts in told.items()] == [
        ["Guests at most: 2, before 1"],
        ["3 to 6 May, plan: day 3: Trains home added"],
        ["3 to 6 May, plan: Begins: 20:30, before 20:00"],
        ["3 to 6 May: Double, 8 rooms with 2 beds each"],
        ["3 to 6 May, report: €941.50 for hotel added"],
        ["3 to 6 May: 8 on a list of invitations, 5 at once"],
        ["3 to 6 May: began to wait in line, for 2"],
    ]


def test_priya_finds_the_change_of_a_taxable_value_among_the_prices(client, priya, at):
    backpack = stock_reward(points=1_000)
    with transaction():
        for minor, currency in ((1_000, "EUR"), (1_000, "USD")):
            worth = Worth(minor=minor, currency=currency)
            operations.set_worth(priya, backpack.variant_id, worth, at=at)
    prices = page_of(client, f"/manage/catalog/{backpack.slug}/history?about=prices")
    assert "counts as $10; before that €10" in prices


def test_prices_over_time_tell_what_the_other_amounts_of_a_range_cost(client, priya, at):
    """The lowest amount may cost the same while all others become dearer."""
    euros = {"cash_minor": 100, "currency": "EUR", "range_to_minor": 50_000, "step_minor": 100}
    card = stock_reward("Any amount card", points=100, variant=euros)
    with transaction():
        rate = Rate(49_501, 50_000)
        operations.set_price(priya, card.variant_id, 100, rate=rate, at=at)
    text = page_of(client, f"/manage/catalog/{card.slug}/prices")
    assert "100, others at 49,501 for €500" in text
    assert "100, others at 100 for €1" in text


def test_prices_over_time_are_a_table(client, priya, at):
    backpack = stock_reward(points=1_000)
    with transaction():
        operations.set_price(priya, backpack.variant_id, 1_250, at=at)
    text = page_of(client, f"/manage/catalog/{backpack.slug}/prices")
    assert text.index("1,250") < text.index("1,000")
    assert "Priya Nair" in text


def test_priya_sees_which_price_counts_now_and_which_are_planned(client, priya, at):
    backpack = stock_reward(points=1_000)
    week, month = at + timedelta(days=7), at + timedelta(days=30)
    with transaction():
        operations.set_price(priya, backpack.variant_id, 1_250, at=at)
        sale = NewPrice(points=900, valid_from=week, valid_until=month)
        operations.plan_price(priya, backpack.variant_id, sale, at=at)
        polish = NewPrice(points=1_100, country="PL")
        operations.plan_price(priya, backpack.variant_id, polish, at=at)
    for moment, counts in (
        (at, {900: "Planned", 1_100: "Now", 1_250: "Now", 1_000: "Not now"}),
        (week, {900: "Now", 1_100: "Now", 1_250: "Not now", 1_000: "Not now"}),
        (month, {900: "Not now", 1_100: "Now", 1_250: "Now", 1_000: "Not now"}),
    ):
        told = prices_over_time(backpack.reward_id, at=moment)
        assert {one.points: one.counts for one in told} == counts
    text = page_of(client, f"/manage/catalog/{backpack.slug}/prices")
    assert text.count("Planned") == 1
