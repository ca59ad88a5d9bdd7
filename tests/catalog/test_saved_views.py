"""Views of the shelf: saved under a name, shown as chips, renamed, deleted, shared by managers."""

import pytest

from catalog.saved_views import operations, queries
from catalog.saved_views.models import MOST_VIEWS
from catalog.saved_views.operations import ViewRefused
from catalog.saved_views.policies import canonical
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, NotAllowed, NotFound
from tests.support.browsing import hidden_fields, send
from tests.support.catalog import stock_gift_card, stock_reward
from tests.support.page_lint import lint_page

TRIPS = "kind=group_trip&reach=now"


def save(somebody, at, name="Trips within reach", query=TRIPS, **facts):
    with transaction():
        return operations.save_view(somebody, name, query, at=at, **facts)


def names(somebody):
    return [view.name for view in queries.views_for(somebody)]


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("reach=now&kind=badge", "kind=badge&reach=now"),
        ("kind=badge&kind=badge&tier=&after=1~2~3&exact=yes", "kind=badge"),
        ("q=+trail%0A+pack+", "q=trail+pack"),
        ("q=%22%3Cscript%3E&X-Y=1", "q=%22%3Cscript%3E"),
        ("", ""),
        ("after=1", ""),
        ("q=" + "a" * 600, ""),
        ("&".join(f"kind={n}" for n in range(30)), ""),
    ],
)
def test_the_same_filters_are_one_view(query, filters):
    assert canonical(query) == filters
    assert canonical(filters) == filters


def test_maya_saves_a_view_and_nobody_else_sees_it(maya, omar, at):
    view_id = save(maya, at)
    assert (names(maya), names(omar)) == (["Trips within reach"], [])
    for deed in (
        lambda: operations.rename_view(omar, view_id, "Mine", at=at),
        lambda: operations.delete_view(omar, view_id, at=at),
    ):
        with pytest.raises(NotFound), transaction():
            deed()
    assert names(maya) == ["Trips within reach"]


def test_neither_a_name_nor_filters_are_saved_twice(maya, omar, at):
    save(maya, at)
    with pytest.raises(ViewRefused, match="called “Trips within reach” already"):
        save(maya, at, " trips  WITHIN reach", "kind=badge")
    with pytest.raises(ViewRefused, match="saved already, as “Trips within reach”"):
        save(maya, at, "Other", "reach=now&kind=group_trip")
    with pytest.raises(BadInput, match="Choose a filter"):
        save(maya, at, "Nothing", "after=1")
    save(omar, at)
    assert names(maya) == names(omar) == ["Trips within reach"]


def test_there_are_at_most_twenty_and_a_deleted_one_makes_room(maya, at):
    first = save(maya, at, "View 0", "q=0")
    for number in range(1, MOST_VIEWS):
        save(maya, at, f"View {number}", f"q={number}")
    with pytest.raises(ViewRefused, match="20 views are saved already"):
        save(maya, at, "One more", "q=more")
    with transaction():
        operations.delete_view(maya, first, at=at)
    save(maya, at, "One more", "q=more")
    assert len(names(maya)) == MOST_VIEWS


def test_a_company_view_is_for_everyone_and_changed_by_those_who_manage(maya, priya, omar, at):
    with pytest.raises(NotAllowed):
        save(maya, at, for_everyone=True)
    view_id = save(priya, at, "Company trips", for_everyone=True)
    save(maya, at)
    assert names(maya) == ["Company trips", "Trips within reach"]
    assert names(omar) == ["Company trips"]
    with pytest.raises(NotFound), transaction():
        operations.delete_view(maya, view_id, at=at)
    with pytest.raises(ViewRefused):
        save(priya, at, "company TRIPS", "kind=badge", for_everyone=True)
    with transaction():
        operations.rename_view(priya, view_id, "Trips for all", at=at)
    assert names(omar) == ["Trips for all"]


def test_a_name_that_is_taken_is_refused_and_one_may_keep_ones_own(maya, at):
    first = save(maya, at, "One", "q=1")
    save(maya, at, "Two", "q=2")
    with pytest.raises(ViewRefused, match="“Two”"), transaction():
        operations.rename_view(maya, first, "two", at=at)
    with transaction():
        operations.rename_view(maya, first, "ONE", at=at)
    assert names(maya) == ["ONE", "Two"]


# As a browser without JavaScript sees it


def test_maya_saves_opens_renames_and_deletes_a_view(sign_in, maya, at):
    stock_reward()
    stock_gift_card()
    client = sign_in(maya.id)
    assert "Save this view" not in client.get("/rewards").text
    page = client.get("/rewards?q=trail").text
    assert lint_page(page) == []
    assert "Company view" not in page
    form = hidden_fields(page) | {"name": 'My <b>"trail"', "query": "q=trail"}
    saved = client.post("/saved-views", data=form)
    assert (saved.status_code, saved.location) == (303, "/rewards?q=trail")
    assert client.post("/saved-views", data=form).status_code == 303  # sent twice, saved once
    page = client.get(saved.location).text
    chip = "My &lt;b&gt;&#34;trail&#34;"
    assert f'<a class="chip" href="/rewards?q=trail" aria-current="page">{chip}</a>' in page
    assert "Save this view" not in page
    (view,) = queries.views_for(maya)
    renamed = send(client, f"/saved-views/{view.id}", f"/saved-views/{view.id}/name", name="Trail")
    assert renamed.location == "/saved-views"
    assert ">Trail</a>" in client.get("/saved-views").text
    gone = send(client, f"/saved-views/{view.id}", f"/saved-views/{view.id}/delete")
    assert gone.status_code == 303
    assert "No views yet" in client.get("/saved-views").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " ", "query": "q=trail"}, "Enter a name"),
        ({"name": "x" * 41, "query": "q=trail"}, "Keep it under 40 characters."),
        ({"name": "Trail", "query": "after=1"}, "Choose a filter or search first."),
        ({"name": "Trail"}, "Choose a filter or search first."),
        ({"name": "taken", "query": "q=trail"}, "called “Taken” already"),
    ],
)
def test_what_cannot_be_saved_is_said_and_nothing_typed_is_lost(sign_in, maya, at, fields, said):
    save(maya, at, "Taken", "q=taken")
    client = sign_in(maya.id)
    stock_reward()
    hidden = hidden_fields(client.get("/rewards?q=trail").text)
    answer = client.post("/saved-views", data=hidden | fields)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert lint_page(answer.text) == []
    assert names(maya) == ["Taken"]


def test_maya_cannot_share_a_view_and_priya_can(sign_in, maya, priya, at):
    stock_reward()
    fields = {"name": "For all", "query": "q=trail", "for_everyone": "1"}
    for somebody, status in ((maya, 403), (priya, 303)):
        client = sign_in(somebody.id)
        page = client.get("/rewards?q=trail").text
        assert client.post("/saved-views", data=hidden_fields(page) | fields).status_code == status
    assert "For all" in sign_in(maya.id).get("/rewards").text


def test_a_view_of_omar_is_not_there_for_maya(sign_in, maya, omar, at):
    view_id = save(omar, at)
    client = sign_in(maya.id)
    assert client.get(f"/saved-views/{view_id}").status_code == 404
    hidden = hidden_fields(client.get("/settings/sign-in").text)
    assert client.post(f"/saved-views/{view_id}/delete", data=hidden).status_code == 404
    assert names(omar) == ["Trips within reach"]


def test_the_shelf_asks_for_views_in_no_statement_of_their_own(sign_in, maya, at, statements):
    stock_reward()
    for number in range(5):
        save(maya, at, f"View {number}", f"q={number}")
    client = sign_in(maya.id)
    client.get("/rewards?q=trail")
    with statements() as plain:
        client.get("/rewards?q=trail")
    with statements() as mistyped:
        client.get("/rewards?q=tarilx")
    assert (len(plain), len(mistyped)) == (4, 5)


def test_maya_gives_no_view_the_name_of_a_company_view(maya, priya, at):
    save(priya, at, name="Trips", for_everyone=True)
    with pytest.raises(ViewRefused, match="A company view is called “Trips” already"):
        save(maya, at, name="TRIPS", query="kind=badge")
    mine = save(maya, at, name="Badges", query="kind=badge")
    with pytest.raises(ViewRefused, match="A company view"), transaction():
        operations.rename_view(maya, mine, "trips", at=at)


def test_a_company_view_named_later_like_mayas_own_says_whose_it_is(maya, priya, sign_in, at):
    stock_gift_card()
    save(maya, at, name="Trips", query="kind=badge")
    save(priya, at, name="Trips", for_everyone=True)
    page = sign_in(maya.id).get("/rewards").text
    assert ">Trips (company)<" in page
    assert ">Trips<" in page
