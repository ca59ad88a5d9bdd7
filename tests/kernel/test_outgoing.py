"""Asking another server: bounded in size and time, never led elsewhere."""

import socket
import time
from contextlib import ExitStack
from datetime import timedelta

import pytest

from marketplace.kernel.outgoing import Bounds, CannotFetch, address_problem, fetch
from tests.support.hostile_server import hostile_server, with_body

SHORT = Bounds(most_bytes=100_000, at_most=timedelta(seconds=0.4))


def refusal_of(answer, bounds: Bounds = SHORT) -> CannotFetch:
    with hostile_server(answer) as server, pytest.raises(CannotFetch) as refused:
        fetch(server.address, {}, bounds)
    return refused.value


def test_a_whole_answer_comes_back_and_the_headers_go_along():
    with hostile_server(with_body(b"[1]")) as server:
        assert fetch(server.address, {"Authorization": "Basic abc"}) == b"[1]"
    assert server.asked[0]["path"] == "/catalog"
    assert server.asked[0]["Authorization"] == "Basic abc"


def test_nobody_leads_us_elsewhere():
    with hostile_server(with_body(b"secret")) as other:
        moved = with_body(b"", 302, Location=other.address)
        assert "elsewhere (302)" in str(refusal_of(moved))
    assert other.asked == []


@pytest.mark.parametrize("status", [204, 401, 404, 500, 503])
def test_only_200_is_an_answer(status):
    assert f"answered {status}" in str(refusal_of(with_body(b"[]", status)))


def test_who_asks_to_wait_is_heard():
    assert refusal_of(with_body(b"", 429, Retry_After="3600")).wait == timedelta(hours=1)
    assert refusal_of(with_body(b"", 429, Retry_After="soon")).wait is None
    assert refusal_of(with_body(b"", 429, Retry_After="99999999")).wait == timedelta(days=1)


def test_two_hundred_megabytes_are_refused_before_they_come():
    def boast(request):
        request.send_response(200)
        request.send_header("Content-Length", str(200 * 1024 * 1024))
        request.end_headers()

    assert "larger than" in str(refusal_of(boast))


def test_two_hundred_megabytes_that_were_not_announced_end_at_the_bound():
    sent = []

    def pour(request):
        request.send_response(200)
        request.end_headers()
        for _ in range(200):
            request.wfile.write(b"x" * 1024 * 1024)
            sent.append(1)

    assert "larger than" in str(refusal_of(pour))
    assert len(sent) < 100


def test_an_answer_that_is_cut_off_is_no_answer():
    def cut(request):
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        request.wfile.write(b"[1, 2")

    text = str(refusal_of(cut))
    assert "cut off" in text or "broke" in text


@pytest.mark.parametrize("part", ["headers", "body"])
def test_a_server_that_sends_a_byte_now_and_then_is_left_in_time(part):
    def drip(request):
        if part == "body":
            request.send_response(200)
            request.end_headers()
        else:
            request.wfile.write(b"HTTP/1.0 200 OK\r\nX-Slow: ")
        for _ in range(100):
            if server_over.wait(0.05):
                return
            request.wfile.write(b" ")
            request.wfile.flush()

    with hostile_server(drip) as server:
        server_over = server.over
        with pytest.raises(CannotFetch, match=r"after 0\.4 seconds"):
            fetch(server.address, {}, SHORT)


def test_a_name_with_three_dead_addresses_takes_no_longer_than_one(monkeypatch):
    """The control is the socket's own time for each address, which takes three times as long."""
    with ExitStack() as open_ones:
        dead = open_ones.enter_context(socket.socket())
        dead.bind(("127.0.0.1", 0))
        dead.listen(0)
        for _ in range(3):  # who is never let in fills the line, so the next one hangs
            waits = open_ones.enter_context(socket.socket())
            waits.setblocking(False)
            waits.connect_ex(dead.getsockname())
        place = (socket.AF_INET, socket.SOCK_STREAM, 6, "", dead.getsockname())
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [place] * 3)
        began = time.monotonic()
        with pytest.raises(CannotFetch, match=r"after 0\.4 seconds") as refused:
            fetch("https://cards.example/catalog", {}, SHORT)
        assert time.monotonic() - began < 0.9
        assert not refused.value.was_sent


def test_a_dead_address_leaves_time_for_the_next_one(monkeypatch):
    with hostile_server(with_body(b"[1]")) as server:
        port = int(server.address.split(":")[2].split("/")[0])
        places = [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", one)) for one in (1, port)
        ]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)
        assert fetch(server.address, {}, SHORT) == b"[1]"


def test_who_never_greets_back_is_left_in_time_and_nothing_was_sent(monkeypatch):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen(5)
        place = (socket.AF_INET, socket.SOCK_STREAM, 6, "", mute.getsockname())
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [place])
        with pytest.raises(CannotFetch, match=r"after 0\.4 seconds") as refused:
            fetch("https://cards.example/catalog", {}, SHORT)
        assert not refused.value.was_sent


def test_what_is_no_http_is_no_answer():
    def gibberish(request):
        request.wfile.write(b"\x00\x01 hello\r\n\r\n")

    assert "broke" in str(refusal_of(gibberish))


def test_nobody_at_home_is_said():
    with hostile_server(with_body(b"")) as server:
        address = server.address
    with pytest.raises(CannotFetch, match="broke: ConnectionRefusedError"):
        fetch(address, {"Authorization": "Basic abc"}, SHORT)


@pytest.mark.parametrize(
    "address",
    [
        "http://example.com/catalog",
        "http://127.0.0.1.example.com/",
        "http://localhost/",
        "http://[::1]/",
        "ftp://127.0.0.1/",
        "file:///etc/passwd",
        "https://user:key@example.com/",
        "https://exa mple.com/",
        "https://example.com/\r\nX: 1",
        "https://example.com:99999/",
        "https://",
        "catalog",
        "",
    ],
)
def test_addresses_that_are_never_asked(address):
    assert address_problem(address)
    with pytest.raises(CannotFetch):
        fetch(address, {})


def test_addresses_that_may_be_asked():
    assert address_problem("https://cards.example/catalog?all=1") == ""
    assert address_problem("http://127.0.0.1:9000/catalog") == ""
