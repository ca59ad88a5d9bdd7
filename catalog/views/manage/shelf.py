"""The whole shelf as a table."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from catalog import queries
from catalog.queries import ShelfFilters
from catalog.states import Kind, RewardState
from catalog.views.manage.shared import bp
from marketplace.access.roles import Permission
from marketplace.web.arguments import id_if_readable
from marketplace.web.pages import render_page, requires

PAGE = queries.SHELF_PAGE


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def shelf() -> ResponseReturnValue:
    """Every reward, narrowed by the address."""
    asked = {name: request.args.get(name, "") for name in ("state", "tier", "kind")}
    rows = queries.catalog_shelf(
        ShelfFilters(
            state=next((s for s in RewardState if s.value == asked["state"]), None),
            tier=asked["tier"] or None,
            kind=next((k for k in Kind if k.value == asked["kind"]), None),
            after=id_if_readable("after") or 0,
        )
    )
    more = {**asked, "after": rows[PAGE - 1].id} if len(rows) > PAGE else None
    return render_page(
        "catalog/manage/shelf.html",
        rows=rows[:PAGE],
        asked=asked,
        tiers=queries.tier_choices(),
        next_href=url_for("catalog_manage.shelf", **more) if more else None,
    )
