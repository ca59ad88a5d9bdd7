"""The same to take along: tables for a spreadsheet, and the report on paper."""

from flask import Blueprint, Response

from catalog.trips.queries.planner import departure_at
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.web.downloads import csv_download, pdf, table_download
from marketplace.web.pages import requires
from redemption.travel.after.documents import report_pdf
from redemption.travel.after.queries.report import report_of
from redemption.travel.after.queries.surveys import answers_of
from redemption.travel.after.sheets import ANSWERS, COLUMNS, answer_rows, report_rows

files = Blueprint("after_files", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>")


@files.get("/report.<any(csv, xlsx):kind>")
@requires(Permission.CATALOG_MANAGE)
def table(slug: str, variant_id: int, kind: str) -> Response:
    """Everyone who had a place, with what each cost of each kind."""
    _trip, departure = departure_at(slug, variant_id)
    rows = report_rows(report_of(variant_id), is_ahead=departure.is_ahead(clock.today()))
    return table_download(kind, rows, COLUMNS, f"report-{departure.sku.lower()}", "Report")


@files.get("/report.pdf")
@requires(Permission.CATALOG_MANAGE)
def paper(slug: str, variant_id: int) -> Response:
    """The report on paper."""
    trip, departure = departure_at(slug, variant_id)
    is_ahead = departure.is_ahead(clock.today())
    content = report_pdf(trip, departure, report_of(variant_id), is_ahead=is_ahead)
    return pdf(content, f"report-{departure.sku.lower()}.pdf")


@files.get("/survey.csv")
@requires(Permission.CATALOG_MANAGE)
def answers(slug: str, variant_id: int) -> Response:
    """What people said, one row each and in no order; refused while they are too few."""
    _trip, departure = departure_at(slug, variant_id)
    rows = answer_rows(answers_of(variant_id))
    return csv_download(rows, ANSWERS, f"survey-{departure.sku.lower()}.csv")
