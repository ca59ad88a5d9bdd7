"""Gifts from colleagues: what one was given, and taking it or leaving it."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.web.deeds import pressed
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.gifts import queries
from redemption.gifts.forms import TakeForm, TakeParcelForm
from redemption.gifts.operations import accept_gift, decline_gift
from redemption.gifts.states import GiftState
from redemption.panels import panels_by
from redemption.queries.addresses import usual_address

bp = Blueprint("gifts", __name__, url_prefix="/gifts")


@bp.get("")
@requires(Permission.REWARD_REDEEM)
def mine() -> ResponseReturnValue:
    """What colleagues gave me, the newest first."""
    return render_page(
        "gifts/list.html", gifts=queries.received_gifts(current_actor(), at=clock.now())
    )


@bp.route("/<reference>", methods=["GET", "POST"])
@requires(Permission.REWARD_REDEEM)
def show(reference: str) -> ResponseReturnValue:
    """One gift: take it, and what came of it."""
    actor, at = current_actor(), clock.now()
    gift = queries.received_gift(actor, reference, at=at)
    form = TakeParcelForm() if gift.needs_address else TakeForm()
    if not form.validate_on_submit():
        if isinstance(form, TakeParcelForm) and not form.is_submitted():
            form.fill_in(usual_address(actor))
        is_taken = gift.state is GiftState.ACCEPTED
        panels = panels_by(gift.makers, actor, gift.line_id) if is_taken else []
        return render_page("gifts/show.html", gift=gift, form=form, panels=panels)
    with transaction():
        accept_gift(actor, reference, form.address(), request_key=form.key, at=at)
    flash_done(f"It is yours. {gift.giver} hears that you took it.")
    return see_other("gifts.show", reference=reference)


@bp.post("/<reference>/no")
@requires(Permission.REWARD_REDEEM)
def leave(reference: str) -> ResponseReturnValue:
    """Leave a gift; the points go back."""
    actor, at = current_actor(), clock.now()
    gift = queries.received_gift(actor, reference, at=at)
    key = pressed("Open the gift again and answer from there. Nothing was changed.")
    with transaction():
        decline_gift(actor, reference, request_key=key, at=at)
    flash_done(f"You left it. The points go back to {gift.giver}.")
    return see_other("gifts.mine")
