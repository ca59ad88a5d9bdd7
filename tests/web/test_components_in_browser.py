"""The gallery in Chromium: axe finds nothing, nothing overflows, scripts do what the docs say."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from flask import Flask
from playwright.sync_api import Page
from werkzeug.serving import make_server

from tests.support.axe import COLORS, EVERYTHING, axe_faults
from tests.web.gallery import gallery_app

pytestmark = pytest.mark.browser


def _read_first(app: Flask) -> Callable[..., list[bytes]]:
    """The app, with files closed before they are sent: a browser may leave in the middle of one."""

    def answer(environ, start_response):
        with closing(app(environ, start_response)) as parts:
            return [b"".join(parts)]

    return answer


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, _read_first(gallery_app()), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/_components"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def open_page(chromium, address) -> Iterator:
    contexts, complaints = [], []

    def open_with(query: str = "", **options) -> Page:
        contexts.append(
            chromium.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        )
        page = contexts[-1].new_page()
        page.on(
            "console", lambda said: complaints.append(said.text) if said.type == "error" else None
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{address}?{query}")
        if options.get("java_script_enabled", True):
            page.wait_for_selector("html[data-enhanced]", state="attached")
        return page

    yield open_with
    for context in contexts:
        context.close()
    assert complaints == []


def test_axe_finds_nothing_at_a_desk_and_on_a_phone_in_light_and_dark(open_page):
    for theme, rules in (("light", EVERYTHING), ("dark", COLORS)):
        page = open_page(f"theme={theme}")
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert axe_faults(page, rules) == [], (theme, width)


def test_axe_notices_a_field_without_label_and_faint_words(open_page):
    page = open_page("theme=dark")
    page.evaluate("document.querySelector('label[for=passport]').remove()")
    page.evaluate("document.querySelector('h1').style.color = '#333'")
    assert "label" in {rule for rule, _ in axe_faults(page)}
    assert {rule for rule, _ in axe_faults(page, COLORS)} == {"color-contrast"}


@pytest.mark.parametrize("query", ["", "dir=rtl"])
def test_nothing_is_wider_than_the_screen(open_page, query):
    page = open_page(query)
    for width in (320, 390, 640, 768, 960, 1024):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_controls_are_large_enough_for_a_finger(open_page):
    page = open_page(viewport={"width": 390, "height": 900})
    small = page.evaluate(
        """[...document.querySelectorAll("button, .button, input:not([type=hidden]), .chip")]
        .filter((control) => control.checkVisibility())
        .filter((control) => control.getBoundingClientRect().height < 24
                          || control.getBoundingClientRect().width < 24)
        .map((control) => control.outerHTML.slice(0, 120))"""
    )
    assert small == []


def test_menus_open_without_a_script(open_page):
    page = open_page(java_script_enabled=False)
    page.get_by_role("button", name="12,450 points").click()
    assert page.get_by_text("Set aside for requests").is_visible()
    page.get_by_role("button", name="Your menu").click()
    assert page.get_by_role("button", name="Sign out").is_visible()


def test_the_bulk_bar_shows_and_counts_what_is_selected(open_page):
    page = open_page()
    bar = page.locator("#people-bulk")
    assert not bar.is_visible()
    page.locator("#people input[type=checkbox]").first.check()
    assert bar.is_visible()
    assert bar.locator("[data-bulk-count]").inner_text() == "1 selected"


def test_slash_goes_to_search_and_keys_rest_while_typing(open_page):
    page = open_page()
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "site-search"
    page.keyboard.type("?")
    assert page.locator("dialog[open]").count() == 0
    assert page.locator("#site-search").input_value() == "?"


def test_the_sheet_names_the_keys_and_shortcuts_can_be_turned_off(open_page):
    page = open_page()
    page.keyboard.press("?")
    assert "Approve" in page.locator("dialog[open]").inner_text()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Turn shortcuts off").click()
    page.locator("h1").click()
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 0
    assert page.get_by_role("button", name="Turn shortcuts on").is_visible()


def test_a_key_held_down_answers_once(open_page):
    page = open_page()
    page.evaluate(
        """() => {
          window.answers = 0;
          document.addEventListener("click", (event) => {
            if (!event.target.closest("[data-hotkey=a]")) return;
            event.preventDefault();
            window.answers += 1;
          });
        }"""
    )
    for _ in range(3):
        page.keyboard.down("a")
    page.keyboard.up("a")
    assert page.evaluate("window.answers") == 1


def test_a_link_pressed_twice_opens_one_dialog(open_page):
    page, asked = open_page(), []

    def answer(route):
        asked.append(route.request.url)
        body = "<div data-dialog-content><h1>Why not?</h1></div>"
        route.fulfill(body=body, content_type="text/html")

    page.route("**/why", answer)
    page.evaluate(
        """() => {
          const link = Object.assign(document.createElement("a"), {href: "/why"});
          link.dataset.dialog = "";
          document.querySelector("main").append(link);
          link.click();
          link.click();
        }"""
    )
    page.get_by_role("dialog", name="Why not?").wait_for()
    assert len(asked) == page.locator("dialog[open]").count() == 1


def test_a_link_opens_its_dialog_and_escape_returns_to_the_link(open_page):
    page = open_page()
    link = page.locator("a[data-dialog=sample-dialog]")
    link.click()
    assert page.get_by_role("dialog", name="Decline Priya’s request").is_visible()
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert link.evaluate("(link) => link === document.activeElement")


def test_results_follow_the_filter_and_the_address_with_them(open_page):
    page = open_page()
    page.locator("[data-results]").evaluate(
        "(region) => { region.dataset.old = 'yes'; region.firstElementChild.remove(); }"
    )
    page.locator("#filter-q").fill("lisbon")
    page.wait_for_url("**q=lisbon**")
    assert page.locator("[data-results-count]").inner_text() == "6 rewards"
    assert page.locator("[data-results]").get_attribute("data-old") == "yes"


def test_a_jump_within_the_page_leaves_what_was_found_alone(open_page):
    page = open_page()
    page.evaluate("window.stillHere = true")
    page.locator(".skip-link").press("Enter")
    page.wait_for_url("**#main")
    page.locator("#filter-q").fill("lisbon")
    page.wait_for_url("**q=lisbon**")
    assert page.evaluate("window.stillHere")


def test_going_back_past_a_jump_shows_what_stood_there(open_page):
    page = open_page()
    page.locator(".skip-link").press("Enter")
    page.wait_for_url("**#main")
    page.locator("#filter-q").fill("lisbon")
    page.wait_for_url("**q=lisbon**")
    page.evaluate("window.stillHere = true")
    page.go_back()
    page.wait_for_function("!window.stillHere")
    assert page.locator("#filter-q").input_value() != "lisbon"
