"""Recognition programs at the manager's desk."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.programs.making import (
    make_program,
    program_choices,
    rule_to_change,
    set_new_rule,
)
from marketplace.programs.states import ProgramKind
from marketplace.recognition.forms.programs import RecognitionProgramForm, RecognitionRuleForm
from marketplace.web.pages import render_page, requires

bp = Blueprint("recognition_programs", __name__, url_prefix="/manage/programs")


@bp.route("/new/recognition", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new() -> ResponseReturnValue:
    """Make a draft with its first rule."""
    form = RecognitionProgramForm(**program_choices())
    if form.validate_on_submit():
        made = make_program(form, ProgramKind.RECOGNITION, form.terms)
        if made is not None:
            return made
    return render_page("recognition/manage/new_program.html", form=form)


@bp.route("/<slug>/recognition", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def change_rule(slug: str) -> ResponseReturnValue:
    """Set a new version of the rule."""
    (program, rule), form = rule_to_change(slug, ProgramKind.RECOGNITION), RecognitionRuleForm()
    form.ask_why(program)
    if form.validate_on_submit():
        return set_new_rule(form, slug, form.terms)
    if not form.is_submitted():
        form.show_terms(rule.terms)
        form.show_frame(rule)
    return render_page("recognition/manage/rule.html", form=form, program=program)
