"""`/manage/trips/<slug>/<departure>/desk`: the run sheet, and lists that leave the company."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.web.deeds import say_in
from marketplace.web.downloads import download, pdf
from marketplace.web.pages import current_actor, flash_notice, requires, see_other
from redemption.travel.desk.manifests.documents import run_sheet_pdf
from redemption.travel.desk.manifests.forms import HandOverForm
from redemption.travel.desk.manifests.operations import Handed
from redemption.travel.desk.manifests.operations import hand_over as give
from redemption.travel.desk.manifests.policies import FORMS, Order
from redemption.travel.desk.manifests.queries import given_lists, run_sheet_of
from redemption.travel.desk.manifests.states import ListKind
from redemption.travel.desk.pages import departure_at, desk_page

bp = Blueprint("manifests", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>/desk")


@bp.get("/run-sheet")
@requires(Permission.CATALOG_MANAGE)
def run_sheet(slug: str, variant_id: int) -> ResponseReturnValue:
    """What happens day by day, and how many come."""
    trip, departure = departure_at(slug, variant_id)
    days = run_sheet_of(variant_id, departure.dates.starts_on)
    return desk_page("run_sheet.html", slug, variant_id, trip=trip, departure=departure, days=days)


@bp.get("/run-sheet.pdf")
@requires(Permission.CATALOG_MANAGE)
def run_sheet_file(slug: str, variant_id: int) -> ResponseReturnValue:
    """The same as a PDF."""
    trip, departure = departure_at(slug, variant_id)
    return pdf(run_sheet_pdf(trip, departure), f"run-sheet-{departure.sku}.pdf")


@bp.get("/lists")
@requires(Permission.CATALOG_MANAGE)
def show(slug: str, variant_id: int) -> ResponseReturnValue:
    """Every list there is, and every one that was handed over."""
    return desk_page("lists.html", slug, variant_id, forms=FORMS, given=given_lists(variant_id))


@bp.route("/lists/<kind>", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def hand_over(slug: str, variant_id: int, kind: str) -> ResponseReturnValue:
    """Make a list, for whom and why, and take it along as a file."""
    trip, departure = departure_at(slug, variant_id)
    wanted, form = _kind(kind), HandOverForm()
    shown = {"trip": trip, "departure": departure, "kind": wanted, "list": FORMS[wanted]}
    may_open = current_actor().may(Permission.TRAVEL_DOCUMENTS)
    if not form.validate_on_submit():
        return desk_page("hand_over.html", slug, variant_id, form=form, may_open=may_open, **shown)
    try:
        handed = _handed(form, form.order(variant_id, wanted))
    except DomainError as refusal:
        if not isinstance(refusal, BadInput):
            raise
        say_in(form, refusal)
        return desk_page("hand_over.html", slug, variant_id, form=form, may_open=may_open, **shown)
    if handed is None:
        flash_notice("This list was made and handed out already. Make another one to have it anew.")
        return see_other("manifests.show", slug=slug, variant_id=variant_id)
    return download(handed.content, handed.name)


def _handed(form: HandOverForm, order: Order) -> Handed | None:
    """The file, or None where this very form was answered with one before."""
    actor, at = current_actor(), clock.now()
    with transaction():
        facts = {"variant": order.variant_id, "kind": order.kind, "receiver": order.receiver}
        if claim_key(actor.id, form.key, at=at, what="hand over", **facts) is not None:
            return None
        handed = give(actor, order, at=at)
        answer_key(actor.id, form.key, str(handed.id))
    return handed


def _kind(text: str) -> ListKind:
    try:
        return ListKind(text)
    except ValueError as unknown:
        raise NotFound("There is no such list. The page of lists shows all there are.") from unknown
