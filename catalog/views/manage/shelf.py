"""The whole shelf as a table or a gallery, narrowed by the address."""

from enum import StrEnum
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from catalog import queries
from catalog.bulk.deeds import Action
from catalog.margins.markup import highest_markup
from catalog.margins.queries import margins
from catalog.queries import ShelfFilters, ShelfView
from catalog.states import Kind
from catalog.views.manage.shared import bp
from catalog.views.shelf_links import narrows_nothing
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.web.arguments import id_if_readable
from marketplace.web.pages import render_page, requires

PAGE = queries.SHELF_PAGE
LONGEST_SEARCH = 100


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def shelf() -> ResponseReturnValue:
    """Every reward, narrowed by the address."""
    return whole_table()


def whole_table(status: int = 200, *, said: str = "") -> ResponseReturnValue:
    """The table or gallery of the address; `said` is what the reader should know first."""
    asked, at, tiers = asked_of(request.args), clock.now(), queries.tier_choices()
    if asked["tier"] not in dict(tiers):
        asked["tier"] = ""
    said = said or _unknown_choices(asked)
    look = "gallery" if request.args.get("look") == "gallery" else ""
    after = id_if_readable("after") or 0
    rows = queries.catalog_shelf(filters_of(asked, after=after), at=at)
    shown = rows[:PAGE]
    here: dict[str, Any] = {name: value for name, value in asked.items() if value}
    of_rows = margins([row.id for row in shown], at=at) if not look else {}
    more = {**here, "look": look or None, "after": rows[PAGE - 1].id} if len(rows) > PAGE else None
    return render_page(
        "catalog/manage/shelf.html",
        status,
        said=said,
        rows=shown,
        asked=asked,
        look=look,
        now=at,
        views=list(ShelfView),
        kinds=list(Kind),
        actions=list(Action),
        markups={id_: highest_markup(found) for id_, found in of_rows.items()},
        tiers=tiers,
        hrefs={
            "next": url_for("catalog_manage.shelf", **more) if more else None,
            "start": url_for("catalog_manage.shelf", **here, look=look or None) if after else None,
            "table": url_for("catalog_manage.shelf", **here),
            "gallery": url_for("catalog_manage.shelf", **here, look="gallery"),
        },
    )


def _unknown_choices(asked: dict[str, str]) -> str:
    """Which view, tier or kind the address asks for that there is not."""
    typed = {name: request.args.get(name, "").strip() for name in ("view", "tier", "kind")}
    return narrows_nothing(
        {name: text for name, text in typed.items() if text.isprintable() and not asked[name]}
    )


def asked_of(sent: Any) -> dict[str, str]:
    """What narrows the table; a view or kind that there is not narrows nothing."""
    return {
        "view": _one_of(ShelfView, sent.get("view", "")),
        "tier": sent.get("tier", ""),
        "kind": _one_of(Kind, sent.get("kind", "")),
        "q": sent.get("q", "").strip()[:LONGEST_SEARCH],
    }


def _one_of(known: type[StrEnum], word: str) -> str:
    return word if word in {one.value for one in known} else ""


def filters_of(asked: dict[str, str], *, after: int = 0) -> ShelfFilters:
    """The same as filters."""
    return ShelfFilters(
        view=ShelfView(asked["view"]),
        tier=asked["tier"] or None,
        kind=Kind(asked["kind"]) if asked["kind"] else None,
        words=asked["q"].replace("\0", ""),
        after=after,
    )
