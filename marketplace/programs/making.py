"""What the pages of every kind share: making a program and giving it a new rule."""

from typing import Any

from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.budgets.queries import budget_choices
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.people.queries import department_choices
from marketplace.programs.earning import Rule, earner_of
from marketplace.programs.forms import FrameForm, ProgramForm, RuleForm
from marketplace.programs.models import Program
from marketplace.programs.operations.framing import Span
from marketplace.programs.operations.programs import (
    NewProgram,
    create_program,
    refuse_fixed_rule,
    set_rule,
)
from marketplace.programs.operations.settlement import settle_new_rule
from marketplace.programs.queries.desk import departments_of, program_of
from marketplace.programs.queries.rules import program_and_rule
from marketplace.programs.states import BEFORE_LAUNCH, ProgramKind
from marketplace.programs.words import what_waits
from marketplace.web.deeds import once
from marketplace.web.filters import points_word
from marketplace.web.pages import flash_done, see_other


def program_choices() -> dict[str, Any]:
    """The budgets and departments a `ProgramForm` offers."""
    return {
        "budgets": budget_choices(BudgetPurpose.AWARDS),
        "departments": department_choices(),
    }


def new_program(form: ProgramForm, kind: ProgramKind, terms: Any) -> NewProgram:
    """A validated form and the terms of its kind as a program to make."""
    assert form.starts_on.data is not None
    assert form.ends_on.data is not None
    return NewProgram(
        slug=form.address,
        name=form.name.data or "",
        summary=form.summary.data or "",
        kind=kind,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        budget_id=int(form.budget.data),
        terms=terms,
        departments=form.chosen_departments,
        claw_back_days=form.claw_back_days,
        valid_days=form.valid_days.data,
    )


def save_draft(form: ProgramForm, wanted: NewProgram) -> str | None:
    """Save a draft once and answer its address; None with an error on the form when it is taken."""
    at = clock.now()

    def create(actor: Actor) -> str:
        create_program(actor, wanted, at=at)
        return wanted.slug

    try:
        return once(form, create, at=at)
    except BadInput as refusal:
        form.slug.errors = [refusal.message]
        return None


def make_program(form: ProgramForm, kind: ProgramKind, terms: Any) -> ResponseReturnValue | None:
    """Save the draft and go to its desk; None with an error on the form for a taken address."""
    slug = save_draft(form, new_program(form, kind, terms))
    if slug is None:
        return None
    flash_done("Saved as a draft. Launch it when you are ready.")
    return see_other("programs_manage.desk", slug=slug)


def rule_to_change(slug: str, kind: ProgramKind) -> tuple[Program, Rule]:
    """The program of a kind and its rule, to set another. Raises NotFound and RuleIsFixed."""
    program, rule = program_and_rule(slug, kind)
    refuse_fixed_rule(program)
    return program, rule


def has_its_people(form: RuleForm, program: Program, terms: Any) -> bool:
    """Whether somebody can give every answer that new terms need; else the form says who lacks."""
    obstacle = None
    if program.state not in BEFORE_LAUNCH:
        obstacle = earner_of(program.kind).people_obstacle(terms)
    if obstacle:
        form.form_errors.append(obstacle)
    return obstacle is None


def set_new_rule(form: RuleForm, slug: str, terms: Any) -> ResponseReturnValue:
    """Set a new version of a program's rule once, settle the difference, and go to its desk."""
    program, at = program_of(slug), clock.now()

    def change(actor: Actor) -> str:
        set_rule(
            actor,
            program.id,
            terms,
            claw_back_days=form.claw_back_days,
            valid_days=form.valid_days.data,
            reason=form.why,
            at=at,
        )
        report = settle_new_rule(program.id, actor=actor, at=at)
        return what_waits(report.waiting) or (
            f"{points_word(report.points_given)} given, {report.points_taken_back:,} back."
        )

    said = once(form, change, at=at)
    flash_done(f"The new rule holds from now on, for all of the program. {said}")
    return see_other("programs_manage.desk", slug=slug)


def frame_form(program: Program) -> FrameForm:
    """A form of what can change of a program beside its rule, starting from what holds now."""
    now = {
        "name": program.name,
        "summary": program.summary,
        "starts_on": program.starts_on,
        "ends_on": program.ends_on,
        "budget": str(program.budget_id),
        "departments": [str(one) for one in departments_of(program.id)],
    }
    form = FrameForm(**program_choices(), data=now)
    if program.state not in BEFORE_LAUNCH:
        for fixed in ("starts_on", "ends_on", "budget", "departments"):
            del form[fixed]
    elif earner_of(program.kind).facts.terms_say_for_whom:
        del form.departments
    return form


def span_in(form: FrameForm) -> Span | None:
    """The span a validated form asks for; None where it can't be changed any more."""
    if "starts_on" not in form:
        return None
    assert form.starts_on.data is not None
    assert form.ends_on.data is not None
    return Span(
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        budget_id=int(form.budget.data),
        departments=form.chosen_departments if "departments" in form else None,
    )
