"""The menu and the home page, filled by the slices: none knows the others."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import request

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission

Count = Callable[[Actor, datetime], int]


@dataclass(frozen=True, slots=True)
class NavItem:
    """One place in the menu: section `main`, `manage` or `me`; `count` runs for who sees it.

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
    """One thing on the home page that needs a look: a sentence, a link, an icon."""

    title: str
    text: str
    url: str
    action: str
    icon: str


class OncePerPage:
    """A count that menu, cards and page all want, read once while one page is made."""

    def __init__(self, read: Count) -> None:
        self._read = read

    def __call__(self, actor: Actor, at: datetime) -> int:
        known = self._known()
        if (self, actor.id) not in known:
            known[self, actor.id] = self._read(actor, at)
        return known[self, actor.id]

    def know(self, actor: Actor, count: int) -> None:
        """Take the count from a page that has read what it counts."""
        self._known()[self, actor.id] = count

    def _known(self) -> dict[tuple["OncePerPage", int], int]:
        return request.environ.setdefault("laurel.counts", {})


def once_per_page(read: Count) -> OncePerPage:
    """Read a count at most once per page."""
    return OncePerPage(read)


CardMaker = Callable[[Actor, datetime], HomeCard | None]

_items: dict[str, NavItem] = {}
_cards: dict[str, tuple[int, CardMaker]] = {}


def add_nav_item(item: NavItem) -> None:
    """Put a place into the menu, once per endpoint."""
    _items[item.endpoint] = item


def nav_items(actor: Actor, section: str) -> list[NavItem]:
    """The places of a section this actor may enter, in order."""
    mine = (i for i in _items.values() if i.section == section and actor.may(i.permission))
    return sorted(mine, key=lambda item: (item.order, item.label))


def home_card(order: int) -> Callable[[CardMaker], CardMaker]:
    """Register what makes a home card; lower `order` comes first."""

    def register(maker: CardMaker) -> CardMaker:
        _cards[f"{maker.__module__}.{maker.__qualname__}"] = (order, maker)
        return maker

    return register


def home_cards(actor: Actor, at: datetime) -> list[HomeCard]:
    """The cards that have something to say to this actor now."""
    makers = [maker for _order, maker in sorted(_cards.values(), key=lambda entry: entry[0])]
    return [card for maker in makers if (card := maker(actor, at)) is not None]
