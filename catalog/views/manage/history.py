"""Everything that was done with a reward, and what it cost over time."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from catalog import queries
from catalog.queries.history import (
    HISTORY_PAGE,
    SUBJECTS,
    prices_over_time,
    reward_history,
    variant_labels,
    who_changed,
)
from catalog.views.manage.sentences import teller
from catalog.views.manage.shared import bp
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.web.arguments import id_if_readable
from marketplace.web.pages import render_page, requires

ABOUT = {
    "words": "Words, rules and look",
    "prices": "Prices and costs",
    "stock": "Stock",
    "variants": "Amounts, sizes and dates",
    "shelf": "On and off the shelf",
    "trip": "Trip: terms, plan, people",
    "line": "Who began to wait",
}


@bp.get("/<slug>/history")
@requires(Permission.CATALOG_MANAGE)
def history(slug: str) -> ResponseReturnValue:
    """The changes of a reward, narrowed by the address."""
    page = queries.reward_head(slug)
    about = request.args.get("about", "") if request.args.get("about") in SUBJECTS else ""
    who, before = id_if_readable("who"), id_if_readable("before")
    rows = reward_history(page.id, about=about, who_id=who, before_id=before)
    here = {"slug": slug, "about": about or None, "who": who}
    more = rows[HISTORY_PAGE - 1].id if len(rows) > HISTORY_PAGE else None
    return render_page(
        "catalog/manage/history.html",
        page=page,
        rows=[one.change for one in rows[:HISTORY_PAGE]],
        tell=teller(variant_labels(page.id)),
        asked={"about": about, "who": who or ""},
        about_choices=[("", "Everything"), *ABOUT.items()],
        who_choices=[("", "Anybody"), *who_changed(page.id)],
        older_href=url_for("catalog_manage.history", **here, before=more) if more else None,
        newest_href=url_for("catalog_manage.history", **here) if before else None,
    )


@bp.get("/<slug>/prices")
@requires(Permission.CATALOG_MANAGE)
def prices(slug: str) -> ResponseReturnValue:
    """What it cost over time."""
    page = queries.reward_head(slug)
    rows = prices_over_time(page.id, at=clock.now())
    return render_page("catalog/manage/prices.html", page=page, rows=rows)
