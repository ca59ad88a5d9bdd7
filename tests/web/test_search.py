"""`/search` finds everything in one place, and nothing the reader may not see."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import operations
from catalog.states import AudienceAttribute
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.people.states import EmployeeStatus
from marketplace.web.search import SHOWN, found
from tests.support.catalog import draft_reward, stock_gift_card, stock_reward
from tests.support.page_lint import lint_page
from tests.support.people import actor, employ, employ_leo, employ_priya
from tests.support.programs import run_program
from tests.support.redemption import ask_for, furnish

FRAME_AND_SEARCH = (
    5  # who, balance, what waits; whom rewards are for; and one that asks every slice
)


@pytest.fixture
def maya(at, app):
    """Maya with points, among others; she has asked for a gift card."""
    with app.test_request_context():
        yield furnish().maya


def look(somebody, text, at):
    return {
        group.title: [hit.title for hit in group.hits] for group in found(somebody, text, at=at)
    }


def test_one_word_finds_rewards_people_and_pages(maya, at):
    employ("Rosa Rewards")
    stock_reward("Rewarding backpack")
    assert look(maya, "reward", at) == {
        "Rewards": ["Rewarding backpack"],
        "People": ["Rosa Rewards"],
        "Pages": ["Rewards", "Rewards won"],
    }


def test_people_are_found_by_name_and_address_and_not_by_the_domain_of_the_company(maya, at):
    rosa = employ("Rosa Vidal", email="r.vidal@evergreen.example")
    assert rosa
    for text in ("vidal rosa", "R.Vid", "r.vidal@evergreen"):
        assert look(maya, text, at) == {"People": ["Rosa Vidal"]}, text
    assert look(maya, "evergreen", at) == {}


def test_maya_finds_her_request_by_number_and_by_name_and_leo_does_not(maya, at):
    reference = ask_for(maya, stock_gift_card())
    leo = actor(employ_leo())
    for text in (reference, reference.lower(), "lumen card"):
        assert look(maya, text, at)["Requests"] == ["Lumen Books gift card"], text
        assert "Requests" not in look(leo, text, at), text


def test_hidden_rewards_drafts_and_people_who_left_are_not_found(maya, at):
    """The attacker tries the words themselves; the control is what stays visible."""
    secret = stock_reward("Zephyrus cruise")
    stock_reward("Zephyrus postcard")
    draft_reward("Zephyrus draft")
    gone = employ("Zephyrus Leaver")
    employ("Zephyrus Stayer")
    with transaction() as session:
        operations.open_to(
            {AudienceAttribute.SITE: ["Oslo"]}, reward_id=secret.reward_id, at=clock.now()
        )
        from marketplace.people.models import Employee

        left = session.get_one(Employee, gone)
        left.status, left.left_on = EmployeeStatus.LEFT, at.date()
    assert look(maya, "zephyrus", at) == {
        "Rewards": ["Zephyrus postcard"],
        "People": ["Zephyrus Stayer"],
    }


def test_programs_are_those_of_ones_own_department_that_have_begun(maya, at):
    run_program(departments=("Sales",))
    run_program(slug="zeal", departments=(maya.department_id,), is_launched=False)
    assert "Programs" not in look(maya, "spring", at)
    assert look(actor(employ_leo()), "spring", at)["Programs"] == ["Spring orders"]


def test_pages_are_those_one_may_enter(maya, at):
    priya = actor(employ_priya())
    assert "Budgets" not in look(maya, "budgets", at).get("Pages", [])
    assert "Budgets" in look(priya, "budgets", at)["Pages"]


def test_names_come_before_what_is_told_and_the_rest_is_a_link_away(maya, at):
    for number in range(SHOWN + 1):
        stock_reward(f"Box {number}", story="There is a lamp in it.")
    stock_reward("Lamp")
    (group,) = found(maya, "lamp", at=at)
    assert (group.hits[0].title, len(group.hits)) == ("Lamp", SHOWN)
    assert group.more == "/rewards?q=lamp"


TYPED = st.one_of(
    st.text(max_size=100), st.text("\"'*%_\\:-()~&|!<> a0ـ²", max_size=20), st.just("\0\ud800")
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TYPED)
def test_whatever_is_typed_there_is_an_answer(maya, sign_in, text):
    answer = sign_in(maya.id).get("/search", query_string={"q": text.encode("utf-8", "ignore")})
    assert answer.status_code == (400 if "\0" in text else 200)


@pytest.mark.parametrize("text", ["", "  ", "%", "_", "ـ", "🎁", "- -"])
def test_without_a_word_nothing_is_found(maya, at, text):
    stock_reward()
    assert look(maya, text, at) == {}


def test_the_page_says_what_it_found_and_how_to_go_on(maya, sign_in):
    employ("<b>Ola</b> Nordmann")
    client = sign_in(maya.id)
    for address, said in (
        ("/search", "What are you looking for?"),
        ("/search?q=nordmann", "&lt;b&gt;Ola&lt;/b&gt; Nordmann"),
        ("/search?q=nothinglikeit", 'href="/rewards?q=nothinglikeit"'),
    ):
        page = client.get(address)
        assert page.status_code == 200
        assert said in page.text
        assert lint_page(page.text) == []


def test_the_search_of_every_page_leads_here(maya, sign_in):
    page = sign_in(maya.id).get("/points").text
    assert 'method="get" action="/search"' in page


def test_all_slices_are_asked_in_one_statement(maya, sign_in, statements):
    stock_reward()
    client = sign_in(maya.id)
    client.get("/search?q=trail")
    with statements() as sent:
        client.get("/search?q=trail")
    assert len(sent) == FRAME_AND_SEARCH
