"""The demo catalog: enough of everything, priced sensibly, and written the way we write."""

import re
from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from catalog.models import Departure, PriceVersion, Reward, Variant
from catalog.states import Kind
from marketplace.demo.audiences import AFTER_TEN_YEARS
from marketplace.demo.rewards import demo_rewards, load_rewards, slug_of
from marketplace.kernel.db import session, transaction
from marketplace.web.art import draw

REWARDS = list(demo_rewards())


def test_there_are_at_least_eighty_rewards_of_all_kinds_and_tiers():
    kinds = Counter(facts["kind"] for facts in REWARDS)
    assert len(REWARDS) >= 80
    assert set(kinds) == {kind.value for kind in Kind}
    assert min(kinds.values()) >= 5
    assert {facts["tier"] for facts in REWARDS} == {
        "starter",
        "explorer",
        "achiever",
        "voyager",
        "summit",
    }
    assert len({slug_of(facts["name"]) for facts in REWARDS}) == len(REWARDS)


@pytest.mark.parametrize("facts", REWARDS, ids=lambda facts: slug_of(facts["name"]))
def test_each_reward_is_written_the_way_we_write(facts):
    words = " ".join([facts["name"], facts["summary"], facts["story"], *facts["included"]])
    assert 10 <= len(facts["summary"]) <= 90
    assert facts["summary"].endswith(".")
    assert "!" not in words
    assert not re.search(r"\b(wine|beer|oops|please note|husband|wife)\b", words, re.IGNORECASE)


def test_maya_reads_no_day_for_giving_back_a_trip_but_the_one_that_holds():
    trips = [facts for facts in REWARDS if Kind(facts["kind"]).is_travel]
    assert [facts["name"] for facts in trips if "days before" in facts["terms"]] == []


@pytest.mark.parametrize("kind", sorted({facts["art"]["kind"] for facts in REWARDS}))
def test_each_picture_can_be_drawn(kind):
    for facts in REWARDS:
        options = {name: value for name, value in facts["art"].items() if name != "kind"}
        if facts["art"]["kind"] == kind:
            assert draw(kind, slug_of(facts["name"]), **options).startswith("<svg")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_loading_twice_adds_nothing_and_every_trip_lies_ahead(at):
    with transaction():
        assert load_rewards(at) == len(REWARDS)
    with transaction():
        assert load_rewards(at + timedelta(days=3)) == 0
    assert session().scalar(sa.select(sa.func.count()).select_from(Reward)) == len(REWARDS)
    assert session().scalar(sa.select(sa.func.min(Departure.cutoff_on))) > at.date()


def test_the_demo_shows_maya_what_is_sold_out_what_is_locked_and_what_asks_for_details():
    assert [facts["name"] for facts in REWARDS if facts.get("stock") == 0]
    assert [facts["name"] for facts in REWARDS if facts.get("details")]
    assert AFTER_TEN_YEARS in {slug_of(facts["name"]) for facts in REWARDS}


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_hundred_points_are_about_a_euro(at):
    with transaction():
        load_rewards(at)
    rows = session().execute(
        sa.select(PriceVersion.points, Variant.cash_minor)
        .join(Variant, Variant.id == PriceVersion.variant_id)
        .where(Variant.cash_minor.is_not(None))
    )
    assert {points / cash for points, cash in rows} == {1.0}
