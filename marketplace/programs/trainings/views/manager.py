"""Trainings at the manager's desk: the path, what waits, who completed what."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.programs.claimed.policies import decide_obstacle
from marketplace.programs.making import (
    make_program,
    program_choices,
    rule_to_change,
    set_new_rule,
)
from marketplace.programs.queries.desk import program_of
from marketplace.programs.queries.rules import program_and_rule
from marketplace.programs.states import ProgramKind
from marketplace.programs.trainings.forms import (
    CourseDecisionForm,
    TrainingProgramForm,
    TrainingRuleForm,
    with_path,
)
from marketplace.programs.trainings.operations.claims import (
    approve_course,
    decline_course,
    take_back_course,
)
from marketplace.programs.trainings.queries import desk as desks
from marketplace.programs.trainings.queries.courses import courses
from marketplace.programs.trainings.queries.overlaps import overlap_obstacle
from marketplace.programs.trainings.states import CourseClaimState
from marketplace.programs.words import what_was_given, what_went_back
from marketplace.web.deeds import once
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

bp = Blueprint("trainings_manage", __name__, url_prefix="/manage/programs")


@bp.route("/new/training", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new() -> ResponseReturnValue:
    """Make a draft with its path."""
    form = with_path(TrainingProgramForm, courses(), **program_choices())
    if form.validate_on_submit() and form.read_path():
        made = make_program(form, ProgramKind.TRAINING, form.terms())
        if made is not None:
            return made
    return render_page("programs/trainings/manage/new.html", form=form)


@bp.route("/<slug>/training-path", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def change_rule(slug: str) -> ResponseReturnValue:
    """Set a new path and settle the difference."""
    program, rule = rule_to_change(slug, ProgramKind.TRAINING)
    form = with_path(TrainingRuleForm, courses())
    form.ask_why(program)
    if form.validate_on_submit() and form.read_path():
        obstacle = overlap_obstacle(program, form.terms().course_ids)
        if obstacle is None:
            return set_new_rule(form, slug, form.terms())
        form.form_errors.append(obstacle)
    if not form.is_submitted():
        form.show_path(rule.terms)
        form.show_frame(rule)
    return render_page("programs/trainings/manage/rule.html", form=form, program=program)


@bp.get("/<slug>/completions")
@requires(Permission.PROGRAMS_MANAGE)
def completions(slug: str) -> ResponseReturnValue:
    """What waits for a look, and who completed what."""
    program, rule = program_and_rule(slug, ProgramKind.TRAINING)
    return render_page(
        "programs/trainings/manage/completions.html",
        program=program,
        claims=desks.course_claims(program.id),
        completions=desks.last_completions(rule.terms),
    )


@bp.get("/<slug>/completions/<reference>")
@requires(Permission.PROGRAMS_MANAGE)
def claim(slug: str, reference: str) -> ResponseReturnValue:
    """One claimed course with what shows it."""
    return _page(slug, reference, CourseDecisionForm())


def _page(slug: str, reference: str, form: CourseDecisionForm) -> ResponseReturnValue:
    page = desks.course_claim_page(slug, reference)
    return render_page(
        "programs/trainings/manage/claim.html",
        program=page.program,
        page=page,
        form=form,
        obstacle=decide_obstacle(page.claim, page.program.state, current_actor()),
        waits=page.claim.state is CourseClaimState.WAITING,
        is_approved=page.claim.state is CourseClaimState.APPROVED,
    )


@bp.post("/<slug>/completions/<reference>/<any(approve, decline, take_back):answer>")
@requires(Permission.PROGRAMS_MANAGE)
def decide(slug: str, reference: str, answer: str) -> ResponseReturnValue:
    """Say yes or no, or take a yes back."""
    form, at = CourseDecisionForm(), clock.now()
    program = program_of(slug, kind=ProgramKind.TRAINING)
    desks.course_claim(reference, program.id)
    if form.validate() and answer != "approve" and not (form.reason.data or "").strip():
        form.reason.errors = ["Enter the reason. The person reads it."]
    if form.errors:
        if form.request_key.errors:
            raise BadInput("Open it again and use its buttons. Nothing was changed.")
        return _page(slug, reference, form)

    def deed(actor: Actor) -> str:
        reason = (form.reason.data or "").strip()
        if answer == "approve":
            return f"It counts. {what_was_given(approve_course(actor, reference, at=at))}"
        if answer == "decline":
            decline_course(actor, reference, reason, at=at)
            return "Declined. The reason is on its way."
        return f"Taken back. {what_went_back(take_back_course(actor, reference, reason, at=at))}"

    flash_done(once(form, deed, at=at))
    return see_other("trainings_manage.completions", slug=slug)
