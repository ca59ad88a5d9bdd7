"""Whose address counts when proxies stand before Laurel, and who may say so."""

import pytest
from flask import request, request_started

from marketplace.app import create_app
from tests.conftest import settings_for

LEO = "203.0.113.7"
FORGED = "198.51.100.1"


@pytest.fixture
def address_seen(tmp_path, app, queue):
    """What Laurel takes for the address and the scheme of a request, behind so many proxies."""

    def ask(proxies: int, **headers: str) -> tuple[str | None, str]:
        behind = create_app(settings_for(f"sqlite:///{tmp_path / 'l.db'}", proxies=proxies))
        seen = []

        def note(_app, **_more):
            seen.append((request.remote_addr, request.scheme))

        with request_started.connected_to(note, behind):
            behind.test_client().get("/static/nothing-here.css", headers=headers)
        return seen[0]

    return ask


def test_leo_behind_the_companys_proxy_is_counted_by_his_own_address(address_seen):
    headers = {"X-Forwarded-For": LEO, "X-Forwarded-Proto": "https"}
    assert address_seen(1, **headers) == (LEO, "https")


def test_an_attacker_who_forges_the_header_is_still_counted_as_the_proxy_saw_him(address_seen):
    assert address_seen(1, **{"X-Forwarded-For": f"{FORGED}, {LEO}"}) == (LEO, "http")


def test_without_proxies_nobody_chooses_the_address_he_is_counted_by(address_seen):
    headers = {"X-Forwarded-For": FORGED, "X-Forwarded-Proto": "https"}
    assert address_seen(0, **headers) == ("127.0.0.1", "http")
