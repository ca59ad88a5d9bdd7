"""Omar keeps what he looks at in his inbox again and again, under names of his own."""

import pytest
import sqlalchemy as sa

from catalog.saved_views.operations import ViewRefused
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from redemption.approvals.inbox_views import query_of
from redemption.approvals.kept_views.models import MOST_VIEWS
from redemption.approvals.kept_views.operations import delete_view, keep_view
from redemption.approvals.kept_views.queries import KEPT, views_in
from tests.support.browsing import hidden_fields
from tests.support.catalog import stock_gift_card, stock_lisbon_trip
from tests.support.page_lint import lint_page
from tests.support.redemption import ask_for

pytestmark = pytest.mark.usefixtures("unfulfilled")
TRIPS = "view=travel&sort=points"


def keep(who, name="Trips, largest first", query=TRIPS):
    with transaction():
        view_id = keep_view(who, name, query, at=clock.now())
    session().close()
    return view_id


def views_of(who):
    return views_in(session().execute(sa.select(KEPT), {"me": who.id}).one())


def names(who):
    found = [view.name for view in views_of(who)]
    session().close()
    return found


@pytest.fixture
def asked(house):
    ask_for(house.maya, stock_gift_card(points=12_000))
    ask_for(house.maya, stock_lisbon_trip(points=20_000))


def filled(client, query, name):
    """The form of the inbox that saves what an address shows."""
    shown = client.get(f"/approvals?{query}").text
    session().close()
    assert f'name="query" value="{query.replace("&", "&amp;")}"' in shown
    return hidden_fields(shown) | {"name": name, "query": query}


def test_omar_saves_what_he_sees_opens_it_and_deletes_it(house, asked, omar):
    address = f"/approvals?{TRIPS}"
    done = omar.post("/approvals/views", data=filled(omar, TRIPS, "Trips, largest first"))
    assert (done.status_code, done.location) == (303, address)
    shown = omar.get("/approvals")
    assert f'href="{address.replace("&", "&amp;")}"' in shown.text
    assert "Trips, largest first" in shown.text
    assert "Save this view" not in shown.text  # everything that waits needs no name
    opened = omar.get(address)
    lint_page(opened.text)
    assert "Save this view" not in opened.text  # it is
    assert "Delete this view" in opened.text
    (view,) = views_of(house.omar)
    session().close()
    gone = omar.post(f"/approvals/views/{view.id}/delete", data=hidden_fields(opened.text))
    assert (gone.status_code, names(house.omar)) == (303, [])


def test_the_same_form_twice_saves_one_view(house, asked, omar):
    fields = filled(omar, TRIPS, "Trips")
    for _again in range(2):
        assert omar.post("/approvals/views", data=fields).status_code == 303
    assert names(house.omar) == ["Trips"]


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("", TRIPS, "Enter a name"),
        ("x" * 41, TRIPS, "40"),
        ("Everything", "", "Choose a view, a kind or an order first"),
        ("Everything", "view=waiting&sort=oldest&who=5", "Choose a view, a kind or an order first"),
        ("TRIPS, LARGEST FIRST", "view=travel", "There is a view called"),
        ("The same", "sort=points&view=travel", "This view is saved already"),
    ],
)
def test_what_cannot_be_saved_is_said_in_the_form(house, omar, asked, name, query, said):
    keep(house.omar)
    fields = hidden_fields(omar.get("/approvals?view=overdue").text)
    answer = omar.post("/approvals/views", data=fields | {"name": name, "query": query})
    assert (answer.status_code, said in answer.text) == (422, True)
    lint_page(answer.text)
    assert len(names(house.omar)) == 1


def test_a_view_is_nobody_elses(house):
    view_id = keep(house.omar)
    assert names(house.wei) == []
    with pytest.raises(NotFound), transaction():
        delete_view(house.wei, view_id)
    session().close()
    keep(house.wei)  # the same name and view, of another
    assert names(house.omar) == names(house.wei)


def test_there_are_so_many_and_not_more(house):
    kinds = ("badge", "certificate", "gift_card", "merchandise", "experience", "learning")
    queries = [f"view={view}&kind={kind}" for view in ("travel", "within") for kind in kinds]
    for number, query in enumerate(queries):
        keep(house.omar, f"View {number}", query)
    assert len(queries) == MOST_VIEWS
    with pytest.raises(ViewRefused, match="as many as there can be"):
        keep(house.omar)
    session().close()
    with pytest.raises(BadInput):
        keep(house.omar, "Nothing", "")


def test_an_address_is_read_in_one_way_and_without_what_no_inbox_knows():
    assert query_of({"sort": "points", "view": "travel", "request": "R-1"}) == TRIPS
    assert query_of({"view": "waiting", "sort": "oldest", "kind": "no-such"}) == ""
