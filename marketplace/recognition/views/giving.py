"""Recognizing somebody: one form, and a page to think again where a program advises."""

from datetime import timedelta

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock, settings
from marketplace.kernel.errors import BadInput
from marketplace.recognition.forms.giving import (
    LONGEST_SEARCH,
    RecognizeForm,
    ids_in,
    reason_obstacle,
)
from marketplace.recognition.operations.allowances import AllowanceExceeded
from marketplace.recognition.operations.giving import (
    GivingRestricted,
    NeedsReason,
    NewRecognition,
    give_recognition,
)
from marketplace.recognition.policies import Finding
from marketplace.recognition.queries.giving import programs_to_give_from
from marketplace.recognition.queries.people import FoundPerson, find_people
from marketplace.recognition.queries.values import values_to_choose
from marketplace.recognition.states import Visibility
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

bp = Blueprint("recognizing", __name__)


@bp.route("/recognition/new", methods=["GET", "POST"])
@requires(Permission.RECOGNIZE)
def new() -> ResponseReturnValue:
    """Thank somebody: who, value, words, maybe points. “Find” only looks for people."""
    actor, at = current_actor(), clock.now()
    form = RecognizeForm(values_to_choose(), programs_to_give_from(actor, at=at))
    form.giver_id = actor.employee_id
    if not form.is_submitted():
        form.to.data = [str(one) for one in ids_in(request.args.getlist("to"))]
        form.q.data = request.args.get("q", "")[:LONGEST_SEARCH]
        form.value.data = request.args.get("value", "")
    elif "find" in request.form:
        form.form_errors.clear()
    elif form.validate():
        return _send(form)
    return _form_page(form)


def _form_page(form: RecognizeForm) -> ResponseReturnValue:
    return render_page("recognition/new.html", form=form, people=_people(form))


def _people(form: RecognizeForm) -> list[FoundPerson]:
    text = (form.q.data or "")[:LONGEST_SEARCH].replace("\0", "")
    return find_people(current_actor(), text, form.recipient_ids)


def _send(form: RecognizeForm) -> ResponseReturnValue:
    """Give it once; what stands in the way comes back on the form with all that was typed."""
    if "plain" in request.form:
        form.points.data = None
    if "again" in request.form and (obstacle := reason_obstacle(form.reason.data or "")):
        form.reason.errors = [obstacle]
    elif "again" not in request.form:
        form.reason.data = ""
    try:
        recognition_id = int(_give(form))
    except NeedsReason as asked:
        return _check_page(form, asked.found)
    except (GivingRestricted, AllowanceExceeded) as refusal:
        form.points.errors = [refusal.message]
        return _form_page(form)
    except BadInput as refusal:
        form.form_errors.append(refusal.message)
        return _form_page(form)
    _say(form, recognition_id)
    return see_other("recognition.feed")


def _give(form: RecognizeForm) -> str:
    at, undo_for = clock.now(), timedelta(seconds=settings.current().undo_seconds)
    value, program = form.chosen_value, form.chosen_program
    wanted = NewRecognition(
        recipients=tuple(form.recipient_ids),
        message=_plain_lines(form.message.data),
        value_id=value.id if value else None,
        points=form.points.data or 0,
        visibility=Visibility(form.visibility.data),
        program_id=program.id if program else None,
        reason="" if form.reason.errors else (form.reason.data or ""),
    )

    def give(actor: Actor) -> str:
        return str(give_recognition(actor, wanted, undo_for=undo_for, at=at))

    return once(form, give, at=at, plain="plain" in request.form)


def _plain_lines(text: str | None) -> str:
    """What was typed, a line break being one character as the counter counts it."""
    return (text or "").replace("\r\n", "\n")


def _check_page(form: RecognizeForm, found: tuple[Finding, ...]) -> ResponseReturnValue:
    """What the program has noticed, and the ways on."""
    chosen = [one for one in _people(form) if one.is_chosen]
    return render_page(
        "recognition/check.html", form=form, findings=found, people=chosen, value=form.chosen_value
    )


def _say(form: RecognizeForm, recognition_id: int) -> None:
    names = [one.name for one in _people(form) if one.is_chosen]
    who = names[0] if len(names) == 1 else f"{len(names)} people"
    seconds = settings.current().undo_seconds
    flash_done(
        f"Sent to {who}. They hear in {seconds} seconds.",
        undo_url=url_for("recognition.undo", recognition_id=recognition_id),
    )
    program, points = form.chosen_program, (form.points.data or 0) * len(names)
    if program and points and (program.is_waiting or points > program.budget_left):
        flash_notice(
            f"The budget of {program.name} has {points_word(max(program.budget_left, 0))} left, "
            "so the points wait until it is refilled. Your thanks arrive all the same."
        )
