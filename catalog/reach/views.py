"""`/manage/catalog/report`: how many people can see, have and afford each reward, and how fair."""

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from catalog.queries import tier_choices
from catalog.reach import counting, fairness, queries
from catalog.reach.queries import Asked, ReachRow
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.kernel.parsing import CannotRead, parse_whole_number
from marketplace.web.deeds import once
from marketplace.web.downloads import table_download
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, flash_notice, render_page, requires, see_other

bp = Blueprint("reach", __name__, url_prefix="/manage/catalog/report")
COLUMNS = {
    "name": "Reward",
    "points": "Price",
    "sees": "Can see it",
    "opens": "Open to",
    "affords": "Can afford it",
    "taken": "Taken in 90 days",
}
NAMES = ("Reward", "Tier", *list(COLUMNS.values())[1:], "Last taken", "Dead", "What to do")
FILE = "who-can-have-what"


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def report() -> ResponseReturnValue:
    """The report as last counted, sorted and narrowed by the address."""
    asked = _asked()
    rows = queries.reach_rows(asked)
    return render_page(
        "catalog/reach/report.html",
        report=queries.report(),
        rows=rows[: queries.PAGE],
        asked=asked,
        columns=_columns(asked),
        tiers=tier_choices(),
        reasons={reason: said for reason, (said, _) in queries.DEAD.items()},
        dead=queries.dead_counts(),
        next_href=_address(asked, page=asked.page + 1) if len(rows) > queries.PAGE else None,
        address=lambda **changes: _address(asked, **changes),
        files={kind: _address(asked, "reach.take_along", kind=kind) for kind in ("csv", "xlsx")},
    )


def _asked() -> Asked:
    args = request.args
    try:
        page = parse_whole_number(args.get("page", "1"), low=1, high=1_000_000)
    except CannotRead:
        page = 1
    reasons = {*queries.DEAD, "any"}
    return Asked(
        dead=args.get("dead", "") if args.get("dead") in reasons else "",
        tier=args.get("tier", "") if args.get("tier", "").isprintable() else "",
        sort=args.get("sort", "") if args.get("sort") in queries.SORTS else "affords",
        is_descending=args.get("order") == "down",
        page=page,
    )


def _address(asked: Asked, endpoint: str = "reach.report", **changes: object) -> str:
    values: dict[str, object] = {
        "dead": asked.dead,
        "tier": asked.tier,
        "sort": asked.sort,
        "order": "down" if asked.is_descending else "",
        **changes,
    }
    return url_for(endpoint, **{name: value for name, value in values.items() if value})  # pyright: ignore[reportArgumentType]


def _columns(asked: Asked) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for key, label in COLUMNS.items():
        is_this = asked.sort == key
        order = "down" if is_this and not asked.is_descending else ""
        column: dict[str, object] = {
            "key": key,
            "label": label,
            "numeric": key != "name",
            "sort_href": _address(asked, sort=key, order=order),
        }
        if is_this:
            column["sort"] = "descending" if asked.is_descending else "ascending"
        found.append(column)
    return [*found, {"key": "dead", "label": "Needs a look"}]


@bp.post("/count")
@requires(Permission.CATALOG_MANAGE)
def count() -> ResponseReturnValue:
    """Have it counted anew."""
    form, at = PageForm(), clock.now()
    if not form.validate_on_submit():
        raise BadInput("Open the report again and use its button. Nothing was changed.")

    def ask(actor: Actor) -> str:
        return "asked" if counting.ask_for_report(actor, at=at) else ""

    if once(form, ask, at=at):
        flash_done("It is being counted. Look again in a moment.")
    else:
        flash_notice("It is being counted already. Look again in a moment.")
    return see_other("reach.report")


@bp.get("/<any(csv, xlsx):kind>")
@requires(Permission.CATALOG_MANAGE)
def take_along(kind: str) -> ResponseReturnValue:
    """Everything the address asks for as a file."""
    rows = [_cells(row) for row in queries.reach_rows(_asked(), all_of_them=True)]
    return table_download(kind, rows, NAMES, FILE, "Who can have what")


def _cells(row: ReachRow) -> list[str | int]:
    last = row.last_taken_at.date().isoformat() if row.last_taken_at else ""
    points = "" if row.points is None else row.points
    numbers = (points, row.sees, row.opens, row.affords, row.taken)
    return [row.name, row.tier_name, *numbers, last, row.why_dead, row.what_to_do]


@bp.get("/fairness")
@requires(Permission.CATALOG_MANAGE)
def fair() -> ResponseReturnValue:
    """What each tier costs in months of typical earning, for departments and countries."""
    found = queries.report()
    groups, tiers = fairness.read(found.fairness if found else {})
    return render_page(
        "catalog/reach/fairness.html",
        report=found,
        groups=groups,
        tiers=tiers,
        months=lambda points, group: fairness.months_word(
            fairness.months_for(points, group.median)
        ),
        fewest=fairness.FEWEST,
    )
