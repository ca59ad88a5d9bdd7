"""Pictures over HTTP: for everyone, for ever, and only what is allowed."""

import gzip

import pytest

from catalog.search_words import words_of
from marketplace.web.art import art_version


def test_a_picture_in_its_present_version_may_be_kept_for_ever(browser):
    address = f"/art/scene/lisbon.svg?scene=beach&mood=day&v={art_version()}"
    answer = browser().get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Accept-Encoding" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers
    assert gzip.decompress(answer.data).startswith(b"<svg")


def test_without_gzip_the_picture_comes_as_it_is(browser):
    answer = browser().get("/art/gift-card/lumen.svg", headers={"Accept-Encoding": "identity"})
    assert answer.data.startswith(b"<svg")
    assert "immutable" not in answer.headers["Cache-Control"]


def test_a_browser_that_has_it_is_told_so(browser):
    maya = browser()
    etag = maya.get("/art/badge/bridge.svg").headers["ETag"]
    assert maya.get("/art/badge/bridge.svg", headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("name", ["日本の旅", "Καλοκαίρι", "เชียงใหม่", "हिमालय की यात्रा", "mug"])
def test_a_reward_of_any_script_has_its_picture_and_keeps_it_when_discarded(browser, name):
    slug = "-".join(words_of(name))
    for address in (slug, f"{slug}~12"):
        assert browser().get(f"/art/merchandise/{address}.svg").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/art/nonsense/lisbon.svg",
        "/art/scene/lisbon.svg?scene=moon",
        "/art/scene/lisbon.svg?onload=alert(1)",
        "/art/scene/Lisbon<b>.svg",
        "/art/scene/\u202elisbon.svg",
        "/art/scene/..%2Flisbon.svg",
        f"/art/scene/{'a' * 81}.svg",
        "/art/gift-card/lumen.svg?hue=1e3",
        "/art/gift-card/lumen.svg?variant=-1",
        "/art/badge/bridge.svg?icon=../../etc/passwd",
    ],
)
def test_anything_else_is_not_found(browser, address):
    answer = browser().get(address)
    assert answer.status_code == 404
    assert "<script" not in answer.text
