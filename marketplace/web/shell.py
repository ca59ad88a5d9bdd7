"""What every page wears: filters, the menu, who is signed in, flashes, theme and assets."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Flask, g, get_flashed_messages, request, url_for
from flask_login import current_user
from jinja2 import StrictUndefined

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.settings import current
from marketplace.web.assets import stylesheet_url
from marketplace.web.design import equip
from marketplace.web.filters import FILTERS
from marketplace.web.icons import icon
from marketplace.web.navigation import counts, nav_items

PLACES_KEPT = 256
THEMES = ("auto", "light", "dark")


@dataclass(frozen=True, slots=True)
class NavLink:
    """A place in the menu as the template needs it."""

    label: str
    url: str
    icon: str
    is_current: bool
    count: int | None


@dataclass(frozen=True, slots=True)
class Balance:
    """What the points pill shows; `about` says what points are worth, `about €480` or nothing."""

    available: int = 0
    held: int = 0
    expiring_soon: int = 0
    about: Callable[[int], str] = lambda _points: ""


@dataclass(frozen=True, slots=True)
class Who:
    """The signed-in person as the shell shows them."""

    id: int
    name: str
    email: str | None
    points_available: int
    points_held: int
    points_expiring_soon: int


BalanceOf = Callable[[Actor, datetime], Balance]
_balance_of: BalanceOf = lambda _actor, _at: Balance()  # noqa: E731  replaced by the ledger


def show_balance(reader: BalanceOf) -> BalanceOf:
    """Register what reads the balance for the points pill; the ledger does."""
    global _balance_of  # noqa: PLW0603  there is one pill
    _balance_of = reader
    return reader


def dress(app: Flask) -> None:
    """Give templates their filters, globals and the shell."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        icon=icon, about=_about, stylesheet_url=stylesheet_url, now=clock.now
    )
    equip(app.jinja_env)
    app.context_processor(_shell)


def _links(actor: Actor, section: str) -> tuple[NavLink, ...]:
    waiting, items = counts(actor), nav_items(actor, section)
    urls = [_url_of(item.endpoint, request.script_root) for item in items]
    here = max((url for url in urls if _is_within(url)), key=len, default="")
    return tuple(
        NavLink(item.label, url, item.icon, url == here, waiting.get(item.endpoint))
        for item, url in zip(items, urls, strict=True)
    )


@lru_cache(maxsize=PLACES_KEPT)
def _url_of(endpoint: str, _root: str) -> str:
    """Where a place of the menu is; the same as long as the product stands under one root."""
    return url_for(endpoint)


def _is_within(url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url.rstrip("/") + "/"))


class Flashes:
    """What the last deed has to say. Read when a page shows it, so a letter never swallows it."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for tone, said in get_flashed_messages(with_categories=True):
            known = said if isinstance(said, dict) else {"text": said, "undo_url": None}
            yield {"tone": tone, **known}


def _shell() -> dict[str, Any]:
    settings, theme = current(), request.cookies.get("theme", "auto")
    shell: dict[str, Any] = {
        "organization": settings.organization,
        "brand_hue": settings.brand_hue,
        "mode": settings.mode,
        "theme": theme if theme in THEMES else "auto",
        "flashes": Flashes(),
        "who": None,
        "nav": (),
        "manage_nav": (),
        "me_nav": (),
    }
    if current_user and current_user.is_authenticated:
        shell |= _for_person(current_user.actor)
    return shell


def _about(points: int) -> str:
    """What points are worth to who reads the page; empty where no rate is known."""
    balance: Balance | None = g.get("balance")
    return balance.about(points) if balance else ""


def _for_person(actor: Actor) -> dict[str, Any]:
    at = clock.now()
    balance = g.balance = _balance_of(actor, at)
    return {
        "who": Who(
            id=actor.id,
            name=actor.name,
            email=actor.email,
            points_available=balance.available,
            points_held=balance.held,
            points_expiring_soon=balance.expiring_soon,
        ),
        "nav": _links(actor, "main"),
        "manage_nav": _links(actor, "manage"),
        "me_nav": _links(actor, "me"),
    }
