"""The catalog as a file to take along, and what its columns mean."""

from flask.typing import ResponseReturnValue

from catalog.sheets.columns import COLUMNS
from catalog.sheets.files import export_csv, export_xlsx
from catalog.views.manage.shared import bp
from marketplace.access.roles import Permission
from marketplace.imports.registry import only_for
from marketplace.kernel import clock
from marketplace.web.downloads import download
from marketplace.web.pages import render_page, requires

only_for("catalog", Permission.CATALOG_MANAGE)


@bp.get("/columns")
@requires(Permission.CATALOG_MANAGE)
def columns() -> ResponseReturnValue:
    """Every column of the sheet, and the ways in and out."""
    rows = [
        {
            "heading": column.heading,
            "help": column.help,
            "example": column.example,
            "of": "The reward" if column.of_reward else "The row",
        }
        for column in COLUMNS.values()
    ]
    return render_page("catalog/manage/columns.html", rows=rows)


@bp.get("/export.<any(csv,xlsx):ending>")
@requires(Permission.CATALOG_MANAGE)
def export(ending: str) -> ResponseReturnValue:
    """The whole catalog, as the import reads it."""
    at = clock.now()
    content, _ = (export_xlsx if ending == "xlsx" else export_csv)(at)
    return download(content, f"catalog-{at:%Y-%m-%d}.{ending}")
