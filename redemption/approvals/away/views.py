"""`/approvals/away`: when somebody is away, and who answers for them."""

from dataclasses import replace
from datetime import datetime

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotAllowed, NotFound
from marketplace.kernel.parsing import minor_text
from marketplace.people.queries import Person, people_list, person
from marketplace.web.deeds import once
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)
from redemption.approvals.away import operations, queries
from redemption.approvals.away.forms import AwayForm, AwayForOtherForm, EndForm, data_of
from redemption.approvals.away.operations import Terms, may_set_for, may_set_for_others
from redemption.approvals.away.queries import AbsenceRow
from redemption.approvals.queries.undecided import undecided

bp = Blueprint("approval_away", __name__, url_prefix="/approvals/away")
EDIT = "approvals/away/edit.html"
NAMED = 5


@bp.get("")
@requires(Permission.APPROVALS_USE)
def overview() -> ResponseReturnValue:
    """One's own absences, those in which one answers, and for some everybody's."""
    actor, at = current_actor(), clock.now()
    sees_all = may_set_for_others(actor)
    rows = queries.absences_seen(actor.id, sees_all=sees_all, at=at)
    return render_page(
        "approvals/away/list.html",
        mine=[row for row in rows if row.employee_id == actor.id],
        answering=[row for row in rows if row.stand_in_id == actor.id],
        others=[row for row in rows if actor.id not in {row.employee_id, row.stand_in_id}],
        sees_all=sees_all,
        may_say=sees_all or queries.leads_somebody(actor.id),
        at=at,
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.APPROVALS_USE)
def new() -> ResponseReturnValue:
    """Say that one is away."""
    form = AwayForm()
    if not form.validate_on_submit():
        return render_page(EDIT, form=form, row=None, is_other=False)
    return _save(form, current_actor().id)


@bp.route("/others/new", methods=["GET", "POST"])
@requires(Permission.APPROVALS_USE)
def new_for_other() -> ResponseReturnValue:
    """Say that somebody else is away, who cannot say it."""
    actor = current_actor()
    if not (may_set_for_others(actor) or queries.leads_somebody(actor.id)):
        raise NotFound("Only managers and who runs programs or people says it of others.")
    form = AwayForOtherForm()
    if not form.is_submitted():
        form.who.data = request.args.get("who", "")[:120]
    if not form.validate_on_submit():
        return render_page(EDIT, form=form, row=None, is_other=True)
    if (who := _one_of(form.who)) is None:
        return render_page(EDIT, form=form, row=None, is_other=True)
    return _save(form, who.id)


@bp.route("/<int:absence_id>/change", methods=["GET", "POST"])
@requires(Permission.APPROVALS_USE)
def change(absence_id: int) -> ResponseReturnValue:
    """Other days, somebody else, other limits: the absence as it was ends and this one begins."""
    row, is_own = _row(absence_id)
    form = AwayForm() if is_own else AwayForOtherForm()
    if not form.is_submitted():
        form = type(form)(formdata=None, data=_shown(row, form))
    if isinstance(form, AwayForOtherForm):
        del form.who  # that stays who it was
    if not form.validate_on_submit():
        return render_page(EDIT, form=form, row=row, is_other=not is_own)
    return _save(form, row.employee_id, row)


def _row(absence_id: int) -> tuple[AbsenceRow, bool]:
    actor = current_actor()
    row = queries.absence_row(actor.id, absence_id, sees_all=may_set_for_others(actor))
    is_own = row.employee_id == actor.id
    if not is_own and not may_set_for(actor, person(row.employee_id)):
        raise NotAllowed(f"{row.name} says when they are away. You can end it where you answer.")
    return row, is_own


def _shown(row: AbsenceRow, form: AwayForm) -> dict[str, object]:
    stand_in = person(row.stand_in_id).external_id if row.stand_in_id else ""
    most = row.limits.most_money
    data = data_of(row, stand_in, minor_text(most.minor, most.currency) if most else "")
    return {name: value for name, value in data.items() if name in form}


def _save(form: AwayForm, employee_id: int, old: AbsenceRow | None = None) -> ResponseReturnValue:
    """Write it, or say in the form why not."""
    at, is_other = clock.now(), isinstance(form, AwayForOtherForm)
    stand_in = None
    if (form.stand_in.data or "").strip():
        stand_in = _one_of(form.stand_in)
        if stand_in is None:
            return render_page(EDIT, form=form, row=old, is_other=is_other)
    terms = Terms(employee_id, form.days, stand_in.id if stand_in else None, form.limits)
    reason = form.reason.data or "" if isinstance(form, AwayForOtherForm) else ""
    terms = replace(terms, note=form.note.data or "", reason=reason)
    replaces = old.id if old else None

    def write(actor: Actor) -> str:
        return str(operations.set_absence(actor, terms, replaces=replaces, at=at))

    try:
        absence_id = int(once(form, write, at=at, of=employee_id))
    except (BadInput, NotAllowed) as refusal:
        session().close()
        form.form_errors.append(refusal.message)
        return render_page(EDIT, form=form, row=old, is_other=is_other)
    _say(queries.absence_row(employee_id, absence_id, sees_all=False), at)
    return see_other("approval_away.overview")


def _one_of(field: object) -> Person | None:
    """The one person at work whom a field names; what is not clear is said at the field."""
    text = (field.data or "").strip()  # pyright: ignore[reportAttributeAccessIssue]
    people = people_list(text=text, limit=NAMED + 1, at_work=True)
    people = [who for who in people if text in {who.external_id, who.name}] or people
    if len(people) == 1:
        return people[0]
    several = "; ".join(f"{who.name} ({who.email or who.external_id})" for who in people[:NAMED])
    said = f"Several people fit: {several}. Enter the e-mail." if people else "Nobody at work fits."
    field.errors = [said]  # pyright: ignore[reportAttributeAccessIssue]
    return None


def _say(row: AbsenceRow, at: datetime) -> None:
    if not row.stand_in_id:
        flash_done("Noted. New requests go to whoever is next; what waits already keeps its place.")
        return
    begins = "from now on" if row.has_begun(at) else f"from {row.first_day:%d %B} on"
    flash_done(f"{row.stand_in} answers for {row.name} {begins}, and gets a letter about it.")
    for away in queries.also_away(row.stand_in_id, row.begins_at, row.ends_at):
        flash_notice(
            f"{row.stand_in} is away too: {away.days}. What comes then goes to whoever is next."
        )


@bp.get("/undecided")
@requires(Permission.REPORTS_VIEW)
def nobody_decides() -> ResponseReturnValue:
    """What waits for nobody who is here, why, and what to do about it."""
    may_name = may_set_for_others(current_actor())
    rows = undecided(at=clock.now())
    return render_page("approvals/away/undecided.html", rows=rows, may_name=may_name)


@bp.post("/<int:absence_id>/end")
@requires(Permission.APPROVALS_USE)
def end(absence_id: int) -> ResponseReturnValue:
    """End an absence before its last day."""
    form, at = EndForm(), clock.now()
    if not form.validate_on_submit():
        raise BadInput("Open the page again and end it from there. Nothing was changed.")

    def finish(actor: Actor) -> str:
        return "yes" if operations.end_absence(actor, absence_id, at=at) else ""

    if once(form, finish, at=at):
        flash_done("It has ended. Answers given by it stay as they are.")
    else:
        flash_notice("It was over already, so nothing was changed.")
    return see_other("approval_away.overview")
