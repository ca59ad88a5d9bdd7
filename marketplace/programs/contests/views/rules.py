"""Contests at the manager's desk: making one, changing its rule before the launch, its teams."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.awards.entitlements.queries import prize_choices
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import department_choices
from marketplace.programs.contests.forms import (
    ContestProgramForm,
    ContestRuleForm,
    Offered,
    TeamForm,
    fit,
)
from marketplace.programs.contests.making import data_of, labels, terms_from
from marketplace.programs.contests.operations.teams import remove_team as remove
from marketplace.programs.contests.operations.teams import save_team
from marketplace.programs.contests.policies import days_obstacle, terms_obstacle
from marketplace.programs.contests.queries.teams import people_named, team_among, teams_of
from marketplace.programs.contests.states import ContestForm
from marketplace.programs.contests.switching import begin_what_is_new, carried, kept_unseen
from marketplace.programs.contests.terms import ContestTerms
from marketplace.programs.making import (
    make_program,
    program_choices,
    rule_to_change,
    set_new_rule,
)
from marketplace.programs.queries.desk import program_of
from marketplace.programs.queries.rules import metric_words
from marketplace.programs.states import BEFORE_LAUNCH, ProgramKind
from marketplace.web.arguments import id_asked
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, render_page, requires, see_other

bp = Blueprint("contests_manage", __name__, url_prefix="/manage/programs")

ADD_ROWS = "rows"
OTHER_FORM = "form_asked"


@bp.route("/new/contest", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new() -> ResponseReturnValue:
    """Make a draft with its first rule."""
    contest, is_other = _form_asked()
    metrics, choices = metric_words(), program_choices()
    offered = _offered(metrics, choices["departments"])
    form = _as_typed(contest, choices) if is_other else ContestProgramForm(**choices)
    fit(form, contest, offered, more_rows=_wants_rows())
    if not is_other and not _wants_rows() and form.validate_on_submit():
        assert form.starts_on.data is not None
        assert form.ends_on.data is not None
        terms = _terms(form, contest, offered, metrics)
        obstacle = terms_obstacle(terms, metrics) or days_obstacle(
            terms, form.starts_on.data, form.ends_on.data
        )
        made = None if obstacle else make_program(form, ProgramKind.CONTEST, terms)
        if made is not None:
            return made
        form.form_errors.extend([obstacle] if obstacle else [])
    return render_page(
        "programs/contests/new.html",
        form=form,
        contest=contest,
        forms=tuple(ContestForm),
        unseen=kept_unseen(request.form, contest),
    )


def _form_asked() -> tuple[ContestForm, bool]:
    """The form of contest to show, and whether a button asks for another than was filled in."""
    pressed, shown = request.form.get(OTHER_FORM, ""), request.args.get("form", "")
    is_other = pressed in set(ContestForm)
    wanted = pressed if is_other else shown
    return ContestForm(wanted) if wanted in set(ContestForm) else ContestForm.TOP, is_other


def _as_typed(contest: ContestForm, choices: dict[str, Any]) -> ContestProgramForm:
    sent = carried(request.form, contest)
    form = ContestProgramForm(formdata=sent, **choices)
    begin_what_is_new(form, contest, sent)
    return form


def _wants_rows() -> bool:
    """Whether the button was pressed that shows the form again with more rows."""
    return request.form.get("do") == ADD_ROWS


def _offered(metrics: Any, departments: Any) -> Offered:
    named = [(str(metric.id), metric.name) for metric in metrics.values()]
    return Offered(named, departments, prize_choices())


def _terms(form: Any, contest: ContestForm, offered: Offered, metrics: Any) -> ContestTerms:
    names = {"departments": labels(offered.departments), "rewards": labels(offered.rewards)}
    return terms_from(form, contest, metrics, names)


@bp.route("/<slug>/contest", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def change_rule(slug: str) -> ResponseReturnValue:
    """Set a new version of the rule, as long as the contest has not begun."""
    program, rule = rule_to_change(slug, ProgramKind.CONTEST)
    metrics, contest = metric_words(), rule.terms.form
    offered = _offered(metrics, department_choices())
    form = ContestRuleForm(data=data_of(rule.terms, metrics))
    form.ask_why(program)
    fit(form, contest, offered, more_rows=_wants_rows())
    if not form.is_submitted():
        form.show_frame(rule)
    if not _wants_rows() and form.validate_on_submit():
        terms = _terms(form, contest, offered, metrics)
        obstacle = terms_obstacle(terms, metrics) or days_obstacle(
            terms, program.starts_on, program.ends_on
        )
        if not obstacle:
            return set_new_rule(form, slug, terms)
        form.form_errors.append(obstacle)
    return render_page("programs/contests/rule.html", form=form, program=program, contest=contest)


@bp.route("/<slug>/teams", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def teams(slug: str) -> ResponseReturnValue:
    """The teams of a contest, and a form for one more or for another look of one."""
    program = program_of(slug, kind=ProgramKind.CONTEST)
    team_id, there = id_asked("team"), teams_of(program.id)
    known = team_among(there, team_id) if team_id else None
    data = {"name": known.name, "people": "\n".join(known.handles)} if known else None
    form, at = TeamForm(data=data), clock.now()
    if form.validate_on_submit():
        try:
            people = people_named(form.lines)

            def save(actor: Actor) -> str:
                name = (form.name.data or "").strip()
                save_team(actor, program.id, name, people, team_id=team_id, at=at)
                return name

            flash_done(f"The team “{once(form, save, at=at, team=team_id)}” is saved.")
            return see_other("contests_manage.teams", slug=slug)
        except BadInput as refusal:
            field = form.name if "another name" in refusal.message else form.people
            field.errors = [refusal.message]
    return render_page(
        "programs/contests/teams.html",
        form=form,
        program=program,
        teams=there,
        known=known,
        is_open=program.state in BEFORE_LAUNCH,
    )


@bp.post("/<slug>/teams/<int:team_id>/remove")
@requires(Permission.PROGRAMS_MANAGE)
def remove_team(slug: str, team_id: int) -> ResponseReturnValue:
    """Take a team out of the contest."""
    program, form, at = program_of(slug, kind=ProgramKind.CONTEST), PageForm(), clock.now()
    if not form.validate():
        raise BadInput("Open the teams again and use their buttons. Nothing was changed.")
    name = once(form, lambda actor: remove(actor, program.id, team_id, at=at), at=at)
    flash_done(f"The team “{name}” is removed.")
    return see_other("contests_manage.teams", slug=slug)
