"""The browser's side of a session: the token in its signed cookie, and where it may go next."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import request, session, url_for
from flask_login import UserMixin, login_user

from marketplace.access.actor import Actor
from marketplace.kernel import clock, settings
from marketplace.people import queries
from marketplace.people.operations import sign_in
from marketplace.people.operations.sessions import Browser, token_hash

_TOKEN = "_user_id"  # noqa: S105  where Flask-Login keeps what identifies a session
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True, eq=False)
class SignedIn(UserMixin):
    """Who is signed in, as Flask-Login needs it; `actor` is what the house uses."""

    token: str
    actor: Actor

    def get_id(self) -> str:
        return self.token


def load_person(token: str) -> SignedIn | None:
    """The person of a session token, read once per request in one statement."""
    actor = queries.actor_of_session(token_hash(token), at=clock.now())
    return None if actor is None else SignedIn(token, actor)


def own_token() -> str:
    """The session token in this browser's cookie, or nothing."""
    return str(session.get(_TOKEN, ""))


def this_browser() -> Browser:
    """Where the request comes from."""
    return Browser(request.remote_addr or "", device_named(request.headers.get("User-Agent", "")))


def device_named(agent: str) -> str:
    """What a User-Agent header says in two words that people know: `Firefox on Android`."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "A browser")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser


def session_length() -> timedelta:
    """How long a session lasts at most."""
    return timedelta(days=settings.current().sign_in_days)


def open_session_for(employee_id: int) -> str:
    """Start a session inside the open transaction; it replaces the one this browser had."""
    return sign_in.sign_in(
        employee_id, this_browser(), at=clock.now(), lasts=session_length(), replaces=own_token()
    )


def remember(token: str, actor: Actor) -> None:
    """Put a new session into a cookie that knows nothing of the one before."""
    session.clear()
    login_user(SignedIn(token, actor))


def local_page(wanted: str | None) -> str:
    """`wanted` when it is a page of ours, else the home page: never another site."""
    home = url_for("home.show")
    if not wanted or not wanted.startswith("/") or wanted[1:2] in {"/", "\\"}:
        return home
    if not wanted.isprintable() or "\\" in wanted:
        return home
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return home
    return home if parts.scheme or parts.netloc else wanted
