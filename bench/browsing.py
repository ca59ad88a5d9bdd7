"""What a client does over HTTP, as a browser without JavaScript would.

Imports nothing of the product, so that a process of clients starts at once and stays small.
"""

import secrets
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html.parser import HTMLParser
from http.client import HTTPConnection
from http.cookies import SimpleCookie

HOST = "127.0.0.1"
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Visiting:
    """Fetch one page again and again. `cookies`: one signed-in session a client.

    `ports` are dealt to the clients in turn, as a proxy deals them to the processes behind it.
    """

    ports: tuple[int, ...]
    path: str
    cookies: tuple[str, ...]
    good: str = "200"

    @contextmanager
    def client(self, number: int) -> Iterator[Callable[[], str]]:
        """A signed-in visitor."""
        connection = HTTPConnection(
            HOST, self.ports[number % len(self.ports)], timeout=PATIENCE_SECONDS
        )
        cookie = self.cookies[number % len(self.cookies)]
        connection.request("GET", self.path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        headers = {"Cookie": with_new(cookie, answer.headers.get_all("Set-Cookie") or [])}

        def visit() -> str:
            connection.request("GET", self.path, headers=headers)
            answer = connection.getresponse()
            answer.read()
            return str(answer.status)

        yield visit
        connection.close()


@dataclass(frozen=True, slots=True)
class Asking:
    """Send the form of one page again and again, each time as a new request of its own."""

    port: int
    path: str
    cookies: tuple[str, ...]
    good: str = "303"

    @contextmanager
    def client(self, number: int) -> Iterator[Callable[[], str]]:
        """Somebody signed in with the page open in front of them."""
        connection = HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)
        cookie = self.cookies[number % len(self.cookies)]
        connection.request("GET", self.path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        form = form_in(answer.read().decode())
        headers = {
            "Cookie": with_new(cookie, answer.headers.get_all("Set-Cookie") or []),
            "Content-Type": "application/x-www-form-urlencoded",
        }

        def ask() -> str:
            filled = form.fields | {"request_key": secrets.token_urlsafe(18)}
            filled.pop("seen_before", None)  # who asks again and again here means it
            body = urllib.parse.urlencode(filled)
            connection.request("POST", form.action or self.path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return str(answer.status)

        yield ask
        connection.close()


def with_new(cookie: str, given: list[str]) -> str:
    """A `Cookie` line with what `Set-Cookie` lines changed in it."""
    jar = SimpleCookie(cookie)
    for line in given:
        jar.load(line)
    return "; ".join(f"{name}={morsel.value}" for name, morsel in jar.items())


@dataclass(slots=True)
class FilledForm:
    """Where a form goes and what stands in it."""

    action: str
    fields: dict[str, str]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[FilledForm] = []
        self.is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.is_inside = facts.get("method", "").lower() == "post"
            if self.is_inside:
                self.found.append(FilledForm(facts.get("action", ""), {}))
        elif self.is_inside and tag == "input" and facts.get("name") and _is_sent(facts):
            self.found[-1].fields[facts["name"]] = facts.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.is_inside = False


def _is_sent(facts: dict[str, str]) -> bool:
    return facts.get("type") not in {"checkbox", "radio"} or "checked" in facts


def form_in(page: str) -> FilledForm:
    """The form of a page that carries a request key. Raises ValueError when there is none."""
    reader = _Forms()
    reader.feed(page)
    for form in reader.found:
        if "request_key" in form.fields and len(form.fields) > 2:
            return form
    raise ValueError(f"No form to send on this page: {page[:200]!r}")
