"""Every page of the catalog in a browser: each width, light and dark, by keyboard, no script."""

from urllib.parse import urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException

from marketplace.app import create_app
from tests.browser.person import DESK, Look, Person
from tests.conftest import settings_for

pytestmark = pytest.mark.browser

WIDTHS = (320, 390, 1280)
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
MOST_KEYS = 400

# Marks what has the focus; says what is wrong with it.
FOCUSED = """() => {
  const part = document.activeElement;
  if (!part || part === document.body) return "none";
  if (part === window.before) return "";  // a day has a stop for its month, and one for its year
  window.before = part;
  if ("reached" in part.dataset) return "again";
  part.dataset.reached = "";
  if (part.type === "radio" && part.name)
    document.getElementsByName(part.name).forEach((one) => { one.dataset.reached = ""; });
  const box = part.getBoundingClientRect();
  const near = [part.nextElementSibling, ...(part.labels ?? [])];
  for (let one = part, far = 0; one && far < 5; one = one.parentElement, far++) near.push(one);
  const marked = near.filter(Boolean).some((one) => ["", "::before", "::after"].some((side) => {
    const style = getComputedStyle(one, side || null);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  }));
  const seen = box.bottom > 0 && box.top < innerHeight;
  const fault = marked ? (seen ? "" : "out of sight") : "no mark";
  return fault && `${fault}: ${part.outerHTML.slice(0, 120)}`;
}"""
NOT_REACHED = """() => [...document.querySelectorAll(
    "main :is(a[href], button, input, select, textarea, summary)")]
  .filter((part) => part.checkVisibility({ visibilityProperty: true }) && part.type !== "hidden"
    && !part.disabled && part.tabIndex >= 0 && !("reached" in part.dataset))
  .map((part) => part.outerHTML.slice(0, 120))"""


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


def look_at(person: Person) -> None:
    person.look_over()
    for width in WIDTHS:
        person.page.set_viewport_size({"width": width, "height": 900})
        wide = person.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{person.page.url} is {wide} px wide at {width} px"
    assert keyboard_faults(person) == [], person.page.url


def keyboard_faults(person: Person) -> list[str]:
    """What the Tab key does not reach, or reaches without a mark or out of sight."""
    found = []
    person.page.evaluate("document.activeElement?.blur(); scrollTo(0, 0)")
    for _ in range(MOST_KEYS):
        person.page.keyboard.press("Tab")
        said = person.page.evaluate(FOCUSED)
        if said in {"none", "again"}:
            break
        found += [said] if said else []
    return found + person.page.evaluate(NOT_REACHED)


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
