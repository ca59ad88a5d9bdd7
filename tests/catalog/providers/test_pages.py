"""Priya at the provider's pages: report, publishing, prices, a sync that waits."""

import pytest
import sqlalchemy as sa

from catalog import operations
from catalog.models import Reward
from catalog.providers.operations import syncing
from catalog.providers.operations.desk import switch_provider
from catalog.providers.states import NewBrands, SyncState
from catalog.states import RewardState
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from tests.support.browsing import hidden_fields
from tests.support.page_lint import lint_page
from tests.support.providers import (
    a_range,
    add_provider,
    catalog,
    is_on_sale,
    item,
    read,
    reward_of,
    row,
)

HOME = "/manage/providers/cardhouse"
TWO = {"Books": [item("B-50"), item("B-100", 100)], "Tea": [a_range("T-ANY", 500, 10_000)]}


@pytest.fixture
def desk(priya, sign_in):
    return sign_in(priya.id)


def page(desk, path: str) -> str:
    answer = desk.get(path)
    assert answer.status_code == 200, answer.text
    assert lint_page(answer.text) == []
    return answer.text


def send(desk, path: str, of: str = HOME, **entered):
    return desk.post(path, data=hidden_fields(page(desk, of)) | entered)


def test_without_a_provider_the_list_says_how_one_comes(desk, at):
    assert "bin/laurel providers add" in page(desk, "/manage/providers")


def test_the_report_names_each_change_and_leads_to_its_reward(desk, at):
    provider = add_provider()
    read(provider, catalog(**TWO))
    read(provider, catalog(Books=[item("B-50", 60), item("X", -1)], Tea=TWO["Tea"]))
    shown = page(desk, HOME)
    for words in ("Other amount", "Gone", "Refused", "not a whole number above zero"):
        assert words in shown
    assert 'href="/manage/catalog/books"' in shown
    only = page(desk, f"{HOME}?kind=gone")
    assert "B-100" in only
    assert "$60" not in only
    assert "Cardhouse" in page(desk, "/manage/providers")


def test_the_report_is_there_as_a_file_that_a_spreadsheet_opens_safely(desk, at):
    provider = add_provider()
    sync_id = read(provider, catalog(Books=[item("B-50", description="=HYPERLINK(1)")]))
    answer = desk.get(f"{HOME}/syncs/{sync_id}/report.csv")
    assert answer.mimetype == "text/csv"
    assert "'=HYPERLINK(1)" in answer.text
    assert "B-50" in answer.text


def test_a_report_of_another_provider_is_not_found(desk, at):
    read(add_provider(), catalog(**TWO))
    for path in (f"{HOME}/syncs/999/report.csv", "/manage/providers/nobody", f"{HOME}?sync=999"):
        assert desk.get(path).status_code == 404


def test_priya_publishes_what_she_picks_and_then_the_rest(desk, at):
    read(add_provider(new_brands=NewBrands.DRAFT), catalog(**TWO))
    brand = row_id(desk, "Books")
    sent = send(desk, f"{HOME}/publish", f"{HOME}/publish", brands=brand)
    assert sent.status_code == 303
    assert reward_of("B-50").state is RewardState.PUBLISHED
    assert reward_of("T-ANY").state is RewardState.DRAFT
    session().close()
    assert send(desk, f"{HOME}/publish", f"{HOME}/publish", all="1").status_code == 303
    assert reward_of("T-ANY").state is RewardState.PUBLISHED
    session().close()
    assert "Nothing waits to be published" in page(desk, f"{HOME}/publish")


@pytest.mark.parametrize("button", ["all", "brands"])
def test_a_second_click_on_publish_answers_as_the_first(desk, at, button):
    read(add_provider(new_brands=NewBrands.DRAFT), catalog(**TWO))
    value = "1" if button == "all" else row_id(desk, "Books")
    sent = hidden_fields(page(desk, f"{HOME}/publish")) | {button: value}
    answers = [desk.post(f"{HOME}/publish", data=sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert reward_of("B-50").state is RewardState.PUBLISHED


def row_id(desk, name: str) -> str:
    shown = page(desk, f"{HOME}/publish")
    before = shown[: shown.index(f">{name}</a>")]
    return before.rpartition('name="brands" value="')[2].partition('"')[0]


def test_all_are_published_even_those_the_page_has_no_room_for(desk, at):
    many = {f"Brand {number}": [item(f"B-{number}")] for number in range(103)}
    read(add_provider(new_brands=NewBrands.DRAFT), catalog(**many))
    shown = page(desk, f"{HOME}/publish")
    assert "Publish all 103" in shown
    assert "And 3 more" in shown
    send(desk, f"{HOME}/publish", f"{HOME}/publish", all="1")
    assert reward_of("B-99").state is RewardState.PUBLISHED
    assert reward_of("B-102").state is RewardState.PUBLISHED


@pytest.mark.parametrize("picked", [{}, {"brands": "999"}, {"brands": "x"}])
def test_picking_nothing_or_something_else_publishes_nothing(desk, at, picked):
    read(add_provider(new_brands=NewBrands.DRAFT), catalog(**TWO))
    assert send(desk, f"{HOME}/publish", f"{HOME}/publish", **picked).status_code == 422
    assert reward_of("B-50").state is RewardState.DRAFT


def test_priya_reads_why_a_draft_does_not_go_on_the_shelf(desk, at):
    read(add_provider(new_brands=NewBrands.DRAFT), catalog(Books=[item("B-50")]))
    with transaction():
        session().execute(sa.update(Reward).values(summary=""))
    sent = send(desk, f"{HOME}/publish", f"{HOME}/publish", all="1")
    assert sent.status_code == 303
    assert "what is left there has no summary" in page(desk, HOME)
    assert reward_of("B-50").state is RewardState.DRAFT


TERMS = {"country": "US", "round_to": "100", "tier": "starter", "new_brands": "draft"}


def test_a_rule_shows_its_effect_before_it_counts(desk, at, queue):
    provider = add_provider()
    read(provider, catalog(**TWO))
    asked = {**TERMS, "markup": "10", "most_taken": "30"}
    shown = send(desk, f"{HOME}/terms", f"{HOME}/terms", preview="1", **asked).text
    assert "3 of 3 prices change" in shown
    assert "5,500" in shown
    assert row(provider).markup_percent == 0
    assert send(desk, f"{HOME}/terms", f"{HOME}/terms", **asked).status_code == 303
    queue.run_due()
    assert row(provider).markup_percent == 10
    assert "5,500" in page(desk, f"{HOME}/items?sku=B-50")


def test_the_effect_of_a_rule_leaves_out_what_no_rule_prices(desk, priya, at):
    provider = add_provider(new_brands=NewBrands.DRAFT)
    read(provider, catalog(**TWO))
    read(provider, catalog(Books=[item("B-50"), item("B-100", -1)], Tea=TWO["Tea"]))
    with transaction():
        operations.discard_draft(priya, reward_of("T-ANY").id, at=at)
    asked = {**TERMS, "markup": "10", "most_taken": "30"}
    shown = send(desk, f"{HOME}/terms", f"{HOME}/terms", preview="1", **asked).text
    assert "1 of 3 prices change" in shown


@pytest.mark.parametrize(
    "wrong", [{"markup": "-1"}, {"round_to": "0"}, {"country": "XX"}, {"tier": "x"}]
)
def test_terms_that_make_no_sense_are_refused(desk, at, wrong):
    provider = add_provider()
    asked = {**TERMS, "markup": "10", "most_taken": "30"} | wrong
    assert send(desk, f"{HOME}/terms", f"{HOME}/terms", **asked).status_code == 422
    assert row(provider).markup_percent == 0


def test_sync_now_begins_one_and_says_when_another_can(desk, at, queue):
    provider = add_provider("https://cards.example/catalog")
    assert send(desk, f"{HOME}/sync").status_code == 303
    assert "under way" in page(desk, HOME)
    for sync in (row(provider).last.id, None):
        with transaction():
            used = sync or syncing.begin_sync(Actor.system(), provider, at=clock.now())
            syncing.fail_sync(used, "No answer.", at=clock.now())
    shown = page(desk, HOME)
    assert "Nobody can begin one before 24 Nov 2026" in shown
    assert "Sync now" not in shown
    again = desk.post(f"{HOME}/sync", data=hidden_fields(page(desk, f"{HOME}/terms")))
    assert again.status_code == 303
    assert "both times are used" in page(desk, HOME)
    assert queue.names() == ["providers.fetch", "providers.fetch"]


def test_a_provider_that_is_switched_off_says_so_and_how_it_is_asked_again(desk, at):
    provider = add_provider("https://cards.example/catalog")
    with transaction():
        switch_provider(Actor.system(), provider, is_active=False, at=at)
    assert "Switched off" in page(desk, "/manage/providers")
    shown = page(desk, HOME)
    assert "providers switch cardhouse on" in shown
    assert "Sync now" not in shown


def test_a_sync_that_waits_is_confirmed_or_discarded_on_its_page(desk, at, queue):
    provider = add_provider(most_taken_percent=30)
    read(provider, catalog(**TWO))
    first = read(provider, catalog())
    assert "3 of 3 items off sale (100 percent" in page(desk, HOME)
    assert send(desk, f"{HOME}/syncs/{first}/discard").status_code == 303
    assert is_on_sale("B-50")
    session().close()
    second = read(provider, catalog())
    assert send(desk, f"{HOME}/syncs/{second}/confirm").status_code == 303
    queue.run_due()
    assert row(provider).last.state is SyncState.DONE
    assert not is_on_sale("B-50")


def test_pages_of_many_items_need_few_statements(desk, statements, at):
    provider = add_provider()
    read(provider, catalog(Books=[item(f"B-{n}", n) for n in range(1, 71)]))
    session().close()
    for path in (HOME, f"{HOME}/items", f"{HOME}/publish", f"{HOME}/terms", "/manage/providers"):
        with statements() as sent:
            page(desk, path)
        assert len(sent) <= 6, (path, sent)
    assert "Show more" in page(desk, f"{HOME}/items")
