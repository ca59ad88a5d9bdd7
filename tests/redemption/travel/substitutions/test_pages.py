"""Going in somebody's place, as a browser without JavaScript sees it."""

import pytest
from sqlalchemy import select

from catalog.trips.states import SubstituteRule as R
from marketplace.kernel.db import session
from redemption.travel.substitutions.models import Substitution
from redemption.travel.substitutions.operations import agree
from redemption.travel.substitutions.states import SubstitutionState as S
from tests.redemption.travel.substitutions.test_substitutions import state
from tests.support.browsing import hidden_fields
from tests.support.invitations import invitation_of
from tests.support.page_lint import lint_page
from tests.support.trips import with_terms


def press(client, url, page=None, **fields):
    """Send the form of a page (the page itself where none is named)."""
    seen = client.get(page or url)
    return client.post(url, data=hidden_fields(seen.text) | fields)


def newest():
    session().close()
    return session().scalars(select(Substitution.id).order_by(Substitution.id.desc())).first()


@pytest.fixture
def asked(going, sign_in):
    """Ben named Eve, and Priya has to agree."""
    with_terms(going.trip, substitute_rule=R.PLANNER)
    ben = sign_in(going.ben.id)
    url = f"/invitations/{invitation_of(going.ben.id).id}/instead"
    session().close()
    assert press(ben, url, colleague=going.eve.email).status_code == 303
    return going, ben, url


def test_ben_names_eve_priya_agrees_and_eve_goes(asked, sign_in):
    going, ben, url = asked
    here = f"/manage/trips/{going.trip.slug}/{going.trip.variant_id}/instead"
    priya, eve = sign_in(going.priya.id), sign_in(going.eve.id)
    listed = priya.get(here)
    assert "Eve Lund in the place of Ben Osei" in listed.text
    assert lint_page(listed.text) == []
    assert press(priya, f"{here}/{newest()}/agree", page=here).status_code == 303
    answer = f"/invitations/instead/{newest()}"
    assert "Ben Osei can’t go" in (page := eve.get(answer).text)
    assert "The company pays the tax on it" in page
    assert lint_page(page) == []
    taken = press(eve, answer, guests="1")
    assert taken.status_code == 303
    assert "This is what we need before you leave" in eve.get(taken.location).text
    assert state(newest()) is S.TAKEN
    assert "You go in the place of Ben Osei" in eve.get(answer).text
    for seen, words in ((ben.get(url), "Your colleague"), (priya.get(here), "The colleague")):
        assert f"{words} goes" in seen.text
        assert lint_page(seen.text) == []


def test_eve_finds_what_ben_offers_on_her_home_page_and_among_her_trips(asked, sign_in):
    going, _ben, _url = asked
    eve, answer = sign_in(going.eve.id), f"/invitations/instead/{newest()}"
    pages = ("/", "/trips/bookings")
    session().close()
    assert not [page for page in pages if answer in eve.get(page).text]
    going.do(agree, going.priya, newest())
    for page in pages:
        assert answer in eve.get(page).text
    assert "Ben Osei offers you a place" in eve.get("/").text
    press(eve, f"{answer}/decline", page=answer)
    assert not [page for page in pages if answer in eve.get(page).text]


def test_priya_says_no_on_a_page_of_its_own(asked, sign_in):
    going, ben, url = asked
    no = f"/manage/trips/{going.trip.slug}/{going.trip.variant_id}/instead/{newest()}/refuse"
    priya = sign_in(going.priya.id)
    assert lint_page(priya.get(no).text) == []
    assert press(priya, no).status_code == 422
    assert press(priya, no, reason="Names are with the airline.").status_code == 303
    assert state(newest()) is S.REFUSED
    assert "Not agreed" in ben.get(url).text


def test_ben_goes_after_all(asked):
    _going, ben, url = asked
    assert lint_page(ben.get(url).text) == []
    assert press(ben, f"{url}/back", page=url).status_code == 303
    assert state(newest()) is S.TAKEN_BACK


def test_eve_can_not_come(going, sign_in):
    number, eve = going.name(), sign_in(going.eve.id)
    url = f"/invitations/instead/{number}"
    assert press(eve, f"{url}/decline", page=url).status_code == 303
    assert state(number) is S.DECLINED
    assert "This offer is over" in eve.get(url).text


@pytest.mark.parametrize(
    ("who", "words"), [("nobody@nowhere", "Nobody here has"), ("", "Enter the e-mail")]
)
def test_a_name_that_is_nobody_is_said_at_its_field(going, sign_in, who, words):
    ben = sign_in(going.ben.id)
    url = f"/invitations/{invitation_of(going.ben.id).id}/instead"
    session().close()
    page = press(ben, url, colleague=who)
    assert page.status_code == 422
    assert words in page.text


def test_the_people_of_a_departure_with_some_next_in_order(going, sign_in):
    priya = sign_in(going.priya.id)
    page = priya.get(f"/manage/trips/{going.trip.slug}/{going.trip.variant_id}/people")
    assert page.status_code == 200
    assert "Invite the next" in page.text
    assert lint_page(page.text) == []
