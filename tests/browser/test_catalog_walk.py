"""Every page of the catalog in a browser: each width, light and dark, by keyboard, no script."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from marketplace.app import create_app
from tests.browser.looking import keyboard_faults, look_at
from tests.browser.person import DESK, Look, Person
from tests.conftest import settings_for

pytestmark = pytest.mark.browser

FILES = {"catalog_manage.export", "catalog_photos.file", "providers.report", "reach.take_along"}
WALKERS = {
    "Maya Chen": ("/", "/rewards", "/wishlist", "/saved-views"),
    "Priya Nair": (
        "/manage/catalog",
        "/manage/catalog/lisbon-long-weekend",
        "/manage/catalog/bridge-builder-badge",
        "/manage/catalog/paper-crane-stationery",
        "/manage/tiers",
        "/manage/providers",
        "/manage/catalog/report",
    ),
}
OF_THE_BADGE = "/manage/catalog/bridge-builder-badge/variants/"  # what a departure has no page for


@pytest.fixture(scope="module")
def laurel(tmp_path_factory) -> Flask:
    """Knows which endpoint answers at an address."""
    path = tmp_path_factory.mktemp("addresses") / "laurel.db"
    return create_app(settings_for(f"sqlite:///{path}"))


def pages_of_the_catalog(app: Flask) -> set[str]:
    """The endpoints of all its pages."""
    return {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and is_catalog(app, rule.endpoint)
    } - FILES


def is_catalog(app: Flask, endpoint: str) -> bool:
    view = app.view_functions[endpoint]
    return view.__module__.partition(".")[0] == "catalog"


def endpoint_of(app: Flask, address: str) -> str:
    try:
        found = app.url_map.bind("localhost").match(urlsplit(address).path, method="GET")
    except HTTPException:
        return ""
    return str(found[0])


def walk(app: Flask, person: Person, doors: tuple[str, ...]) -> dict[str, str]:
    """One address of each page of the catalog that links lead to, each looked at on the way."""
    ahead, met, seen = list(doors), {}, set()
    while ahead:
        address = ahead.pop(0)
        endpoint = endpoint_of(app, address)
        is_page = bool(endpoint) and endpoint not in FILES and is_catalog(app, endpoint)
        is_wanted = endpoint not in met or address in doors or address.startswith(OF_THE_BADGE)
        if not is_page or not is_wanted or address in seen:
            continue
        met.setdefault(endpoint, address)
        seen.add(address)
        person.open(address)
        links = person.page.eval_on_selector_all("a[href]", "all => all.map((a) => a.href)")
        ahead += [link.removeprefix(person.address) for link in links]
        look_at(person)
    return met


@pytest.mark.soak
def test_every_page_is_looked_at_at_each_width_in_both_themes_and_by_keyboard(somebody, laurel):
    met = {name: walk(laurel, somebody(DESK, name), doors) for name, doors in WALKERS.items()}
    assert set().union(*met.values()) == pages_of_the_catalog(laurel)
    for name, addresses in met.items():
        reader = somebody(Look(390, script=False), name)
        for address in addresses.values():
            reader.open(address)
            assert reader.page.locator("main h1").count() == 1, address
            reader.look_over()


def test_control_what_a_key_does_not_reach_or_does_not_show_is_found(somebody):
    maya = somebody(DESK, "Maya Chen")
    maya.open("/wishlist")
    assert keyboard_faults(maya) == []
    maya.open("/wishlist")
    maya.page.evaluate(
        """() => {
          const [first, second] = document.querySelectorAll("main button");
          first.addEventListener("focus", () => first.blur());
          second.style.cssText = "outline: none !important; box-shadow: none !important";
        }"""
    )
    assert keyboard_faults(maya) != []
