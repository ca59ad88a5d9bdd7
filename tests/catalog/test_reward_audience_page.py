"""Priya says whom a reward is for, and sees in a sentence and in numbers what that means."""

import re

import pytest
import sqlalchemy as sa

from catalog import queries
from catalog.audiences.clauses import Clause, Rule
from catalog.audiences.queries import clauses_in
from catalog.audiences.words import closed_words, sentence
from catalog.models import Reward
from catalog.operations import discard_draft, open_to, retire_reward
from catalog.queries import StoreFilters
from catalog.queries.audience import reader_of
from catalog.states import AudienceAttribute as Attribute
from marketplace.kernel.db import session, transaction
from tests.support.browsing import hidden_fields
from tests.support.catalog import draft_reward, stock_reward
from tests.support.page_lint import lint_page
from tests.support.people import actor, employ, employ_leo
from tests.support.programs import run_program

PATH = "/manage/catalog/trail-backpack/audience"
HIDDEN = {
    f"{part}_look": look
    for part, look in (
        ("departments", "hide"),
        ("sites", "hide"),
        ("countries", "hide"),
        ("roles", "hide"),
        ("tenure_months", "lock"),
        ("points_earned", "lock"),
        ("programs", "lock"),
        ("only_winners", "lock"),
    )
}


@pytest.fixture
def desk(priya, sign_in):
    stock_reward()
    return sign_in(priya.id)


def read(client, path=PATH):
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    assert lint_page(answer.text) == []
    return re.sub(r"\s+", " ", answer.text)


def send(client, **entered):
    fields = hidden_fields(client.get(PATH).text)
    return client.post(PATH, data=fields | HIDDEN | {"step": "confirm"} | entered)


def audience():
    session().close()
    return clauses_in(session().scalar(sa.select(Reward.audience_id)))


def test_priya_is_not_told_that_people_see_a_reward_that_is_retired(desk, priya, at):
    assert "1 see it." in read(desk)
    reward_id = session().scalar(sa.select(Reward.id))
    session().close()
    with transaction():
        retire_reward(priya, reward_id, reason="Out of season", at=at)
    assert "1 would see it, were it not retired." in read(desk)


def test_everyone_may_have_what_says_nothing(desk, maya, at):
    page = read(desk)
    assert "Everyone." in page
    assert "That is 3 of 3 people at work now" in page


def test_a_reward_for_one_department_in_a_country_after_a_year(desk, maya, at):
    sales = str(actor(employ_leo()).department_id)
    saved = send(desk, departments=[sales], more_countries="pt, es", tenure_months="12")
    assert saved.status_code == 303
    page = read(desk)
    assert "People of Sales in Portugal or Spain, after 12 months here." in page
    assert "That is 0 of 5 people at work now; 0 see it." in page
    assert queries.storefront(reader_of(maya, at), StoreFilters(), available=0).everything == 0
    history = read(desk, "/manage/catalog/trail-backpack")
    assert "For whom it is: Everyone. It became: People of Sales in Portugal or Spain" in history


def test_every_part_is_kept_as_it_was_entered(desk, maya, at):
    program = str(run_program())
    entered = {
        "sites": ["Lisbon"],
        "sites_look": "lock",
        "roles": ["finance"],
        "points_earned": "500",
        "points_earned_look": "hide",
        "programs": [program],
        "only_winners": "y",
    }
    assert send(desk, **entered).status_code == 303
    saved = audience()
    looks = {clause.rules[0].attribute: clause.is_shown_locked for clause in saved}
    assert looks == {
        Attribute.SITE: True,
        Attribute.ROLE: False,
        Attribute.POINTS_EARNED: False,
        Attribute.PROGRAM: True,
        Attribute.ENTITLEMENT: True,
    }
    assert "with points of Spring orders, who won it" in read(desk)
    assert send(desk, **entered).status_code == 303
    assert audience() == saved


def test_whom_a_change_concerns_is_shown_first(desk, maya, omar, at):
    employ("Nelao Shikongo", country="NA")
    check = send(desk, countries=["NA"], step="save")
    assert check.status_code == 200
    assert lint_page(check.text) == []
    assert audience() == ()
    flat = re.sub(r"<[^>]+>|\s+", " ", check.text)
    assert re.search(r"Closes for\s+3\s", flat)
    carried = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', check.text)
    saved = desk.post(PATH, data=hidden_fields(check.text) | dict(carried))
    assert saved.status_code == 303
    assert audience() == (Clause((Rule(Attribute.COUNTRY, "NA"),)),)


def test_what_concerns_nobody_is_saved_at_once(desk, maya, at):
    assert send(desk, more_countries="us", step="save").status_code == 303
    assert audience() == (Clause((Rule(Attribute.COUNTRY, "US"),)),)


@pytest.mark.parametrize(
    ("entered", "said"),
    [
        ({"more_countries": "NARNIA"}, "is no country code"),
        ({"more_countries": "ZZZ"}, "is no country code"),
        ({"tenure_months": "-1"}, "Enter a whole number"),
        ({"tenure_months": "99999"}, "Enter a whole number"),
        ({"sites": ["Atlantis"]}, "not a valid choice"),
        ({"roles": ["king"]}, "not a valid choice"),
        ({"sites_look": "maybe"}, "Not a valid choice"),
    ],
)
def test_what_cannot_be_saved_is_named_and_nothing_changes(desk, maya, at, entered, said):
    refused = send(desk, **entered)
    assert refused.status_code == 422
    assert said in refused.text
    assert audience() == ()


def test_a_site_where_nobody_works_any_more_stays_until_it_is_taken_away(desk, maya, at):
    with transaction():
        reward_id = session().scalar(sa.select(Reward.id))
        open_to({Attribute.SITE: ["Old mill"]}, reward_id=reward_id, at=at)
    assert 'value="Old mill" checked' in read(desk)
    assert send(desk, sites=["Old mill"]).status_code == 303
    assert audience() == (Clause((Rule(Attribute.SITE, "Old mill"),)),)


def test_rules_the_page_has_no_fields_for_are_named_and_kept(desk, maya, at):
    odd = (
        Clause((Rule(Attribute.SITE, "Lisbon"), Rule(Attribute.TENURE_MONTHS, "3"))),
        Clause((Rule(Attribute.OUTSIDE_COUNTRY, "NO"),)),
    )
    with transaction():
        open_to(odd, reward_id=session().scalar(sa.select(Reward.id)), at=at)
    page = read(desk)
    assert "in Lisbon or after 3 months here" in page
    assert "outside Norway" in page
    assert send(desk, points_earned="10").status_code == 303
    assert set(odd) < set(audience())


def test_sentences_say_what_audiences_ask():
    def clause(*rules, locked=False):
        return Clause(tuple(Rule(*rule) for rule in rules), locked)

    winners = clause((Attribute.ENTITLEMENT, "5"), locked=True)
    site = clause((Attribute.SITE, "Oslo"))
    assert sentence((winners,)) == "People, who won it"
    assert sentence((winners, site)) == "People in Oslo, who won it"
    assert sentence((clause((Attribute.DEPARTMENT, "9")),)) == "People of department 9"
    assert closed_words(()) == ""
    assert closed_words((site,)) == "For everyone else it does not exist."
    assert closed_words((winners,)) == "Everyone else sees it locked, with what opens it."
    assert closed_words((winners, site)).startswith("Who only lacks")


def test_an_unknown_reward_is_not_found_and_employees_may_not_enter(desk, maya, sign_in, at):
    assert desk.get("/manage/catalog/nothing/audience").status_code == 404
    assert sign_in(maya.id).get(PATH).status_code == 403


def test_priya_cannot_say_whom_a_discarded_draft_is_for(desk, priya, at):
    draft = draft_reward("Tent")
    with transaction():
        discard_draft(priya, draft, at=at)
    answer = desk.get("/manage/catalog/tent/audience")
    assert (answer.status_code, "was discarded" in answer.text) == (404, True)
