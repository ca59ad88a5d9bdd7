"""Dates of packages: an approver asks for others, the person chooses, the travel desk books."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from catalog.offers import Offer
from catalog.packages.errors import NoTermsYet
from catalog.packages.queries import Package, package_of
from catalog.queries import offer
from catalog.views.dates import span_of_days
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.kernel.evidence import MOST_BODY
from marketplace.web.deeds import carried_out, say_in
from marketplace.web.forms import PageForm, new_request_key
from marketplace.web.pages import (
    current_actor,
    flash_done,
    render_page,
    requires,
    see_other,
    takes_files_up_to,
)
from marketplace.web.uploads import CHOOSE_AGAIN, hand_out
from redemption.approvals.inbox_views import way_back
from redemption.approvals.queries.decision import asked_line
from redemption.fulfillment.queries import TaskPage, task_page
from redemption.journeys.forms import (
    BookedForm,
    DatesForm,
    KeepForm,
    OtherDatesForm,
    PriceForm,
    say_each,
)
from redemption.journeys.operations import booking, changing
from redemption.journeys.operations.moves import journey_of
from redemption.journeys.queries.cover import cover_meant, cover_suggested
from redemption.journeys.queries.journeys import (
    JourneyFacts,
    at_the_desk,
    has_dates,
    journey_facts,
    own_journey,
    own_journey_named,
    prices_of,
)
from redemption.journeys.states import JourneyState
from redemption.panels import Panel, line_panel
from redemption.policies import Order, as_offered
from redemption.states import LineState

bp = Blueprint("journeys", __name__)


@line_panel(has_dates)
def dates_panel(actor: Actor, line_id: int) -> Panel | None:
    """The dates asked for, what was booked and its documents, on the page of a request."""
    journey = own_journey(actor, line_id)
    if journey is None:
        return None
    return Panel("journeys/_panel.html", {"journey": journey, "today": clock.today()})


@bp.route("/approvals/<reference>/dates", methods=["GET", "POST"])
@requires(Permission.APPROVALS_USE)
def ask_dates(reference: str) -> ResponseReturnValue:
    """An approver asks for other dates; the request stays, and so do its points."""
    page, form = asked_line(current_actor(), reference, at=clock.now()), OtherDatesForm()
    if journey_of(page.line_id) is None:
        raise NotFound("This is no travel package, so there are no dates to choose.")
    if not form.is_submitted() and page.state is not LineState.PENDING_APPROVAL:
        return see_other("approvals.show", reference=reference)

    def shown(refusal: DomainError | None = None) -> ResponseReturnValue:
        if refusal:
            say_in(form, refusal)
        status = refusal.status if refusal else 200
        way = way_back(request.args)
        return render_page("journeys/ask_dates.html", status, page=page, form=form, way=way)

    if not form.validate_on_submit():
        return shown()
    actor, at, words = current_actor(), clock.now(), form.words.data or ""

    def deed() -> None:
        changing.ask_other_dates(actor, page.line_id, words, request_key=form.key, at=at)

    said = f"{page.asker} is asked for other dates. Their points stay set aside."
    then = see_other("approvals.show", reference=reference)
    return carried_out(deed, said=said, refused=shown, then=then)


@bp.route("/redemptions/<reference>/dates", methods=["GET", "POST"])
@requires(Permission.REWARD_REDEEM)
def dates(reference: str) -> ResponseReturnValue:
    """Other dates for a request of one's own, where somebody asked for that."""
    actor, form = current_actor(), DatesForm()
    journey = own_journey_named(actor, reference)
    if not journey.may_choose:
        return see_other("redemption.show", reference=journey.replaced_by or reference)
    wanted, package = _offered(actor, journey)
    if not form.is_submitted():
        _fill_in(form, journey)
    if not form.validate_on_submit():
        return _dates_page(journey, wanted, package, form)
    try:
        with transaction():
            made = _choose(actor, journey, wanted, form)
    except NotFound:
        raise
    except DomainError as refusal:
        session().close()
        say_each(form, refusal)
        form.request_key.data = new_request_key()
        return _dates_page(journey, *_offered(actor, journey), form, refusal)
    flash_done("Asked with other dates. Who decides hears of it.")
    return see_other("redemption.show", reference=made)


def _choose(actor: Actor, journey: JourneyFacts, wanted: Offer, form: DatesForm) -> str:
    at = clock.now()
    wish = form.wish(cover_meant(actor, form.cover.data or ""))
    goes_on = changing.continues(journey.line_id, at=at)
    order: Order = as_offered(wanted, wish=wish, continues=goes_on)
    order = replace(order, expected_points=form.expected_points.data or 0)
    line_id = journey.line_id
    return changing.choose_dates(actor, line_id, wish, order, request_key=form.key, at=at)


def _offered(actor: Actor, journey: JourneyFacts) -> tuple[Offer, Package]:
    """The package at the price that holds for this person. Raises NoTermsYet, NotFound."""
    goes_on = changing.continues(journey.line_id, at=clock.now())
    wanted = offer(actor, journey.variant_id, at=goes_on.priced_at)
    package = package_of(wanted)
    if package is None:
        raise NoTermsYet
    return wanted, package


def _fill_in(form: DatesForm, journey: JourneyFacts) -> None:
    form.first_on.data, form.second_on.data = journey.first_on, journey.second_on
    form.nights.data, form.travelers.data = journey.nights, journey.travelers
    form.cover.data = journey.cover


def _dates_page(
    journey: JourneyFacts,
    wanted: Offer,
    package: Package,
    form: DatesForm,
    refusal: DomainError | None = None,
) -> ResponseReturnValue:
    today = clock.today()
    form.fit(package.terms, today=today)
    return render_page(
        "journeys/dates.html",
        refusal.status if refusal else 200,
        journey=journey,
        offer=wanted,
        package=package,
        form=form,
        refusal=refusal,
        colleagues=cover_suggested(current_actor()),
        today=today,
    )


@bp.get("/redemptions/<reference>/documents/<int:document_id>")
@requires(Permission.REWARD_REDEEM)
def document(reference: str, document_id: int) -> ResponseReturnValue:
    """A document of one's own trip, to save."""
    actor = current_actor()
    line_id = own_journey_named(actor, reference).line_id
    return _handed_out(actor, line_id, document_id)


def _handed_out(actor: Actor, line_id: int, document_id: int) -> ResponseReturnValue:
    session().close()
    with transaction():
        file = booking.open_document(actor, line_id, document_id, at=clock.now())
    answer = hand_out(file)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/manage/journeys")
@requires(Permission.FULFILLMENT_WORK)
def desk() -> ResponseReturnValue:
    """Packages to book, those whose price is guaranteed no longer, and who acts next."""
    return render_page("journeys/desk.html", rows=at_the_desk(), today=clock.today())


@bp.get("/manage/journeys/<int:task_id>")
@requires(Permission.FULFILLMENT_WORK)
def work(task_id: int) -> ResponseReturnValue:
    """One package: what was asked for, and what is booked."""
    return _work(task_id)


def _work(
    task_id: int, refusal: DomainError | None = None, **forms: PageForm
) -> ResponseReturnValue:
    page, journey = _of_task(task_id)
    shown: dict[str, PageForm] = {
        "book": BookedForm(formdata=None, data=_booked_data(journey)),
        "keep": KeepForm(formdata=None, data={"days": 14}),
        "price": PriceForm(formdata=None),
    }
    wrong = next((form for form in forms.values() if form.errors), None)
    return render_page(
        "journeys/work.html",
        refusal.status if refusal else 422 if wrong else 200,
        page=page,
        journey=journey,
        span=span_of_days,
        price=prices_of(journey.line_id, at=clock.now()),
        refusal=None if wrong else refusal,
        forms=shown | forms,
        form=wrong,
        today=clock.today(),
    )


def _of_task(task_id: int) -> tuple[TaskPage, JourneyFacts]:
    page = task_page(task_id)
    journey = journey_facts(page.row.line_id)
    if journey is None:
        raise NotFound("This is no travel package. The list shows all of them.")
    return page, journey


def _booked_data(journey: JourneyFacts) -> dict[str, object]:
    made = journey.booked
    if made is None:
        return {"starts_on": journey.first_on, "ends_on": journey.ends_on}
    return {
        "starts_on": made.starts_on,
        "ends_on": made.ends_on,
        "operator": made.operator,
        "confirmation": made.confirmation,
        "parts": "\n".join(made.parts),
    }


def _step(
    task_id: int, said: str, deed: Callable[[], object], **forms: PageForm
) -> ResponseReturnValue:
    def refused(refusal: DomainError) -> ResponseReturnValue:
        for form in forms.values():
            say_in(form, refusal)
            if isinstance(form, BookedForm) and form.documents.cleaned:
                form.documents.errors = [*form.documents.errors, CHOOSE_AGAIN]
        return _work(task_id, refusal, **forms)

    def done() -> None:
        deed()

    then = see_other("journeys.work", task_id=task_id)
    return carried_out(done, said=said, refused=refused, then=then)


@bp.post("/manage/journeys/<int:task_id>/booked")
@takes_files_up_to(MOST_BODY)
@requires(Permission.FULFILLMENT_WORK)
def booked(task_id: int) -> ResponseReturnValue:
    """What was booked, with its documents."""
    form, actor, at = BookedForm(), current_actor(), clock.now()
    _page, journey = _of_task(task_id)
    if not form.validate():
        if form.documents.cleaned:
            form.documents.errors = [*form.documents.errors, CHOOSE_AGAIN]
        return _work(task_id, book=form)
    is_change = journey.state is JourneyState.BOOKED
    said = "The change is noted" if is_change else "Booked"
    return _step(
        task_id,
        f"{said}. {_page.row.for_whom} gets a letter.",
        lambda: booking.record_booking(
            actor, task_id, form.booked, form.documents.cleaned, request_key=form.key, at=at
        ),
        book=form,
    )


@bp.post("/manage/journeys/<int:task_id>/keep")
@requires(Permission.FULFILLMENT_WORK)
def keep(task_id: int) -> ResponseReturnValue:
    """The company keeps the price."""
    form, actor, at = KeepForm(), current_actor(), clock.now()
    _of_task(task_id)
    if not form.validate():
        return _work(task_id, keep=form)
    days = form.days.data or 1
    return _step(
        task_id,
        f"The price holds for {timedelta(days=days).days} more days from today.",
        lambda: changing.keep_price(actor, task_id, days, request_key=form.key, at=at),
        keep=form,
    )


@bp.post("/manage/journeys/<int:task_id>/price")
@requires(Permission.FULFILLMENT_WORK)
def price(task_id: int) -> ResponseReturnValue:
    """Ask the person whether they want it at today's price."""
    form, actor, at = PriceForm(), current_actor(), clock.now()
    page, _journey = _of_task(task_id)
    if not form.validate():
        return _work(task_id, price=form)
    words = form.words.data or ""
    return _step(
        task_id,
        f"{page.row.for_whom} gets a letter and chooses. Their points stay set aside.",
        lambda: changing.ask_about_price(actor, task_id, words, request_key=form.key, at=at),
        price=form,
    )


@bp.get("/manage/journeys/<int:task_id>/documents/<int:document_id>")
@requires(Permission.FULFILLMENT_WORK)
def desk_document(task_id: int, document_id: int) -> ResponseReturnValue:
    """A document of a trip, for the desk; who read it stands in the audit."""
    _page, journey = _of_task(task_id)
    return _handed_out(current_actor(), journey.line_id, document_id)
