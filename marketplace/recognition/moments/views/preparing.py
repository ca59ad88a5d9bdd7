"""For those who run moments: the list, one moment, what it shows, who came, and the slides."""

from typing import Any

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.recognition.forms.giving import ids_in
from marketplace.recognition.moments.forms import MomentForm
from marketplace.recognition.moments.links import capture_path, check_in_path, check_in_qr
from marketplace.recognition.moments.operations import preparing
from marketplace.recognition.moments.queries.attendance import attendees
from marketplace.recognition.moments.queries.moments import (
    MomentRow,
    may_run_moments,
    moment_choices,
    moment_to_run,
    moments_to_run,
)
from marketplace.recognition.moments.queries.slides import offered, shown, slides_of
from marketplace.web.deeds import once
from marketplace.web.forms import PageForm
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)

AGAIN = "Open the moment again and use its buttons. Nothing was changed."

bp = Blueprint("moments_manage", __name__, url_prefix="/manage/moments")


@bp.get("")
@requires(Permission.RECOGNIZE)
def overview() -> ResponseReturnValue:
    """The moments somebody runs."""
    today, rows = clock.today(), moments_to_run(current_actor())
    return render_page(
        "recognition/moments/manage/list.html",
        coming=sorted((row for row in rows if row.on_day >= today), key=lambda row: row.on_day),
        past=[row for row in rows if row.on_day < today],
    )


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.RECOGNIZE)
def new() -> ResponseReturnValue:
    """Make a moment."""
    actor, at = current_actor(), clock.now()
    if not may_run_moments(actor):
        raise NotFound("This page is for those who lead people, and for program managers.")
    form = MomentForm(moment_choices())
    if form.validate_on_submit():
        facts = form.facts
        try:
            slug = once(form, lambda who: preparing.create_moment(who, facts, at=at), at=at)
        except BadInput as refusal:
            form.department.errors = [refusal.message]
        else:
            flash_done("The moment is there. Choose what it shows.")
            return see_other(".pick", slug=slug)
    if not form.is_submitted():
        form.department.data = str(actor.department_id)
    return render_page("recognition/moments/manage/form.html", form=form, moment=None)


@bp.route("/<slug>/change", methods=["GET", "POST"])
@requires(Permission.RECOGNIZE)
def change(slug: str) -> ResponseReturnValue:
    """Change a moment."""
    at, moment = clock.now(), moment_to_run(current_actor(), slug)
    form = MomentForm(moment_choices())
    if form.validate_on_submit():
        facts = form.facts
        try:
            once(form, _done(lambda who: preparing.change_moment(who, slug, facts, at=at)), at=at)
        except BadInput as refusal:
            form.department.errors = [refusal.message]
        else:
            flash_done("Changed. Codes that were printed go on working.")
            return see_other(".show", slug=slug)
    if not form.is_submitted():
        form.title.data, form.on_day.data = moment.title, moment.on_day
        form.department.data = str(moment.department_id)
        form.guests.data = [str(one) for one in moment.guest_ids]
        form.program.data = str(moment.program_id or "")
    return render_page("recognition/moments/manage/form.html", form=form, moment=moment)


@bp.get("/<slug>")
@requires(Permission.RECOGNIZE)
def show(slug: str) -> ResponseReturnValue:
    """One moment: its slides in their order, and what to do."""
    moment, at = moment_to_run(current_actor(), slug), clock.now()
    return render_page(
        "recognition/moments/manage/show.html",
        moment=moment,
        slides=slides_of(moment.id, at=at),
        is_open=moment.is_open(at),
        check_in_qr=check_in_qr(slug, moment.id, moment.title),
        check_in_path=check_in_path(slug, moment.id),
    )


@bp.route("/<slug>/pick", methods=["GET", "POST"])
@requires(Permission.RECOGNIZE)
def pick(slug: str) -> ResponseReturnValue:
    """Choose from the feed what is shown."""
    moment, at, form = moment_to_run(current_actor(), slug), clock.now(), PageForm()
    everyone = "everyone" in request.args
    if request.method == "POST":
        chosen = ids_in(request.form.getlist("recognition"))
        if not form.validate():
            raise BadInput(AGAIN)
        if not chosen:
            flash_notice("Choose at least one recognition. Nothing was added.")
            return see_other(".pick", slug=slug, everyone="1" if everyone else None)
        count = once(
            form,
            lambda who: str(preparing.pick(who, slug, chosen, at=at)),
            at=at,
            chosen=chosen,
        )
        flash_done("1 slide added." if count == "1" else f"{count} slides added.")
        return see_other(".show", slug=slug)
    narrowed = None if everyone else moment.department_id
    return render_page(
        "recognition/moments/manage/pick.html",
        moment=moment,
        rows=offered(moment.id, department_id=narrowed, at=at),
        everyone=everyone,
    )


@bp.post("/<slug>/slides/<int:recognition_id>")
@requires(Permission.RECOGNIZE)
def arrange(slug: str, recognition_id: int) -> ResponseReturnValue:
    """Move a slide, give it its headline, or take it out."""
    moment_to_run(current_actor(), slug)
    form, at, wanted = PageForm(), clock.now(), request.form.get("wanted", "")
    deed = request.form.get("deed", "")[:1_000]
    deeds: dict[str, Any] = {
        "up": lambda who: preparing.step(who, slug, recognition_id, -1),
        "down": lambda who: preparing.step(who, slug, recognition_id, 1),
        "out": lambda who: preparing.take_out(who, slug, recognition_id),
        "deed": lambda who: preparing.describe(who, slug, recognition_id, deed),
    }
    if not form.validate() or wanted not in deeds:
        raise BadInput(AGAIN)
    once(form, _done(deeds[wanted]), at=at, wanted=wanted, deed=deed)
    flash_done("Taken out. It stays in the feed." if wanted == "out" else "Saved.")
    return see_other(".show", slug=slug)


def _done(work: Any) -> Any:
    def deed(actor: Actor) -> str:
        work(actor)
        return ""

    return deed


@bp.get("/<slug>/attendance")
@requires(Permission.RECOGNIZE)
def attendance(slug: str) -> ResponseReturnValue:
    """Who came, from where, and the link to recognize each."""
    moment = moment_to_run(current_actor(), slug)
    rows = attendees(moment.id)
    return render_page(
        "recognition/moments/manage/attendance.html",
        moment=moment,
        rows=rows,
        links=_links(moment, [row.employee_id for row in rows]),
    )


def _links(moment: MomentRow, ids: list[int]) -> dict[int, str]:
    if not moment.is_open(clock.now()):
        return {}
    return {one: capture_path(moment.slug, moment.id, one) for one in ids}


@bp.get("/<slug>/present")
@requires(Permission.RECOGNIZE)
def present(slug: str) -> ResponseReturnValue:
    """The slides, each as large as the screen."""
    moment, at = moment_to_run(current_actor(), slug), clock.now()
    return render_page(
        "recognition/moments/present.html",
        moment=moment,
        slides=shown(slides_of(moment.id, at=at)),
        qr=check_in_qr(slug, moment.id, moment.title) if moment.is_open(at) else None,
    )
