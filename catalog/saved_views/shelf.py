"""The saved views as the shelf shows them: chips, and what can be saved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from catalog.saved_views.policies import canonical
from catalog.saved_views.queries import ShownView
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission


@dataclass(frozen=True, slots=True)
class ShownViews:
    """`query` is what can be saved: empty when nothing is chosen or it is saved already."""

    chips: tuple[dict[str, Any], ...]
    query: str
    may_share: bool


def address_of(filters: str) -> str:
    """The shelf with the filters of a view."""
    return f"{url_for('catalog.shelf')}?{filters}"


def label_of(view: ShownView, among: Sequence[ShownView]) -> str:
    """The name of a view; a company view named later like one's own says whose it is."""
    names = [one.name_key for one in among]
    is_twin = view.employee_id is None and names.count(view.name_key) > 1
    return f"{view.name} (company)" if is_twin else view.name


def shown_views(actor: Actor, views: Sequence[ShownView], asked: Mapping[str, Any]) -> ShownViews:
    """The actor's views beside a shelf that was `asked` for these filters."""
    here = canonical(urlencode(asked, doseq=True))
    chips = tuple(
        {
            "label": label_of(view, views),
            "href": address_of(view.query),
            "is_current": view.query == here,
        }
        for view in views
    )
    is_saved = any(view.query == here for view in views)
    may_share = actor.may(Permission.CATALOG_MANAGE)
    return ShownViews(chips, "" if is_saved else here, may_share)
