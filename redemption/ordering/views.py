"""Orders at providers for the desk, what the person who waits sees, and where events arrive."""

from datetime import datetime

from flask import Blueprint, Flask, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from catalog.providers.queries import provider_id_of
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock, settings
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.refused_hooks import RefusedHooks
from marketplace.web.deeds import button_form, once
from marketplace.web.pages import (
    current_actor,
    flash_done,
    public,
    render_page,
    requires,
    see_other,
)
from redemption.codes.queries.waiting import reports_of_line, reports_of_providers
from redemption.ordering import queries
from redemption.ordering.operations.hooks import count_refused, take_event
from redemption.ordering.states import AWAITED, FOR_A_PERSON, OrderState
from redemption.panels import Panel, line_panel

bp = Blueprint("ordering", __name__)
MOST_BYTES = 64 * 1024
REFUSED = "ordering.refused"
CHOICES = {
    "": ("All", frozenset[OrderState]()),
    "person": ("Need a person", FOR_A_PERSON),
    "waiting": ("Under way", AWAITED | {OrderState.NO_FUNDS}),
    "done": ("Delivered", frozenset({OrderState.DELIVERED})),
}


@line_panel(queries.waits_at_provider)
def panel(actor: Actor, line_id: int) -> Panel | None:
    """What a gift card of one's own waits for."""
    waiting = queries.waiting_for(actor, line_id)
    return Panel("ordering/_panel.html", {"waiting": waiting}) if waiting else None


@bp.get("/manage/fulfillment/orders")
@requires(Permission.ORDERS_VIEW)
def index() -> ResponseReturnValue:
    """Every order at a provider, how the providers answer, and what is left there."""
    asked = request.args.get("show", "")
    if asked not in CHOICES:
        raise BadInput("Choose one of the lists above the orders. Nothing was changed.")
    return render_page(
        "ordering/index.html",
        asked=asked,
        choices=[(key, words) for key, (words, _states) in CHOICES.items()],
        rows=queries.orders_listed(CHOICES[asked][1]),
        accounts=queries.accounts(),
        reports=reports_of_providers() if _works() else [],
        works=_works(),
        at=clock.now(),
    )


@bp.get("/manage/fulfillment/orders/<int:order_id>")
@requires(Permission.ORDERS_VIEW)
def show(order_id: int) -> ResponseReturnValue:
    """One order with everything that happened to it."""
    row = queries.order_row(order_id)
    return render_page(
        "ordering/show.html",
        row=row,
        story=queries.order_story(order_id),
        reports=reports_of_line(row.line_id) if _works() else [],
        works=_works(),
        may_retry=row.state in FOR_A_PERSON - {OrderState.QUARANTINED},
    )


@bp.get("/manage/fulfillment/orders/lists")
@requires(Permission.ORDERS_VIEW)
def lists() -> ResponseReturnValue:
    """The providers' lists compared with ours, the last time."""
    reports = queries.last_reconciliations()
    most = queries.LISTED
    rows = queries.differences_of([report.id for report in reports], most=most)
    return render_page(
        "ordering/lists.html", reports=reports, rows=rows, works=_works(), is_cut=len(rows) == most
    )


def _works() -> bool:
    """Whether who looks solves what is in the way, too; those who pay only look."""
    return current_actor().may(Permission.FULFILLMENT_WORK)


@bp.post("/manage/fulfillment/orders/lists")
@requires(Permission.ORDERS_VIEW)
def compare() -> ResponseReturnValue:
    """Compare every provider's list with ours now; the night does it, too."""
    form = button_form("Open “Lists compared” again and use its button. Nothing was changed.")

    def ask(_actor: Actor) -> str:
        enqueue("ordering.reconcile_now", key=form.key)
        return ""

    once(form, ask, at=clock.now())
    flash_done("The lists are being compared. Open this page again in a moment.")
    return see_other("ordering.lists")


@bp.post("/hooks/providers/<slug>")
@public
def hook(slug: str) -> ResponseReturnValue:
    """An event of a provider. What is not signed as agreed is refused, whoever sent it."""
    body = request.get_data(cache=False)
    if len(body) > MOST_BYTES:
        raise RequestEntityTooLarge
    try:
        provider_id = provider_id_of(slug)
    except NotFound:
        return {"taken": False}, 400
    adapter = queries.adapter_of(provider_id)
    session().close()
    key, at = settings.current().credentials_of(f"{slug}.webhook"), clock.now()
    is_theirs = adapter is not None and adapter.signed(dict(request.headers), body, key, at)
    event = adapter.event(body) if adapter and is_theirs else None
    if event is None:
        return _refuse(provider_id, at)
    with transaction():
        take_event(provider_id, event, at=at)
    return {"taken": True}, 200


def _refuse(provider_id: int, at: datetime) -> ResponseReturnValue:
    if times := current_app.extensions[REFUSED].note(provider_id, at=at):
        with transaction():
            count_refused(provider_id, times)
    return {"taken": False}, 400


def prepare_app(app: Flask) -> None:
    """A provider has no form of ours: its signature stands for the token of a form."""
    app.extensions["csrf"].exempt(f"{__name__}.hook")
    app.extensions[REFUSED] = RefusedHooks()
