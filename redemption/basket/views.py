"""The basket: put in, change, check once more, and ask for all of it at once."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from catalog.queries import offer
from catalog.views.balance import purse_of
from catalog.views.reward_facts import ready_words
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import BadInput, DomainError
from marketplace.web.filters import points_are
from marketplace.web.forms import new_request_key
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.approvals.policies import by_gate
from redemption.basket import queries
from redemption.basket.forms import (
    BasketForm,
    BasketParcelForm,
    PutInForm,
    QuantityForm,
    as_shown,
)
from redemption.basket.operations import change_quantity, put_in
from redemption.basket.states import MOST_UNITS
from redemption.operations.submit import submit_redemption
from redemption.queries import waits_for_approval
from redemption.queries.addresses import usual_address
from redemption.words import counts_with, decided_within, in_turn, why_asked

bp = Blueprint("basket", __name__, url_prefix="/basket")
AGAIN = "Open the page again and use its buttons. Your basket is as it was."
QUANTITIES = [(number, f"{number}") for number in range(1, MOST_UNITS + 1)]


@bp.get("")
@requires(Permission.REWARD_REDEEM)
def mine() -> ResponseReturnValue:
    """What lies in one's basket, what it costs now, and what changed since it was put in."""
    actor, at = current_actor(), clock.now()
    purse = purse_of(actor, at)
    page = queries.basket_page(actor, available=purse.available, at=at)
    return render_page("basket/mine.html", page=page, quantities=QUANTITIES)


@bp.post("/items")
@requires(Permission.REWARD_REDEEM)
def add() -> ResponseReturnValue:
    """Put one of a variant into the basket."""
    actor, form, at = current_actor(), PutInForm(), clock.now()
    if not form.validate_on_submit() or not form.variant.data:
        raise BadInput(AGAIN)
    wanted, text = offer(actor, form.variant.data, at=at), (form.amount.data or "").strip()
    amount = wanted.amounts.read(text) if wanted.amounts else None
    with transaction():
        name = put_in(actor, wanted.variant_id, amount_minor=amount, request_key=form.key, at=at)
    flash_done(f"{name} is in your basket. Nothing is set aside yet.")
    return see_other("basket.mine")


@bp.post("/items/<int:item_id>")
@requires(Permission.REWARD_REDEEM)
def change(item_id: int) -> ResponseReturnValue:
    """Another quantity of something, or none of it."""
    queries.refuse_foreign(current_actor(), item_id)
    form = QuantityForm()
    if not form.validate_on_submit() or form.quantity.data is None:
        raise BadInput(f"Enter how many, from 1 to {MOST_UNITS}. Your basket is as it was.")
    quantity = form.quantity.data
    with transaction():
        name = change_quantity(
            current_actor(), item_id, quantity, request_key=form.key, at=clock.now()
        )
    flash_done(f"{quantity:,} of {name}." if quantity else f"{name} is out of your basket.")
    return see_other("basket.mine")


@bp.route("/check", methods=["GET", "POST"])
@requires(Permission.REWARD_REDEEM)
def check() -> ResponseReturnValue:
    """Everything once more with one address; then one request for all of it."""
    if request.method == "GET":
        page = _page()
        form = BasketParcelForm() if page.needs_address else BasketForm()
        if isinstance(form, BasketParcelForm):
            form.fill_in(usual_address(current_actor()))
        return _check(page, form)
    form = BasketParcelForm() if "street" in request.form else BasketForm()
    if not form.validate_on_submit():
        return _check(_page(), form)
    try:
        orders = form.orders()
        with transaction():
            reference = submit_redemption(
                current_actor(), *orders, request_key=form.key, at=clock.now()
            )
    except DomainError as refusal:
        return _refused(form, refusal)
    total = sum(order.expected_points * order.quantity for order in orders)
    flash_done(_submitted_words(total, waits=waits_for_approval(reference)))
    return see_other("redemption.show", reference=reference)


def _page() -> queries.BasketPage:
    actor, at = current_actor(), clock.now()
    return queries.basket_check(actor, available=purse_of(actor, at).available, at=at)


def _refused(form: BasketForm, refusal: DomainError) -> ResponseReturnValue:
    """The page again as things are now, with what stood in the way; nothing was changed."""
    page = _page()
    if page.needs_address and not isinstance(form, BasketParcelForm):
        form = BasketParcelForm(formdata=None)
        form.fill_in(usual_address(current_actor()))
    form.request_key.data = new_request_key()
    return _check(page, form, refusal)


def _check(
    page: queries.BasketPage, form: BasketForm, refusal: DomainError | None = None
) -> ResponseReturnValue:
    return render_page(
        "basket/check.html",
        status=refusal.status if refusal and refusal.status != 404 else 409 if refusal else 200,
        page=page,
        form=form,
        shown=as_shown(page.lines),
        refusal=refusal,
        told=[(line, _approval_words(line), _ready_words(line)) for line in page.lines],
    )


def _approval_words(line: queries.BasketLine) -> str:
    plan = line.plan
    if not plan.steps:
        return "Nobody has to approve this"
    within = decided_within(line.usual_wait, answers=len(by_gate(plan.steps)))
    with_what = counts_with(plan.counted, needs_rest=plan.needs_rest)
    is_own = line.offer is not None and line.offer.is_own
    why = why_asked(is_own=is_own, counts_with=with_what)
    return f"{in_turn(plan.steps)}, {within}{f'.{why}' if why else ''}"


def _ready_words(line: queries.BasketLine) -> str:
    return ready_words(line.offer, after_a_yes=bool(line.plan.steps)) if line.offer else ""


def _submitted_words(points: int, *, waits: bool) -> str:
    if not waits:
        return "All of it is yours. We prepare it now."
    return f"Asked. {points_are(points)} set aside. Each reward says what it waits for."
