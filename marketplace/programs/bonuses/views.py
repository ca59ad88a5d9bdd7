"""Bonuses at the manager's desk: a list, a look at what it would do, and giving it."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, DomainError
from marketplace.programs.bonuses.forms import BonusProgramForm, GiveForm, WithdrawForm
from marketplace.programs.bonuses.operations import give_bonuses, withdraw_bonus
from marketplace.programs.bonuses.queries import Preflight, bonuses_given, preflight
from marketplace.programs.bonuses.terms import BonusTerms
from marketplace.programs.making import make_program, program_choices
from marketplace.programs.models import Program
from marketplace.programs.panels import Panel, desk_panel
from marketplace.programs.queries.desk import program_of
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.programs.words import what_waits, what_went_back
from marketplace.web.deeds import once
from marketplace.web.filters import points_word
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)


class ListMoved(DomainError):
    """The list, or what the budget has for it, is not what was looked over. Nothing was given."""

    code = "list_moved"

    def __init__(self) -> None:
        super().__init__(
            "This is not what you looked over: the list changed, or what the budget has for it. "
            "Look at it below; nothing was given yet."
        )


bp = Blueprint("bonuses_manage", __name__, url_prefix="/manage/programs")


@desk_panel(ProgramKind.BONUS)
def panel(actor: Actor, program: Program) -> Panel:  # noqa: ARG001  the same for all managers
    """The last bonuses, and the way to give more."""
    return Panel(
        "programs/bonuses/_desk.html",
        {
            "slug": program.slug,
            "bonuses": bonuses_given(program.id),
            "is_running": program.state is ProgramState.RUNNING,
        },
    )


@bp.route("/new/bonus", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new() -> ResponseReturnValue:
    """Make a draft of a bonus program."""
    form = BonusProgramForm(**program_choices())
    if form.validate_on_submit():
        made = make_program(form, ProgramKind.BONUS, BonusTerms(form.largest.data or 1))
        if made is not None:
            return made
    return render_page("programs/bonuses/new.html", form=form)


@bp.route("/<slug>/give", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def give(slug: str) -> ResponseReturnValue:
    """Look a list over, then give it; a list with mistakes comes back with each of them."""
    program, form, at = program_of(slug, kind=ProgramKind.BONUS), GiveForm(), clock.now()
    if not form.validate_on_submit():
        return render_page("programs/bonuses/give.html", form=form, program=program, found=None)
    text = form.lines.data or ""
    try:
        found = preflight(current_actor(), program, text)
    except BadInput as refusal:
        form.lines.errors = [refusal.message]
        return render_page("programs/bonuses/give.html", form=form, program=program, found=None)
    if found.bad or request.form.get("step") != "give":
        return _looked_over(program, form, found, 422 if found.bad else 200)

    def hand_out(actor: Actor) -> str:
        if form.seal.data != found.seal:
            raise ListMoved
        given = give_bonuses(actor, program, text, batch=form.key, at=at)
        people = "1 person" if given.people == 1 else f"{given.people:,} people"
        waits = what_waits(given.report.waiting)
        return f"{points_word(given.points)} for {people}. {waits}".strip()

    try:
        flash_done(once(form, hand_out, at=at))
    except ListMoved as moved:
        form.form_errors.append(moved.message)
        return _looked_over(program, form, found, 422)
    return see_other("programs_manage.desk", slug=slug)


def _looked_over(
    program: Program, form: GiveForm, found: Preflight, status: int
) -> ResponseReturnValue:
    form.seal.data = found.seal
    page = {"form": form, "program": program, "found": found}
    return render_page("programs/bonuses/give.html", status=status, **page)


@bp.route("/<slug>/bonuses/<int:bonus_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def withdraw(slug: str, bonus_id: int) -> ResponseReturnValue:
    """Take one bonus back, with a reason."""
    program, form, at = program_of(slug, kind=ProgramKind.BONUS), WithdrawForm(), clock.now()
    if not form.validate_on_submit():
        return render_page(
            "programs/bonuses/withdraw.html", form=form, program=program, bonus_id=bonus_id
        )
    reason = form.reason.data or ""

    def take_back(actor: Actor) -> str:
        report = withdraw_bonus(actor, program.id, bonus_id, reason=reason, at=at)
        return f"It is marked as taken back. {what_went_back(report)}"

    try:
        said = once(form, take_back, at=at)
    except BadInput as refusal:
        form.reason.errors = [refusal.message]
        return render_page(
            "programs/bonuses/withdraw.html", form=form, program=program, bonus_id=bonus_id
        )
    flash_notice(said)
    return see_other("programs_manage.desk", slug=slug)
