"""For those who come: my moments, my code, checking in, recognizing somebody now."""

from datetime import timedelta

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock, settings
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.people.queries import person
from marketplace.recognition.moments.forms import CaptureForm
from marketplace.recognition.moments.links import (
    FORGED,
    capture_qr,
    capture_token,
    check_in_token,
    refuse_forged,
)
from marketplace.recognition.moments.operations.attending import check_in as come
from marketplace.recognition.moments.operations.attending import refuse_closed
from marketplace.recognition.moments.operations.capturing import Captured
from marketplace.recognition.moments.operations.capturing import capture as keep
from marketplace.recognition.moments.queries.moments import (
    MomentRow,
    may_run_moments,
    moment_at,
    my_moments,
)
from marketplace.recognition.queries.values import values_to_choose
from marketplace.web.deeds import once
from marketplace.web.filters import points_word
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    flash_done,
    render_page,
    requires,
    see_other,
)

bp = Blueprint("moments", __name__)


@bp.get("/moments")
@requires(Permission.RECOGNIZE)
def mine() -> ResponseReturnValue:
    """The moments that concern me, and for who leads people the way to run one."""
    actor, today = current_actor(), clock.today()
    rows = my_moments(actor, today)
    return render_page(
        "recognition/moments/mine.html",
        coming=sorted((row for row in rows if row.on_day >= today), key=lambda row: row.on_day),
        past=[row for row in rows if row.on_day < today],
        may_run=may_run_moments(actor),
    )


@bp.get("/moments/<slug>/me")
@requires(Permission.RECOGNIZE)
def me(slug: str) -> ResponseReturnValue:
    """My own code at a moment, for others to scan."""
    actor = current_actor()
    moment = moment_at(actor, slug)
    is_open = moment.is_open(clock.now())
    return render_page(
        "recognition/moments/me.html",
        moment=moment,
        name=actor.name,
        qr=capture_qr(slug, moment.id, actor.id, actor.name),
        is_open=is_open,
        is_over=not is_open and moment.on_day < clock.today(),
    )


@bp.route("/moments/<slug>/check-in/<token>", methods=["GET", "POST"])
@requires(Permission.RECOGNIZE)
def check_in(slug: str, token: str) -> ResponseReturnValue:
    """Where the moment's code leads: a button, because looking at a page changes nothing."""
    actor, at, form = current_actor(), clock.now(), PageForm()
    moment = _moment(actor, slug)
    refuse_forged(token, check_in_token(moment.id))
    refuse_closed(moment, at)
    if form.validate_on_submit():
        flash_done(once(form, lambda who: _come(who, moment), at=at))
        return see_other(".me", slug=slug)
    return render_page("recognition/moments/check_in.html", form=form, moment=moment, token=token)


def _come(actor: Actor, moment: MomentRow) -> str:
    done = come(actor, moment.id, at=clock.now())
    if not done.is_new:
        return "You were checked in already. Nothing was changed."
    if not done.points:
        return f"You are checked in to “{moment.title}”."
    if done.waiting:
        return (
            f"You are checked in. {points_word(done.points).capitalize()} are yours once the "
            "budget of the program is refilled."
        )
    return f"You are checked in. {points_word(done.points)} for coming over to {moment.department}."


@bp.route("/moments/<slug>/recognize/<int:employee_id>/<token>", methods=["GET", "POST"])
@requires(Permission.RECOGNIZE)
def capture(slug: str, employee_id: int, token: str) -> ResponseReturnValue:
    """Where a person's code leads: a value and one line."""
    actor, at = current_actor(), clock.now()
    moment = _moment(actor, slug)
    refuse_forged(token, capture_token(moment.id, employee_id))
    refuse_closed(moment, at)
    form, colleague = CaptureForm(values_to_choose()), person(employee_id)
    if form.validate_on_submit() and _keep(form, moment, employee_id):
        return see_other(".me", slug=slug)
    return render_page(
        "recognition/moments/capture.html",
        form=form,
        moment=moment,
        colleague=colleague,
        is_me=employee_id == actor.id,
        token=token,
    )


def _keep(form: CaptureForm, moment: MomentRow, employee_id: int) -> bool:
    at, undo_for = clock.now(), timedelta(seconds=settings.current().undo_seconds)
    value = form.chosen_value
    wanted = Captured(employee_id, value.id if value else None, form.message.data or "")

    def send(actor: Actor) -> str:
        return str(keep(actor, moment.id, wanted, undo_for=undo_for, at=at))

    try:
        recognition_id = int(once(form, send, at=at))
    except BadInput as refusal:
        form.form_errors.append(refusal.message)
        return False
    flash_done(
        f"Sent. It is among the slides in {settings.current().undo_seconds} seconds.",
        undo_url=url_for("recognition.undo", recognition_id=recognition_id),
    )
    return True


def _moment(actor: Actor, slug: str) -> MomentRow:
    """The moment; a code for one that is not there is as good as forged."""
    try:
        return moment_at(actor, slug)
    except NotFound as absent:
        raise NotFound(FORGED) from absent
