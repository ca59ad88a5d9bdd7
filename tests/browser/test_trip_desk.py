"""Priya rooms forty people with three keys each, and looks every page of the desk over."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from playwright.sync_api import expect

from catalog.models import Variant
from catalog.operations import adjust_stock
from marketplace.access.actor import Actor
from marketplace.app import create_app
from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.people.queries import actor_named
from tests.browser.person import LOOKS, Look, Person
from tests.conftest import settings_for
from tests.support.desk import fill, plan_rooms
from tests.support.live_server import Site, serving

pytestmark = pytest.mark.browser

SKU, PEOPLE = "desert-camp-in-jordan-1", 40
DESK = "/manage/trips/desert-camp-in-jordan"
PAGES = ("", "/rooms", "/flights", "/transfers", "/run-sheet", "/lists", "/lists/flights")


@pytest.fixture(scope="module")
def camp(tmp_path_factory) -> Iterator[tuple[Site, str]]:
    """A product of its own where forty people go to a camp of tents for two."""
    folder = tmp_path_factory.mktemp("camp")
    url = f"sqlite:///{folder / 'laurel.db'}"
    with serving(url, folder) as served:
        app = create_app(settings_for(url))
        with app.app_context():
            variant = session().scalars(sa.select(Variant).where(Variant.sku == SKU)).one()
            trip = SimpleNamespace(variant_id=variant.id, reward_id=variant.reward_id)
            session().close()
            with transaction():
                more = {"reason": "A larger camp", "at": clock.now()}
                adjust_stock(Actor.system(), trip.variant_id, PEOPLE, **more)
            plan_rooms(actor_named("priya.nair@evergreen.example"), trip, ("Tent", 2, PEOPLE // 2))
            fill(trip, [1] * PEOPLE)
            db.session.remove()
            db.engine.dispose()
        yield served, f"{DESK}/{trip.variant_id}/desk"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_every_page_of_the_desk_can_be_read_by_everyone(people_at, camp, look):
    site, desk = camp
    priya: Person = people_at(site, look, "Priya Nair")
    for page in (*PAGES, "/messages", "/messages/new"):
        priya.open(desk + page)
        expect(priya.page.locator("h1")).to_be_visible()
        priya.look_over()


def test_priya_rooms_forty_people_by_keyboard_without_a_script(people_at, camp):
    site, desk = camp
    priya: Person = people_at(site, Look(script=False), "Priya Nair")
    priya.open(f"{desk}/rooms")
    priya.page.get_by_label("Move Traveler 001 to").focus()
    for number in range(1, PEOPLE + 1):
        chosen = priya.page.get_by_label(f"Move Traveler {number:03} to").first
        expect(chosen).to_be_focused()
        for key in ("ArrowDown", "Tab"):
            priya.page.keyboard.press(key)
        with priya.page.expect_navigation():
            priya.page.keyboard.press("Enter")
    priya.reads("40", "Tent 20")
    expect(priya.page.get_by_role("heading", name="Without a bed")).to_have_count(0)
    expect(priya.page.get_by_role("heading", name="To look at")).to_have_count(1)
