"""A checkout page that takes no money. It is not there in production."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.payments import runner
from marketplace.payments.forms import CardForm
from marketplace.payments.operations.sandbox import use_card
from marketplace.payments.queries import sandbox_page
from marketplace.payments.sandbox_gateway import PAGES
from marketplace.payments.states import Card
from marketplace.web.deeds import once
from marketplace.web.pages import current_actor, render_page, requires

bp = Blueprint("sandbox", __name__, url_prefix=PAGES)


@bp.route("/<token>", methods=["GET", "POST"])
@requires(Permission.SETTINGS_OWN)
def checkout(token: str) -> ResponseReturnValue:
    """Choose a card that pays, one that is declined, or none."""
    page, form = sandbox_page(current_actor(), token), CardForm()
    if not page.is_open:
        return redirect(page.return_url, 303)
    if not form.validate_on_submit():
        return render_page("payments/sandbox.html", page=page, form=form)
    at, card = clock.now(), Card(form.card.data)

    def pay(_actor: object) -> str:
        use_card(page, card, key=form.key, at=at)
        return card.value

    once(form, pay, at=at)
    runner.go_on(page.payment_id)
    return redirect(page.return_url, 303)
