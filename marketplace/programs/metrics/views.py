"""Metrics in the browser, and results by hand."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.people.queries import person_named
from marketplace.programs.metrics import queries
from marketplace.programs.metrics.forms import (
    CorrectionForm,
    DescribeMetricForm,
    EntryForm,
    MetricForm,
    ReasonForm,
)
from marketplace.programs.operations.hand import (
    HandReport,
    correct_result,
    enter_new_result,
    withdraw_result,
)
from marketplace.programs.operations.metrics import define_metric, describe_metric
from marketplace.programs.operations.results import Reported
from marketplace.programs.states import Direction, MetricUnit
from marketplace.programs.words import BY_HAND, amount_as_typed, what_waits
from marketplace.web.arguments import id_asked
from marketplace.web.deeds import once
from marketplace.web.filters import points_word
from marketplace.web.pages import flash_done, render_page, requires, see_other

bp = Blueprint("metrics_manage", __name__, url_prefix="/manage/metrics")


@bp.get("")
@requires(Permission.PROGRAMS_MANAGE)
def overview() -> ResponseReturnValue:
    """Every metric, what it counts and its last result."""
    return render_page("programs/metrics/list.html", rows=queries.metric_rows())


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def new() -> ResponseReturnValue:
    """Name a quantity that results are reported for."""
    form = MetricForm()
    if not form.validate_on_submit():
        return render_page("programs/metrics/new.html", form=form)
    try:
        slug = once(form, lambda _actor: _add(form), at=clock.now())
    except BadInput as refusal:
        form.slug.errors = [refusal.message]
        return render_page("programs/metrics/new.html", form=form)
    flash_done(f"The metric “{form.name.data}” is there. Commands call it {slug}.")
    return see_other("metrics_manage.show", slug=slug)


def _add(form: MetricForm) -> str:
    currency = form.currency.data or None
    define_metric(
        form.address,
        form.name.data or "",
        MetricUnit.MONEY if currency else MetricUnit.COUNT,
        currency,
        direction=Direction(form.direction.data),
        source=form.source.data or "",
        is_new=True,
    )
    return form.address


@bp.get("/<slug>")
@requires(Permission.PROGRAMS_MANAGE)
def show(slug: str) -> ResponseReturnValue:
    """One metric: its last results or those that are looked for, and who reads it."""
    before, named = id_asked("before"), request.args.get("q", "").replace("\0", "").strip()
    page = queries.metric_page(slug, before=before, named=named)
    return render_page("programs/metrics/show.html", page=page, before=before, named=named)


@bp.route("/<slug>/edit", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def edit(slug: str) -> ResponseReturnValue:
    """Change its name and where its results come from."""
    metric, form = queries.metric_at(slug), DescribeMetricForm()
    if not form.is_submitted():
        form.name.data, form.source.data = metric.name, metric.source
    if not form.validate_on_submit():
        return render_page("programs/metrics/edit.html", form=form, metric=metric)
    at, metric_id = clock.now(), metric.id

    def change(actor: Actor) -> str:
        name, source = form.name.data or "", form.source.data or ""
        describe_metric(metric_id, name, source, actor=actor, at=at)
        return slug

    once(form, change, at=at)
    flash_done("The metric is described anew.")
    return see_other("metrics_manage.show", slug=slug)


@bp.route("/<slug>/enter", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def enter(slug: str) -> ResponseReturnValue:
    """Enter a result by hand, with the reason."""
    metric = queries.metric_at(slug)
    form, words = EntryForm(metric.currency), queries.words_of(metric)
    if not form.is_submitted():
        form.on_day.data = clock.today()
    if not form.validate_on_submit() or (employee_id := _person(form)) is None:
        return render_page("programs/metrics/enter.html", form=form, metric=words)
    at, metric_id = clock.now(), metric.id
    reference = (form.reference.data or "").strip() or f"{BY_HAND}{form.key}"

    def keep(actor: Actor) -> str:
        fact = _fact(form, employee_id, reference)
        return _said(enter_new_result(metric_id, fact, reason=_why(form), actor=actor, at=at))

    try:
        said = once(form, keep, at=at)
    except BadInput as refusal:
        form.form_errors.append(refusal.message)
        return render_page("programs/metrics/enter.html", 422, form=form, metric=words)
    flash_done(f"The result counts. {said}".strip())
    return see_other("metrics_manage.show", slug=slug)


@bp.get("/<slug>/results/<int:result_id>")
@requires(Permission.PROGRAMS_MANAGE)
def result(slug: str, result_id: int) -> ResponseReturnValue:
    """One result and its history."""
    page = queries.result_page(slug, result_id)
    return render_page("programs/metrics/result.html", page=page)


@bp.route("/<slug>/results/<int:result_id>/correct", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def correct(slug: str, result_id: int) -> ResponseReturnValue:
    """Say what a result should have been, and why."""
    page = queries.result_page(slug, result_id)
    form, reference = CorrectionForm(page.metric.currency), page.result.external_ref
    if not form.is_submitted():
        written = amount_as_typed(page.result.amount, page.metric.currency)
        form.show_result(page.result, page.person_key, written)
    if not form.validate_on_submit() or (employee_id := _person(form)) is None:
        return render_page("programs/metrics/correct.html", form=form, page=page)
    at = clock.now()

    def change(actor: Actor) -> str:
        fact = _fact(form, employee_id, reference)
        return _said(correct_result(result_id, fact, reason=_why(form), actor=actor, at=at))

    try:
        said = once(form, change, at=at)
    except BadInput as refusal:
        form.form_errors.append(refusal.message)
        return render_page("programs/metrics/correct.html", 422, form=form, page=page)
    flash_done(f"The correction counts. {said}".strip())
    return see_other("metrics_manage.result", slug=slug, result_id=result_id)


@bp.route("/<slug>/results/<int:result_id>/withdraw", methods=["GET", "POST"])
@requires(Permission.PROGRAMS_MANAGE)
def withdraw(slug: str, result_id: int) -> ResponseReturnValue:
    """Let a result count for nothing, and say why."""
    page, form = queries.result_page(slug, result_id), ReasonForm()
    if not form.validate_on_submit():
        return render_page("programs/metrics/withdraw.html", form=form, page=page)
    at = clock.now()

    def undo(actor: Actor) -> str:
        return _said(withdraw_result(result_id, reason=_why(form), actor=actor, at=at))

    said = once(form, undo, at=at)
    flash_done(f"The result counts for nothing any more. {said}".strip())
    return see_other("metrics_manage.result", slug=slug, result_id=result_id)


def _person(form: CorrectionForm) -> int | None:
    try:
        return person_named(form.person.data or "").id
    except NotFound:
        form.person.errors = ["Nobody here has this e-mail or staff number. Import them first."]
        return None


def _fact(form: CorrectionForm, employee_id: int, reference: str) -> Reported:
    group = (form.group.data or "").strip() or reference
    return Reported(employee_id, form.day, form.minor, group, reference, form.dimensions)


def _why(form: ReasonForm) -> str:
    return (form.reason.data or "").strip()


def _said(report: HandReport) -> str:
    """What an entry did to points, in a sentence."""
    parts = []
    if report.points_given:
        parts.append(f"{points_word(report.points_given)} given.")
    if report.points_taken_back:
        parts.append(f"{points_word(report.points_taken_back)} taken back.")
    if report.waiting:
        parts.append(what_waits(report.waiting))
    return " ".join(parts)
