"""A person with a browser that runs no script: opens pages, follows links, sends forms."""

import re
import secrets
from collections.abc import Iterator
from contextvars import Context
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import lxml.html
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from marketplace.kernel import clock
from marketplace.kernel.db import db, transaction
from marketplace.people.operations.sessions import Browser, start_session
from tests.support.page_lint import lint_page

MOST_REDIRECTS = 5


def words_of(element: Element) -> str:
    """The words in an element, with single blanks."""
    return " ".join("".join(element.itertext()).split())


@dataclass
class FoundForm:
    """A form as it stands on a page: where it goes and what it sends as it is."""

    action: str
    method: str
    fields: list[tuple[str, str]]
    kinds: dict[str, str]
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # words, name, value

    @property
    def names(self) -> list[str]:
        """The names of what a person can change, in order."""
        hidden = {"csrf_token", "request_key"}
        return [name for name in dict.fromkeys(self.kinds) if name not in hidden]

    def filled(self, **changes: Any) -> dict[str, Any]:
        """What would be sent with these changes; a list stands for several values."""
        data: dict[str, Any] = {}
        for name, value in self.fields:
            data.setdefault(name, []).append(value)
        return data | changes


@dataclass
class Seen:
    """A page that came back."""

    address: str
    response: TestResponse

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def html(self) -> str:
        return self.response.get_data(as_text=True)

    @property
    def is_page(self) -> bool:
        return self.response.mimetype == "text/html"

    @cached_property
    def root(self) -> Element:
        """The page read quickly; `lint` reads it again, to the letter and twenty times as long."""
        return lxml.html.document_fromstring(self.html)  # pyright: ignore[reportReturnType]

    def lint(self) -> list[str]:
        """What is wrong with the page, in words."""
        return lint_page(self.html)

    @property
    def words(self) -> str:
        """Everything the page says, with single blanks."""
        return " ".join(words_of(part) for part in self.root.iter() if part.tag in {"body"})

    @property
    def heading(self) -> str:
        return next((words_of(part) for part in self.root.iter("h1")), "")

    def links(self) -> list[tuple[str, str]]:
        """Every link of this house on the page: words and address."""
        found = []
        for link in self.root.iter("a"):
            address = urljoin(self.address, link.attrib.get("href", ""))
            if not urlsplit(address).netloc and not address.startswith(("mailto:", "tel:")):
                found.append((words_of(link) or link.attrib.get("aria-label", ""), address))
        return found

    def pictures(self) -> list[str]:
        """The addresses of the pictures on the page."""
        return [image.attrib["src"] for image in self.root.iter("img")]

    def forms(self) -> list[FoundForm]:
        """Every form on the page, with what belongs to it by `form=` as well."""
        return [found for form in self.root.iter("form") for found in self._ways(form)]

    def _ways(self, form: Element) -> Iterator[FoundForm]:
        """A form for each address its buttons send it to, some by `formaction`."""
        controls = list(self._controls(form))
        own = form.attrib.get("action")
        elsewhere = [c for c in controls if "formaction" in c.attrib]
        here = [c for c in controls if c not in elsewhere]
        if own or any(c.tag == "button" for c in here):
            yield self._form(form, own, here)
        for button in elsewhere:
            rest = [c for c in controls if c.tag != "button"]
            yield self._form(form, button.attrib["formaction"], [*rest, button])

    def _form(self, form: Element, action: str | None, controls: list[Element]) -> FoundForm:
        found = FoundForm(
            urljoin(self.address, action or self.address),
            form.attrib.get("method", "get").upper(),
            [],
            {},
        )
        for control in controls:
            _take(control, found)
        return found

    def _controls(self, form: Element) -> Iterator[Element]:
        own = form.attrib.get("id")
        yield from (c for c in form.iter() if c.attrib.get("form") in {None, own})
        inside = set(form.iter())
        if own:
            yield from (
                control
                for control in self.root.iter()
                if control.attrib.get("form") == own and control not in inside
            )


def _take(control: Element, found: FoundForm) -> None:
    name, kind = control.attrib.get("name", ""), control.attrib.get("type", "text")
    if control.tag == "button" and kind == "submit":
        words = words_of(control) or control.attrib.get("aria-label", "")
        found.buttons.append((words, name, control.attrib.get("value", "")))
        return
    if not name or control.tag not in {"input", "select", "textarea"}:
        return
    found.kinds[name] = kind if control.tag == "input" else control.tag
    if control.tag == "textarea":
        found.fields.append((name, re.sub(r"^\r?\n", "", "".join(control.itertext()))))
    elif control.tag == "select":
        options = list(control.iter("option"))
        chosen = [o for o in options if "selected" in o.attrib] or options[:1]
        found.fields += [(name, o.attrib.get("value", words_of(o))) for o in chosen]
    elif kind != "file" and (kind not in {"checkbox", "radio"} or "checked" in control.attrib):
        found.fields.append((name, control.attrib.get("value", "")))


class Visitor:
    """Somebody with a browser; `employee_id` None is somebody who has not signed in."""

    def __init__(self, app: Flask, employee_id: int | None = None, *, lint: bool = True) -> None:
        self.app, self.lints = app, lint
        self.client: FlaskClient = app.test_client()
        self.page: Seen | None = None
        if employee_id is not None:
            self._sign_in(employee_id)

    def _sign_in(self, employee_id: int) -> None:
        with transaction():
            token = start_session(
                employee_id,
                Browser("127.0.0.1", "test"),
                at=clock.now(),
                lasts=timedelta(days=30),
            )
        with self.client.session_transaction() as cookie:
            cookie["_user_id"] = token
            cookie["_fresh"] = True

    def request(self, method: str, address: str, **options: Any) -> Seen:
        """One request, without following where it leads."""
        db.session.close()
        response = Context().run(self.client.open, address, method=method, **options)
        response.get_data()  # read to the end, and let go of the file behind it
        response.close()
        return Seen(address, response)

    def get(self, address: str, **options: Any) -> Seen:
        """Look at an address."""
        return self.request("GET", address, **options)

    @property
    def token(self) -> str:
        """A CSRF token that counts in this browser."""
        with self.client.session_transaction() as cookie:
            secret = cookie.setdefault("csrf_token", secrets.token_hex(20))
        return URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(secret)

    def post(self, address: str, data: dict[str, Any] | None = None, **options: Any) -> Seen:
        """Send a form with the hidden fields that make it count."""
        hidden = {"csrf_token": self.token, "request_key": secrets.token_urlsafe(18)}
        return self.request("POST", address, data=hidden | (data or {}), **options)

    # A journey: pages are followed, and each one is looked over.

    def open(self, address: str) -> Seen:
        """Open a page, follow where it leads, and look it over."""
        return self._arrive(self.get(address))

    def _arrive(self, seen: Seen) -> Seen:
        for _ in range(MOST_REDIRECTS):
            if seen.status not in {301, 302, 303, 307, 308}:
                break
            seen = self.get(urljoin(seen.address, seen.response.headers["Location"]))
        if self.lints and seen.is_page:
            assert seen.lint() == [], seen.address
        self.page = seen
        return seen

    @property
    def here(self) -> Seen:
        """The page that is open."""
        assert self.page is not None, "open a page first"
        return self.page

    def follow(self, words: str) -> Seen:
        """Follow the first link that says these words."""
        links = self.here.links()
        found = [address for said, address in links if words in said]
        assert found, f"no link {words!r} at {self.here.address}: {sorted({s for s, _ in links})}"
        return self.open(found[0])

    def press(self, words: str, **fields: Any) -> Seen:
        """Fill in the form with this button and press it."""
        form, name, value = self.form_with(words)
        wrong = [field for field in fields if field not in form.kinds]
        assert not wrong, f"the form with {words!r} has no {wrong}; it has {list(form.kinds)}"
        data = form.filled(**fields) | ({name: value} if name else {})
        if form.method == "GET":
            seen = self.get(form.action.partition("?")[0], query_string=data)
            return self._arrive(Seen(seen.response.request.full_path, seen.response))
        has_file = "file" in form.kinds.values()
        kind = {"content_type": "multipart/form-data"} if has_file else {}
        return self._arrive(self.request("POST", form.action, data=data, **kind))

    def form_with(self, words: str) -> tuple[FoundForm, str, str]:
        """The first form with a button that says these words, and what the button sends."""
        forms = self.here.forms()
        for form in forms:
            for said, name, value in form.buttons:
                if words in said:
                    return form, name, value
        said = sorted({button[0] for form in forms for button in form.buttons})
        raise AssertionError(f"no button {words!r} at {self.here.address}: {said}")

    def reads(self, *words: str) -> None:
        """Assert that the page says all of this."""
        missing = [said for said in words if said not in self.here.words]
        assert not missing, f"{self.here.address} lacks {missing}: {self.here.words[:2000]}"
