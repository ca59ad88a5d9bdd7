"""`/search`: rewards, people, programs, requests and pages at once, as far as one may see them.

Each slice registers a statement that finds what is its own; all of them are asked as one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.web.navigation import NavItem, add_nav_item, nav_items
from marketplace.web.pages import current_actor, render_page, requires

bp = Blueprint("search", __name__)

LONGEST_QUERY = 80
MOST_WORDS = 6
SHOWN = 6
Find = Callable[[Actor, str, datetime], sa.Select[*tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Finder:
    """What a slice finds by words, and who may ask for it.

    `find` selects `title`, `note`, `key` (texts) and `rank` (a whole number, the best is smallest)
    of what the actor may see. `address` makes a link of a key, `more` one to all that was found.
    """

    group: str
    order: int
    permission: Permission
    find: Find
    address: Callable[[str], str]
    more: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found."""

    title: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one sort, the best first; `more` is where the rest is, if there is any."""

    title: str
    hits: tuple[Hit, ...]
    more: str | None = None


_finders: dict[str, Finder] = {}

add_nav_item(NavItem("Search", "search.show", "search", Permission.SETTINGS_OWN, "me", order=5))


def add_finder(finder: Finder) -> None:
    """Register what a slice finds, once per group."""
    _finders[finder.group] = finder


def has_all_words(text: str, *columns: sa.SQLColumnExpression[str]) -> sa.ColumnElement[bool]:
    """The condition that each word of a text stands in one of the columns."""
    return sa.and_(
        sa.true(),
        *(
            sa.or_(*(column.icontains(word, autoescape=True) for column in columns))
            for word in text.split()
        ),
    )


def found(actor: Actor, text: str, *, at: datetime) -> list[Group]:
    """Everything the words of `text` find for an actor, in one statement and from the menu."""
    if not (text := " ".join(word for word in text.split() if any(map(str.isalnum, word)))):
        return []
    mine = sorted(
        (one for one in _finders.values() if actor.may(one.permission)), key=lambda one: one.order
    )
    rows = session().execute(_statement(mine, actor, text, at)).all() if mine else []
    groups = [_group(one, text, [row for row in rows if row.found_by == one.group]) for one in mine]
    return [group for group in (*groups, _pages(actor, text)) if group.hits]


def _statement(
    finders: Sequence[Finder], actor: Actor, text: str, at: datetime
) -> sa.Select[*tuple[Any, ...]]:
    parts = []
    for finder in finders:
        part = finder.find(actor, text, at).subquery()
        shown = sa.select(sa.literal(finder.group, sa.Text()).label("found_by"), part)
        best = shown.order_by(part.c.rank, part.c.title, part.c.key).limit(SHOWN + 1)
        parts.append(sa.select(best.subquery()))
    everything = sa.union_all(*parts).subquery()
    return sa.select(everything).order_by(everything.c.rank, everything.c.title, everything.c.key)


def _group(finder: Finder, text: str, rows: Sequence[Any]) -> Group:
    hits = tuple(Hit(row.title, row.note, finder.address(row.key)) for row in rows[:SHOWN])
    more = finder.more(text) if finder.more and len(rows) > SHOWN else None
    return Group(finder.group, hits, more)


def _pages(actor: Actor, text: str) -> Group:
    """Places of the menu this person may enter."""
    words = text.casefold().split()
    places = [item for section in ("main", "manage", "me") for item in nav_items(actor, section)]
    fitting = [
        Hit(item.label, item.note, url_for(item.endpoint))
        for item in places
        if all(word in f"{item.label} {item.note}".casefold() for word in words)
    ]
    by_address = {hit.url: hit for hit in reversed(fitting)}
    return Group("Pages", tuple(reversed(by_address.values())))


@bp.get("/search")
@requires(Permission.SETTINGS_OWN)
def show() -> ResponseReturnValue:
    """What the words of the address find."""
    given = request.args.get("q", "")[:LONGEST_QUERY]
    printable = "".join(sign if sign.isprintable() else " " for sign in given)
    text = " ".join(printable.split()[:MOST_WORDS])
    groups = found(current_actor(), text, at=clock.now())
    count = sum(len(group.hits) for group in groups)
    return render_page("search.html", groups=groups, count=count, query=text, search_query=text)
