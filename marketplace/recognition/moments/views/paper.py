"""Sheets to print for a moment, and its attendance as a file."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.recognition.moments.documents import MOST_CODES, attendee_sheet, speaker_sheet
from marketplace.recognition.moments.queries.attendance import attendees, expected
from marketplace.recognition.moments.queries.moments import moment_to_run
from marketplace.recognition.moments.queries.slides import shown, slides_of
from marketplace.web.downloads import csv_download
from marketplace.web.pages import current_actor, requires

COLUMNS = ("name", "department", "from_another_department", "points", "checked_in_at_utc")

bp = Blueprint("moments_paper", __name__, url_prefix="/manage/moments")


@bp.get("/<slug>/speaker-sheet.pdf")
@requires(Permission.RECOGNIZE)
def speaker(slug: str) -> ResponseReturnValue:
    """What whoever reads it aloud needs."""
    moment = moment_to_run(current_actor(), slug)
    slides = shown(slides_of(moment.id, at=clock.now()))
    return _pdf(speaker_sheet(moment, slides), f"speaker-{slug}.pdf")


@bp.get("/<slug>/attendee-codes.pdf")
@requires(Permission.RECOGNIZE)
def codes(slug: str) -> ResponseReturnValue:
    """Everyone's code, twelve a page."""
    moment = moment_to_run(current_actor(), slug)
    departments = {moment.department_id, *moment.guest_ids}
    people = expected(moment.id, departments, limit=MOST_CODES + 1)
    if len(people) > MOST_CODES:
        raise BadInput(
            f"More than {MOST_CODES} people are invited, too many for a sheet. Everyone finds "
            "their own code on their phone, under Moments. Nothing was printed."
        )
    return _pdf(attendee_sheet(moment, people), f"codes-{slug}.pdf")


@bp.get("/<slug>/attendance.csv")
@requires(Permission.RECOGNIZE)
def attendance(slug: str) -> ResponseReturnValue:
    """Who came, as a file."""
    rows = attendees(moment_to_run(current_actor(), slug).id)
    cells = (
        (
            row.name,
            row.department,
            "yes" if row.is_guest else "no",
            row.points,
            row.checked_in_at,
        )
        for row in rows
    )
    return csv_download(cells, COLUMNS, f"attendance-{slug}.csv")


def _pdf(content: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(content, mimetype="application/pdf", headers=headers)
