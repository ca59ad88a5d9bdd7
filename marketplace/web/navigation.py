"""The menu and the home page, filled by the slices: none knows the others."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from flask import request, url_for

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission, Role
from marketplace.kernel import clock
from marketplace.kernel.db import UtcTime, rows_of, session

NOW: sa.BindParameter[datetime] = sa.bindparam("now", type_=UtcTime())
TODAY = sa.bindparam("today", type_=sa.Date, callable_=clock.today)
Count = Callable[[Actor], sa.ScalarSelect[int]]
Statement = sa.Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place in the menu: section `main`, `manage` or `me`; `count` asks how much waits there.

    `count` is asked once for each set of roles and not once a page: of the actor it gets, the id
    and the department are parameters of a statement, and NOW is. What else changes must be one.
    `note` says on the page of everything one manages what is done there.
    """

    label: str
    endpoint: str
    icon: str
    permission: Permission
    section: str = "main"
    order: int = 50
    count: Count | None = None
    only_with_count: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class HomeCard:
    """One thing on the home page that needs a look: a sentence, a link, an icon.

    `beside` is what else can be done about it at once: words and an address.
    """

    title: str
    text: str
    url: str
    action: str
    icon: str
    beside: tuple[str, str] | None = None


CardMaker = Callable[[Actor, datetime], HomeCard | Iterator[HomeCard] | None]

_items: dict[str, NavItem] = {}
_cards: dict[str, tuple[int, CardMaker]] = {}


def add_nav_item(item: NavItem) -> None:
    """Put a place into the menu, once per endpoint."""
    _items[item.endpoint] = item
    _counting.cache_clear()
    _counting_beside.cache_clear()
    _places.cache_clear()


def nav_items(actor: Actor, section: str) -> list[NavItem]:
    """The places of a section this actor may enter, in order."""
    waiting, mine = counts(actor), _places(actor.roles, section)
    return [item for item in mine if not item.only_with_count or waiting[item.endpoint]]


@cache
def _places(roles: frozenset[Role], section: str) -> tuple[NavItem, ...]:
    """What people with these roles may enter, in order; every page asks it."""
    somebody = Actor(None, "", roles)
    mine = (i for i in _items.values() if i.section == section and somebody.may(i.permission))
    return tuple(sorted(mine, key=lambda item: (item.order, item.label)))


def counts(actor: Actor) -> dict[str, int]:
    """How much waits for this actor, by endpoint: read once per page, in one statement."""
    known = _known_counts()
    if actor.id not in known:
        endpoints, statement = _counting(actor.roles, session().get_bind().dialect.name)
        row = rows_of(statement, _who(actor))[0] if endpoints else ()
        known[actor.id] = dict(zip(endpoints, row, strict=True))
    return known[actor.id]


def rows_beside_counts(
    actor: Actor, statement: Statement, values: dict[str, Any]
) -> Sequence[sa.Row[*tuple[Any, ...]]]:
    """The row of what every page asks besides how much waits: both in one statement.

    `statement` is made once and kept; the columns of its one row bear their names.
    """
    known = _known_counts()
    if actor.id in known:
        return rows_of(statement, values)
    endpoints, both = _counting_beside(statement, actor.roles, session().get_bind().dialect.name)
    rows = rows_of(both, _who(actor) | values)
    for row in rows:
        known[actor.id] = dict(zip(endpoints, row, strict=False))
    return rows


def _known_counts() -> dict[int | None, dict[str, int]]:
    return request.environ.setdefault("laurel.counts", {})


def _who(actor: Actor) -> dict[str, Any]:
    return {"me": actor.id, "my_department": actor.department_id, "now": clock.now()}


@cache
def _counting_beside(
    statement: Statement, roles: frozenset[Role], engine: str
) -> tuple[tuple[str, ...], Statement]:
    """What is counted, and the statement whose row begins with it, the other columns behind."""
    endpoints, counting = _counting(roles, engine)
    beside = statement.subquery("beside")  # by itself, so that no count is bound to its tables
    return endpoints, sa.select(*counting.selected_columns, *beside.c)


@cache
def _counting(
    roles: frozenset[Role],
    engine: str,  # noqa: ARG001  what reads JSON is written for one engine
) -> tuple[tuple[str, ...], Statement]:
    """What is counted for people with these roles, and the statement that counts it."""
    number, department = (sa.bindparam(name, type_=sa.Integer) for name in ("me", "my_department"))
    me = Actor(cast("int", number), "", roles, department_id=cast("int", department))
    mine = (item for item in _items.values() if me.may(item.permission))
    asked = {item.endpoint: item.count(me) for item in mine if item.count}
    return tuple(asked), sa.select(*asked.values())


def home_card(order: int) -> Callable[[CardMaker], CardMaker]:
    """Register what makes a home card, or several at once; lower `order` comes first."""

    def register(maker: CardMaker) -> CardMaker:
        _cards[f"{maker.__module__}.{maker.__qualname__}"] = (order, maker)
        return maker

    return register


def waiting_card(
    actor: Actor, endpoint: str, *, one: str, many: str, text: str, icon: str
) -> HomeCard | None:
    """A card that says how much waits at a place of the menu, as counted there; None for nothing.

    `one` and `many` follow the number: "request is waiting for you".
    """
    count = counts(actor).get(endpoint)
    if not count:
        return None
    return HomeCard(
        title=f"{count:,} {one if count == 1 else many}",
        text=text,
        url=url_for(endpoint),
        action="Look and decide",
        icon=icon,
    )


def home_cards(actor: Actor, at: datetime) -> list[HomeCard]:
    """The cards that have something to say to this actor now."""
    makers = [maker for _order, maker in sorted(_cards.values(), key=lambda entry: entry[0])]
    return [card for maker in makers for card in _made(maker(actor, at))]


def _made(cards: HomeCard | Iterator[HomeCard] | None) -> Iterator[HomeCard]:
    if isinstance(cards, HomeCard):
        yield cards
    elif cards is not None:
        yield from cards
