"""Showing that a course is completed."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.evidence import MOST_BODY
from marketplace.programs.models import Program
from marketplace.programs.queries.evidence import evidence_file
from marketplace.programs.queries.pages import open_program
from marketplace.programs.states import ProgramKind
from marketplace.programs.trainings.forms import CourseClaimForm
from marketplace.programs.trainings.models import subject_of
from marketplace.programs.trainings.operations.claims import NewCourseClaim, claim_course
from marketplace.programs.trainings.queries.courses import course_at
from marketplace.programs.trainings.queries.desk import course_claim
from marketplace.web.deeds import once
from marketplace.web.pages import (
    current_actor,
    flash_done,
    render_page,
    requires,
    see_other,
    takes_files_up_to,
)
from marketplace.web.uploads import CHOOSE_AGAIN, hand_out

bp = Blueprint("trainings", __name__)


@bp.route("/programs/<slug>/courses/<course>", methods=["GET", "POST"])
@takes_files_up_to(MOST_BODY)
@requires(Permission.POINTS_VIEW_OWN)
def claim(slug: str, course: str) -> ResponseReturnValue:
    """Send what shows that a course of the path is completed."""
    program, _seen = open_program(current_actor(), slug)
    if program.kind is not ProgramKind.TRAINING:
        raise NotFound("There is no such training.")
    found, form = course_at(course), CourseClaimForm()
    if form.validate_on_submit() and not form.evidence.cleaned:
        form.evidence.errors = ["Add a picture or a PDF that shows it."]
    elif form.is_submitted() and not form.errors and _sent(form, program, found.id):
        flash_done("It is on its way. You get a letter when it is decided.")
        return see_other("programs.show", slug=slug)
    elif form.errors and form.evidence.cleaned:
        form.evidence.errors = [CHOOSE_AGAIN]
    return render_page("programs/trainings/claim.html", form=form, program=program, course=found)


def _sent(form: CourseClaimForm, program: Program, course_id: int) -> bool:
    at = clock.now()
    assert form.on_day.data is not None
    wanted = NewCourseClaim(
        course_id, form.on_day.data, form.evidence.cleaned, form.note.data or ""
    )

    def send(actor: Actor) -> str:
        return claim_course(actor, program.id, wanted, request_key=form.key, at=at)

    try:
        once(form, send, at=at, files=form.evidence.digests)
    except BadInput as refusal:
        form.form_errors.append(refusal.message)
        return False
    return True


@bp.get("/course-claims/<reference>/evidence/<int:evidence_id>")
@requires(Permission.POINTS_VIEW_OWN)
def evidence(reference: str, evidence_id: int) -> ResponseReturnValue:
    """A file of evidence, for who sent it and those who decide."""
    actor, found = current_actor(), course_claim(reference)
    if found.employee_id != actor.employee_id and not actor.may(Permission.PROGRAMS_MANAGE):
        raise NotFound("There is no such claim here.")
    return hand_out(evidence_file(subject_of(reference), evidence_id))
