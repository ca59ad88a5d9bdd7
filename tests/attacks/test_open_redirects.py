"""No link that begins here ends at another site: the doors that send people on, tried."""

from urllib.parse import urljoin, urlsplit

import pytest

from tests.support.browsing import hidden_fields, send
from tests.support.catalog import stock_gift_card
from tests.support.people import employ_maya

HOME = "http://localhost/"
ELSEWHERE = (
    "https://evil.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "\\\\evil.example",
    " //evil.example",
    "/%09/evil.example",
    "/%5cevil.example",
    "javascript:alert(1)",
    "https:evil.example",
    "http://localhost@evil.example/",
    "/rewards\r\nLocation: https://evil.example/",
)


def persona(client, where):
    maya = employ_maya()
    return send(client, "/sign-in", f"/sign-in/as/{maya}", next=where)


def heart(client, where):
    persona(client, "/")
    card = stock_gift_card()
    fields = hidden_fields(client.get(f"/rewards/{card.slug}").text)
    fields |= {"wished": "1", "back": where}
    return client.post(f"/wishlist/{card.slug}/heart", data=fields)


@pytest.mark.parametrize("door", [persona, heart])
@pytest.mark.parametrize("where", ELSEWHERE)
def test_nobody_is_sent_to_another_site(browser, door, where):
    answer = door(browser(), where)
    assert answer.status_code == 303
    leads_to = urlsplit(urljoin(HOME, answer.location.replace("\\", "/").replace("\t", "")))
    assert (leads_to.scheme, leads_to.netloc) == ("http", "localhost"), answer.location


@pytest.mark.parametrize("door", [persona, heart])
def test_everybody_is_sent_to_a_page_of_ours(browser, door):
    assert urlsplit(door(browser(), "/points?source=spent").location).path == "/points"
