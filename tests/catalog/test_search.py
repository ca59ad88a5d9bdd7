"""What a search finds, in which order, and what it takes for what."""

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from catalog import operations, queries
from catalog.models import Reward
from catalog.queries import StoreFilters
from catalog.queries.audience import reader_of
from catalog.search.operations import Parts, index_reward
from catalog.search.queries import narrow, rank_of
from catalog.search_words import asked_terms, asked_words, kept_terms
from catalog.states import AudienceAttribute, Kind
from marketplace.kernel.db import session, transaction
from tests.support.catalog import add_variant, draft_reward, stock_lisbon_trip, stock_reward

TEXTS = (
    "Trail backpack",
    "Tromsø: nordlys & Łódź, 5 days",
    "T-shirt O'Neill 'quoted' \"twice\" NEAR AND OR NOT",
    "東京旅行券 ひらがな",
    "رحلة إلى القاهرة",
    "חופשה בתל אביב",
    "🎁 present 🎉",
    "हिन्दी किताब ที่พัก 한국 여행",
)


def look(somebody, at, query, **filters):
    asked = StoreFilters(query=query, **filters)
    return queries.storefront(reader_of(somebody, at), asked, available=10_000)


def names(page):
    return [card.name for card in page.cards]


def found(query):
    return set(session().scalars(narrow(sa.select(Reward.id), query)))


def ranks(query):
    statement = narrow(sa.select(Reward.id, rank_of(query).label("rank")), query)
    return {row.id: row.rank for row in session().execute(statement)}


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("trail BACK", "Trail backpack"),
        ("lodz TROMSO", "Tromsø: nordlys & Łódź, 5 days"),
        ("tshirt", TEXTS[2]),
        ('"twice" NEAR', TEXTS[2]),
        ("旅行", "東京旅行券 ひらがな"),
        ("券", "東京旅行券 ひらがな"),
        ("إلى القاه", "رحلة إلى القاهرة"),
        ("אביב חופשה", "חופשה בתל אביב"),
        ("present 🎉", "🎁 present 🎉"),
        ("किताब", TEXTS[7]),
        ("여행", TEXTS[7]),
    ],
)
def test_maya_finds_it_however_it_is_written(maya, at, query, name):
    for text in TEXTS:
        stock_reward(text, summary="A reward.")
    assert names(look(maya, at, query, is_exact=True)) == [name]


def test_it_is_found_by_everything_that_is_said_about_it(maya, at):
    stock_lisbon_trip(
        brand="Ferries of Tagus",
        summary="Trams and custard.",
        story="Azulejos everywhere.",
        included=("Breakfast",),
    )
    said = "lisbon ferries travel individual voyager nights may trams azulejos breakfast"
    for word in said.split():
        assert names(look(maya, at, word, is_exact=True)) == ["Lisbon long weekend"], word


def test_what_is_written_anew_is_found_by_its_new_words_only(priya, maya, at):
    reward = stock_reward()
    text = operations.RewardText(name="Field watch", tier_slug="explorer", summary="It ticks.")
    with transaction():
        operations.rewrite_reward(priya, reward.reward_id, text, at=at)
    assert names(look(maya, at, "watch")) == ["Field watch"]
    assert names(look(maya, at, "backpack")) == []


def test_names_weigh_more_than_stories(at):
    whole = stock_reward("Camp lamp", summary="x").reward_id
    begun = stock_reward("Lamplight dinner", summary="x").reward_id
    noted = stock_reward("Night walk", note="with lamps", summary="x").reward_id
    told = stock_reward("Book", story="Read it by the lamp.", summary="x").reward_id
    assert ranks("lamp") == {whole: 0, begun: 1, noted: 2, told: 3}


def test_words_may_stand_in_different_fields(at):
    trip = stock_lisbon_trip().reward_id
    assert ranks("lisbon nights") == {trip: 2}


def test_without_a_word_there_is_nothing_to_look_for(at):
    reward_id = stock_reward().reward_id
    assert ranks("🎁 %_* -") == ranks("") == {reward_id: 0}


SIGNS = st.sampled_from(list("\"'*:-(){}^+&|!<>\\%_~,;\0\n\u200d🎁"))
QUERIES = st.one_of(
    st.text(max_size=90),
    st.lists(st.sampled_from(" ".join(TEXTS).split()), max_size=8).map(" ".join),
    st.lists(st.one_of(SIGNS, st.sampled_from(list("trails5ท行旅 "))), max_size=12).map("".join),
    st.sampled_from(
        ["NEAR(a b)", "names : trail", 'trail" OR "x', "trail'::tsquery", "<-> a", "a:*"]
    ),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(texts=st.lists(st.text(max_size=40), max_size=4), query=QUERIES)
@example(texts=["\ud800", "a\0b"], query="a\0b")
def test_whatever_is_typed_each_engine_finds_what_begins_alike(at, texts, query):
    """The same oracle on both engines, so both find the same and neither ever fails."""
    with transaction():
        draft = session().scalar(sa.select(Reward.id)) or draft_reward()
        index_reward(draft, Parts(*([text] for text in (texts + [""] * 4)[:4])))
        asked, kept = asked_terms(asked_words(query)), kept_terms(texts)
        fits = all(any(term.startswith(wanted) for term in kept) for wanted in asked)
        if asked:
            assert found(query) == ({draft} if fits else set())
            assert set(ranks(query)) == found(query)


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(query=QUERIES)
def test_whatever_is_typed_the_shelf_answers(at, maya, query):
    assert look(maya, at, query).matching == 0


# What was meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bakcpack", "backpack"),
        ("Trail bagpack", "Trail backpack"),
        ("BACKPPACK", "backpack"),
        ("trial", "trail"),
        ("lisbno", "lisbon"),
        ("Lísbom weekend!", "lisbon weekend!"),
    ],
)
def test_a_word_that_finds_nothing_is_taken_for_the_nearest(maya, at, typed, meant):
    stock_reward()
    stock_lisbon_trip()
    page = look(maya, at, typed)
    assert page.correction is not None
    assert (page.correction.asked, page.correction.query) == (typed, meant)
    assert page.matching == 1
    exact = look(maya, at, typed, is_exact=True)
    assert (exact.correction, exact.matching) == (None, 0)


@pytest.mark.parametrize("typed", ["bga", "tral bga", "2072", "zebra", "trail lisbon", "🎁"])
def test_short_words_numbers_and_words_that_fit_nothing_stay(maya, at, typed):
    stock_reward(note="bag 2027")
    stock_lisbon_trip()
    assert look(maya, at, typed).correction is None


def test_a_word_that_finds_something_is_never_exchanged(maya, at):
    stock_reward("Camp stove")
    stock_reward("Lamp")
    page = look(maya, at, "camp")
    assert (names(page), page.correction) == (["Camp stove"], None)


def test_another_kind_being_chosen_is_no_typing_error(maya, at):
    stock_reward()
    page = look(maya, at, "backpack", kind=Kind.BADGE)
    assert (page.matching, page.correction) == (0, None)


def test_no_word_of_a_reward_one_may_not_see_is_proposed(maya, at):
    """The attacker types words close to a project's secret name; the control may see it."""
    secret = stock_reward("Zephyrus launch party", summary="Hush.")
    draft = draft_reward("Zephirum draft")
    add_variant(draft)
    assert names(look(maya, at, "zephyrsu")) == ["Zephyrus launch party"]
    with transaction():
        hidden = {AudienceAttribute.SITE: ["Oslo"]}
        operations.open_to(hidden, reward_id=secret.reward_id, at=at)
    for typed in ("zephyrsu", "zephyru", "zephirun", "launch zephyrsu", "zephyrus"):
        page = look(maya, at, typed)
        assert (page.correction, page.matching) == (None, 0), typed


def test_a_word_shared_with_a_hidden_reward_tells_only_of_what_is_seen(maya, at):
    secret = stock_reward("Zephyrus backpack", summary="Hush.")
    stock_reward()
    with transaction():
        operations.open_to({AudienceAttribute.SITE: ["Oslo"]}, reward_id=secret.reward_id, at=at)
    assert names(look(maya, at, "bakcpack")) == ["Trail backpack"]
    assert look(maya, at, "zephyrus bakcpack").correction is None


def test_asking_what_was_meant_takes_one_statement_and_only_when_nothing_is_found(
    maya, at, statements
):
    stock_reward()
    look(maya, at, "")  # the shelf is counted once
    with statements() as found_at_once:
        look(maya, at, "backpack")
    with statements() as mistyped:
        look(maya, at, "bakcpack")
    assert (len(found_at_once), len(mistyped)) == (3, 5)


def test_maya_reads_what_was_looked_for_and_can_insist(sign_in, maya):
    client = sign_in(maya.id)
    stock_reward()
    page = client.get("/rewards?q=bakcpack").text
    assert "Showing results for <strong>backpack</strong>" in page
    assert 'href="/rewards?q=bakcpack&amp;exact=yes"' in page
    insisting = client.get("/rewards?q=bakcpack&exact=yes").text
    assert "Nothing matches" in insisting
    assert "Showing results for" not in insisting
