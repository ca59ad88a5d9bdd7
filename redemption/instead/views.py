"""Saying that there is none, and choosing what should happen instead."""

from collections.abc import Sequence

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from catalog.details import digest
from catalog.errors import DetailsChanged
from catalog.offers import Offer
from catalog.queries import offer
from catalog.queries.audience import reader_of
from catalog.queries.instead import rewards_instead, variants_within
from catalog.views.balance import purse_of
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.web.arguments import id_asked
from marketplace.web.deeds import carried_out, pressed, say_in
from marketplace.web.filters import points_are
from marketplace.web.forms import new_request_key
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.forms import CheckForm, ParcelForm, check_form
from redemption.fulfillment.queries import pile_sizes, task_page
from redemption.instead import queries
from redemption.instead.forms import MissingForm
from redemption.instead.operations import choosing
from redemption.instead.operations.marking import mark_missing
from redemption.instead.policies import ANSWER_DAYS
from redemption.queries import CheckPage, Looked, check_page
from redemption.queries.addresses import usual_address
from redemption.words import in_turn

bp = Blueprint("instead", __name__)
_AGAIN = "Open the page of your request again and choose from there. Nothing was changed."


@bp.get("/manage/fulfillment/missing")
@requires(Permission.FULFILLMENT_WORK)
def missing() -> ResponseReturnValue:
    """What there is none of, and whether its people have said what should happen."""
    return render_page("instead/missing.html", rows=queries.live_shortages(), sizes=pile_sizes())


@bp.route("/manage/fulfillment/<int:task_id>/missing", methods=["GET", "POST"])
@requires(Permission.FULFILLMENT_WORK)
def mark(task_id: int) -> ResponseReturnValue:
    """There is none to send: its person chooses what should happen."""
    page, form = task_page(task_id), MissingForm()

    def shown(refusal: DomainError | None = None) -> ResponseReturnValue:
        if refusal:
            say_in(form, refusal)
        status = refusal.status if refusal else 200
        return render_page("instead/mark.html", status, page=page, form=form, days=ANSWER_DAYS)

    if not form.validate_on_submit():
        return shown()
    actor, reason, at = current_actor(), form.reason.data or "", clock.now()
    return carried_out(
        lambda: mark_missing(actor, task_id, reason, request_key=form.key, at=at),
        said=f"{page.row.for_whom} gets a letter and chooses what should happen.",
        refused=shown,
        then=see_other("fulfillment.task", task_id=task_id),
    )


@bp.get("/instead/<int:shortage_id>")
@requires(Permission.REWARD_REDEEM)
def choose(shortage_id: int) -> ResponseReturnValue:
    """Something else at most at that price, keep waiting, or the points back."""
    actor, at = current_actor(), clock.now()
    page = queries.shortage_page(actor, shortage_id)
    cards = rewards_instead(reader_of(actor, at), page.missing) if page.is_live else ()
    return render_page("instead/choose.html", page=page, cards=cards)


@bp.post("/instead/<int:shortage_id>/wait")
@requires(Permission.REWARD_REDEEM)
def wait(shortage_id: int) -> ResponseReturnValue:
    """Keep the request as it is until there is one."""
    actor = current_actor()
    page = queries.shortage_page(actor, shortage_id)
    key = pressed(_AGAIN)
    with transaction():
        choosing.keep_waiting(actor, shortage_id, request_key=key, at=clock.now())
    flash_done(f"You keep waiting. {points_are(page.points)} set aside as before.")
    return see_other("redemption.show", reference=page.reference)


@bp.post("/instead/<int:shortage_id>/back")
@requires(Permission.REWARD_REDEEM)
def back(shortage_id: int) -> ResponseReturnValue:
    """Take the points back."""
    actor = current_actor()
    page = queries.shortage_page(actor, shortage_id)
    key = pressed(_AGAIN)
    with transaction():
        choosing.take_points_back(actor, shortage_id, request_key=key, at=clock.now())
    flash_done(f"Canceled. {points_are(page.points)} back.")
    return see_other("redemption.show", reference=page.reference)


@bp.route("/instead/<int:shortage_id>/<slug>", methods=["GET", "POST"])
@requires(Permission.REWARD_REDEEM)
def take(shortage_id: int, slug: str) -> ResponseReturnValue:
    """Everything once more before the one is exchanged for the other; then the exchange."""
    actor, at = current_actor(), clock.now()
    old = queries.shortage_page(actor, shortage_id)
    if asked := id_asked("variant", request.form):
        return _exchange(old, slug, offer(actor, asked, at=at))
    within = variants_within(actor, slug, old.points, at=at)
    first = within[0].variant_id if within else None
    page = _page(old, slug, id_asked("variant") or first)
    form = _form_of(page.offer)
    form.validate_on_submit()
    return _shown(old, page, form, within=within)


def _page(old: queries.ShortagePage, slug: str, variant_id: int | None) -> CheckPage:
    """The check page with the points of the first counted as back."""
    actor, at = current_actor(), clock.now()
    available = purse_of(actor, at).available + (old.points if old.is_live else 0)
    looked = Looked(variant_id, request.values.get("amount", ""))
    return check_page(actor, slug, looked, available=available, at=at)


def _form_of(wanted: Offer) -> CheckForm:
    return check_form(wanted, is_gift=False, today=clock.today())


def _exchange(old: queries.ShortagePage, slug: str, wanted: Offer) -> ResponseReturnValue:
    form = _form_of(wanted)
    is_as_seen = (form.seen_details.data or "") == digest(wanted.details)
    if slug != wanted.slug or (not form.validate_on_submit() and is_as_seen):
        return _shown(old, _page(old, slug, wanted.variant_id), form)
    try:
        if not is_as_seen:
            raise DetailsChanged
        order = form.order(wanted)
        with transaction():
            reference = choosing.take_instead(
                current_actor(), old.id, order, request_key=form.key, at=clock.now()
            )
    except NotFound:
        raise
    except DomainError as refusal:
        form.request_key.data = new_request_key()
        return _shown(old, _page(old, slug, wanted.variant_id), form, refusal)
    flash_done(f"{wanted.name} takes its place. What it costs less is yours again.")
    return see_other("redemption.show", reference=reference)


def _shown(
    old: queries.ShortagePage,
    page: CheckPage,
    form: CheckForm,
    refusal: DomainError | None = None,
    within: Sequence[Offer] = (),
) -> ResponseReturnValue:
    if isinstance(form, ParcelForm) and not form.is_submitted():
        form.fill_in(old.address or usual_address(current_actor()))
    return render_page(
        "instead/check.html",
        status=refusal.status if refusal else 200,
        old=old,
        page=page,
        offer=page.offer,
        form=form,
        refusal=refusal,
        others=[one for one in within if one.variant_id != page.offer.variant_id],
        no_longer_asked=(),
        approval=in_turn(page.steps) if page.steps else "Nobody has to approve this",
    )
