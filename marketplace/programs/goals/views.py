"""Shared goals and milestone paths at the manager's desk."""

from datetime import date

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.people.queries import department_choices
from marketplace.programs.goals import panels
from marketplace.programs.goals.forms import (
    GoalFields,
    GoalProgramForm,
    GoalRuleForm,
    PathProgramForm,
    PathRuleForm,
)
from marketplace.programs.goals.paths import days_obstacle
from marketplace.programs.making import (
    make_program,
    program_choices,
    rule_to_change,
    set_new_rule,
)
from marketplace.programs.queries.rules import metric_words
from marketplace.programs.states import ProgramKind
from marketplace.web.pages import render_page, requires

__all__ = ["blueprints", "panels"]

ADD_ROW = "row"

goals = Blueprint("goals_manage", __name__, url_prefix="/manage/programs")
paths = Blueprint("paths_manage", __name__, url_prefix="/manage/programs")
blueprints = (goals, paths)


def _pressed() -> str:
    """The button that shows the form again instead of saving it."""
    return request.form.get("do", "")


@goals.route("/new/goal", methods=["GET", "POST"], endpoint="new")
@requires(Permission.PROGRAMS_MANAGE)
def new_goal() -> ResponseReturnValue:
    """Make a draft of a shared goal with its first rule."""
    offered = program_choices()
    form = GoalProgramForm(metric_words(), offered["departments"], offered["budgets"])
    if _pressed():
        _show_goal_again(form, form.starts_on.data, form.ends_on.data)
    elif form.validate_on_submit():
        assert form.starts_on.data is not None
        assert form.ends_on.data is not None
        terms = form.terms(form.starts_on.data, form.ends_on.data)
        made = make_program(form, ProgramKind.GOAL, terms)
        if made is not None:
            return made
    return render_page("programs/goals/new_goal.html", form=form)


@goals.route("/<slug>/goal", methods=["GET", "POST"], endpoint="change_rule")
@requires(Permission.PROGRAMS_MANAGE)
def change_goal(slug: str) -> ResponseReturnValue:
    """Set a new version of a shared goal's rule and settle the difference."""
    program, rule = rule_to_change(slug, ProgramKind.GOAL)
    days, departments = (program.starts_on, program.ends_on), department_choices()
    metrics = metric_words()
    form = GoalRuleForm(metrics, departments, days)
    form.ask_why(program)
    if _pressed():
        _show_goal_again(form, *days)
    elif form.validate_on_submit():
        terms = form.terms(*days)
        return set_new_rule(form, slug, terms)
    elif not form.is_submitted():
        form.show_terms(rule.terms, departments)
        form.show_frame(rule)
    return render_page("programs/goals/goal_rule.html", form=form, program=program)


def _show_goal_again(form: GoalFields, first: date | None, last: date | None) -> None:
    """One more part, or the usual milestones; what was typed stays."""
    if _pressed() == ADD_ROW:
        form.add_part(metric_words(), department_choices())
    elif first and last:
        form.fill_milestones(first, last)
    else:
        form.rhythm.errors = ["Enter the first and last day above, then fill in the milestones."]


@paths.route("/new/path", methods=["GET", "POST"], endpoint="new")
@requires(Permission.PROGRAMS_MANAGE)
def new_path() -> ResponseReturnValue:
    """Make a draft of a milestone path with its first rule."""
    form = PathProgramForm(metric_words(), **program_choices())
    if _pressed():
        form.add_step()
    elif form.validate_on_submit():
        terms, obstacle = form.terms, None
        if form.starts_on.data and form.ends_on.data:
            obstacle = days_obstacle(terms, form.starts_on.data, form.ends_on.data)
        made = None if obstacle else make_program(form, ProgramKind.MILESTONES, terms)
        if made is not None:
            return made
        if obstacle:
            form.period.errors = [obstacle]
    return render_page("programs/goals/new_path.html", form=form)


@paths.route("/<slug>/path", methods=["GET", "POST"], endpoint="change_rule")
@requires(Permission.PROGRAMS_MANAGE)
def change_path(slug: str) -> ResponseReturnValue:
    """Set a new version of a path's rule and settle the difference."""
    program, rule = rule_to_change(slug, ProgramKind.MILESTONES)
    form = PathRuleForm(metric_words())
    form.ask_why(program)
    if _pressed():
        form.add_step()
    elif form.validate_on_submit():
        terms = form.terms
        obstacle = days_obstacle(terms, program.starts_on, program.ends_on)
        if obstacle is None:
            return set_new_rule(form, slug, terms)
        form.period.errors = [obstacle]
    elif not form.is_submitted():
        form.show_terms(rule.terms)
        form.show_frame(rule)
    return render_page("programs/goals/path_rule.html", form=form, program=program)
