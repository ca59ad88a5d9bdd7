"""`/manage/refunds`: points given back as a goodwill, and everything that came back."""

from collections.abc import Callable

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.web.deeds import carried_out, pressed, say_in
from marketplace.web.downloads import table_download
from marketplace.web.filters import points_word
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.goodwill import operations, queries
from redemption.goodwill.forms import DeclineForm, FindForm, GiftForm
from redemption.goodwill.operations import Amends
from redemption.goodwill.policies import alone_up_to
from redemption.goodwill.states import TONES, GoodwillState

bp = Blueprint("goodwill", __name__, url_prefix="/manage/refunds")
_AGAIN = "Open the page again and use its buttons. Nothing was changed."


@bp.route("", methods=["GET", "POST"])
@requires(Permission.BUDGETS_MANAGE)
def overview() -> ResponseReturnValue:
    """What waits for a second person and what was given; a request is found by its number."""
    form = FindForm()
    if form.validate_on_submit():
        try:
            found = queries.request_facts(form.reference.data or "")
        except NotFound as unknown:
            form.reference.errors = [unknown.message]
        else:
            return see_other("goodwill.give", reference=found.reference)
    return _overview(form)


def _overview(form: FindForm, refusal: DomainError | None = None) -> ResponseReturnValue:
    return render_page(
        "goodwill/overview.html",
        status=refusal.status if refusal else 200,
        form=form,
        refusal=refusal,
        rows=queries.goodwill_listed(),
        tones=TONES,
    )


@bp.route("/<reference>", methods=["GET", "POST"])
@requires(Permission.BUDGETS_MANAGE)
def give(reference: str) -> ResponseReturnValue:
    """Give points of a request back, part or all."""
    form, refusal = GiftForm(), None
    page = queries.request_facts(reference)
    if form.validate_on_submit():
        amends = Amends(form.points.data or 0, form.reason.data or "")
        try:
            with transaction():
                state = operations.propose_goodwill(
                    current_actor(), reference, amends, request_key=form.key, at=clock.now()
                )
        except NotFound:
            raise
        except DomainError as problem:
            session().close()
            refusal, page = problem, queries.request_facts(reference)
            say_in(form, problem)
        else:
            flash_done(_said(state, amends, page.for_whom))
            return see_other("goodwill.overview")
    return render_page(
        "goodwill/give.html",
        status=refusal.status if refusal else 200,
        page=page,
        form=form,
        rows=queries.goodwill_listed(line_id=page.line_id),
        tones=TONES,
        alone=alone_up_to(),
        is_own=page.employee_id == current_actor().id,
    )


def _said(state: GoodwillState, amends: Amends, name: str) -> str:
    points = points_word(amends.points)
    if state is GoodwillState.PROPOSED:
        return f"Proposed. {points} come back to {name} once a second person agrees."
    return f"{name} has {points} back and gets a letter."


@bp.post("/<int:goodwill_id>/agree")
@requires(Permission.BUDGETS_MANAGE)
def agree(goodwill_id: int) -> ResponseReturnValue:
    """The second person agrees."""
    key, actor, at = pressed(_AGAIN), current_actor(), clock.now()
    return _after(
        "Agreed. The points are back.",
        lambda: operations.agree_to_goodwill(actor, goodwill_id, request_key=key, at=at),
    )


@bp.route("/<int:goodwill_id>/decline", methods=["GET", "POST"])
@requires(Permission.BUDGETS_MANAGE)
def decline(goodwill_id: int) -> ResponseReturnValue:
    """The second person declines and says why."""
    form, row, refusal = DeclineForm(), queries.goodwill_row(goodwill_id), None
    if form.validate_on_submit():
        actor, why, at = current_actor(), form.why.data or "", clock.now()
        try:
            with transaction():
                operations.decline_goodwill(actor, goodwill_id, why, request_key=form.key, at=at)
        except DomainError as problem:
            session().close()
            refusal = problem
            say_in(form, problem)
        else:
            flash_done(f"Declined. No points moved, and {row.proposed_by} gets a letter.")
            return see_other("goodwill.overview")
    status = refusal.status if refusal else 200
    return render_page("goodwill/decline.html", status=status, row=row, form=form)


@bp.post("/<int:goodwill_id>/take-back")
@requires(Permission.BUDGETS_MANAGE)
def take_back(goodwill_id: int) -> ResponseReturnValue:
    """Who proposed it takes it back."""
    key, actor, at = pressed(_AGAIN), current_actor(), clock.now()
    return _after(
        "Taken back. No points moved.",
        lambda: operations.decline_goodwill(actor, goodwill_id, "", request_key=key, at=at),
    )


def _after(said: str, deed: Callable[[], None]) -> ResponseReturnValue:
    return carried_out(
        deed,
        said=said,
        refused=lambda refusal: _overview(FindForm(formdata=None), refusal),
        then=see_other("goodwill.overview"),
    )


@bp.get("/came-back.<any(csv, xlsx):kind>")
@requires(Permission.BUDGETS_MANAGE)
def came_back(kind: str) -> ResponseReturnValue:
    """Everything that came back this year and the last after it was spent."""
    today = clock.today()
    since = today.replace(year=today.year - 1, month=1, day=1)
    rows = queries.refund_rows(since, today)
    return table_download(kind, rows, queries.COLUMNS, "refunds", "What came back")
