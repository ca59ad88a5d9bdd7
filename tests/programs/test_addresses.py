"""Priya names a thing and leaves its address empty: it gets one, and a taken one is named."""

import pytest
from flask.testing import FlaskClient

from tests.support.journeys import Visitor
from tests.support.people import employ_priya

BUDGET = {
    "purpose": "awards",
    "starts_on": "2026-11-01",
    "ends_on": "2026-12-31",
    "points": "1000",
    "reason": "For the winter",
}
VALUE = {"sentence": "We say what we mean.", "position": "10"}
MADE = [
    ("metrics", "Save the metric", {}, "/manage/metrics/{}"),
    ("budgets", "Open", BUDGET, "/manage/budgets/{}"),
    ("courses", "Save", {"minutes": "30"}, "/manage/courses/{}"),
    ("recognition/values", "Save", VALUE, "/manage/recognition/values/{}"),
]


@pytest.fixture
def priya(app, at, monkeypatch):
    monkeypatch.setattr(app, "test_client_class", FlaskClient)  # a visitor lets sessions go itself
    return Visitor(app, employ_priya())


@pytest.mark.parametrize(("place", "button", "more", "address"), MADE)
def test_an_address_left_empty_is_made_from_the_name(priya, place, button, more, address):
    priya.open(f"/manage/{place}/new")
    priya.reads("Empty: made from the name.")
    seen = priya.press(button, name="Été, clear words!", **more)
    assert seen.status == 200
    assert priya.open(address.format("ete-clear-words")).status == 200
    assert "Été, clear words!" in seen.words


@pytest.mark.parametrize(("place", "button", "more", "address"), MADE)
def test_a_name_that_makes_no_address_gets_the_name_of_the_thing(
    priya, place, button, more, address
):
    priya.open(f"/manage/{place}/new")
    priya.press(button, name="賞", **more)
    thing = place.rpartition("/")[2].removesuffix("s")
    assert priya.open(address.format(thing)).status == 200


@pytest.mark.parametrize(("place", "button", "more", "address"), MADE)
def test_an_address_made_twice_is_refused_and_nothing_typed_is_lost(
    priya, place, button, more, address
):
    priya.open(f"/manage/{place}/new")
    priya.press(button, name="Clear words", slug="  ", **more)
    priya.open(f"/manage/{place}/new")
    seen = priya.press(button, name="Clear, words", **more)
    assert seen.status == 422
    priya.reads("“clear-words”", "another")
    assert 'value="Clear, words"' in seen.html
    seen = priya.press(button, slug="other-words")
    assert (seen.status, priya.open(address.format("other-words")).status) == (200, 200)


@pytest.mark.parametrize(("place", "button", "more", "address"), MADE)
def test_an_address_that_is_written_is_read_strictly(priya, place, button, more, address):
    priya.open(f"/manage/{place}/new")
    seen = priya.press(button, name="Clear words", slug="Clear Words", **more)
    assert seen.status == 422
    priya.reads("Use lower-case letters, digits, hyphens.")
    assert priya.get(address.format("clear-words")).status == 404
