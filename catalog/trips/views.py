"""`/trips`: group trips as stories; `/manage/trips`: their terms, days and rooms."""

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue

from catalog.airports.queries import airports_like
from catalog.extras import Wanted, line_piece
from catalog.offers import Offer
from catalog.queries.audience import reader_of
from catalog.trips import operations
from catalog.trips.errors import TermsMoved
from catalog.trips.forms import CopyForm, ItemForm, RoomForm, TermsForm, ZoneForm
from catalog.trips.queries.plan import Item, item_of, plan_of
from catalog.trips.queries.planner import (
    PlannedTrip,
    by_next_start,
    departure_at,
    planned_trip,
    planned_trips,
    trades_for,
)
from catalog.trips.queries.story import trip_story, trips_for
from catalog.trips.terms import TripTerms, guests_words
from catalog.views.dates import span_of_days
from catalog.views.opening import opening_of
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.budgets.queries import budget_choices
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput
from marketplace.web.arguments import id_if_readable
from marketplace.web.deeds import once, say_in
from marketplace.web.forms import PageForm
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

bp = Blueprint("trips", __name__, url_prefix="/trips")
manage = Blueprint("trips_manage", __name__, url_prefix="/manage/trips")
blueprints = (bp, manage)


@bp.get("")
@requires(Permission.CATALOG_BROWSE)
def index() -> ResponseReturnValue:
    """Every trip I may see, the next first."""
    found = trips_for(reader_of(current_actor(), clock.now()))
    return render_page("trips/index.html", departures=found, span=span_of_days)


@bp.get("/<slug>")
@requires(Permission.CATALOG_BROWSE)
def story(slug: str) -> ResponseReturnValue:
    """One trip day by day, with the departure in the address chosen."""
    actor, at = current_actor(), clock.now()
    opening = opening_of(actor, at)
    page = trip_story(opening.reader, slug, variant_id=id_if_readable("departure"))
    wanted = Wanted(page.chosen, opening.purse.available, page.used)
    return render_page(
        "trips/story.html",
        page=page,
        offer=page.chosen,
        departures=[_chip(one, page.chosen) for one in page.departures],
        span=span_of_days,
        guests=guests_words(page.terms),
        line=line_piece(actor, wanted, at),
    )


def _chip(one: Offer, chosen: Offer) -> dict[str, object]:
    assert one.departure is not None
    return {
        "label": span_of_days(one.departure.starts_on, one.departure.ends_on),
        "href": url_for("trips.story", slug=one.slug, departure=one.variant_id),
        "is_current": one.variant_id == chosen.variant_id,
    }


@manage.get("")
@requires(Permission.CATALOG_MANAGE)
def overview() -> ResponseReturnValue:
    """Every group trip with its departures, what leaves next first, and what is missing."""
    today = clock.today()
    rows = [{"trip": trip, "departure": one} for trip, one in by_next_start(planned_trips(), today)]
    return render_page("trips/manage/overview.html", rows=rows, span=span_of_days, today=today)


@manage.get("/<slug>")
@requires(Permission.CATALOG_MANAGE)
def show(slug: str) -> ResponseReturnValue:
    """One trip: its terms, its departures and how far each is planned."""
    trip = planned_trip(slug)
    trades = dict(trades_for(trip.reward_id, at=clock.now()))
    return render_page(
        "trips/manage/show.html",
        trip=trip,
        today=clock.today(),
        span=span_of_days,
        guests=guests_words(trip.terms),
        trade=trades.get(trip.terms.trade_variant_id or 0, ""),
    )


@manage.route("/<slug>/terms", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def terms(slug: str) -> ResponseReturnValue:
    """Guests, answers, tax, trades: what holds on every departure."""
    trip, at = planned_trip(slug), clock.now()
    offered = trades_for(trip.reward_id, at=at), budget_choices(BudgetPurpose.AWARDS)
    form = TermsForm(*offered, data=_terms_data(trip))
    if not form.validate_on_submit():
        return render_page("trips/manage/terms.html", trip=trip, form=form)

    def work(actor: Actor) -> str:
        seen = form.seen.data or 0
        operations.set_terms(actor, trip.reward_id, form.terms, seen=seen, at=at)
        return slug

    try:
        once(form, work, at=at)
    except TermsMoved as refusal:
        fresh = planned_trip(slug)
        again = TermsForm(*offered, formdata=None, data=_terms_data(fresh))
        again.form_errors.append(refusal.message)
        return render_page("trips/manage/terms.html", trip=fresh, form=again)
    except BadInput as refusal:
        say_in(form, refusal)
        return render_page("trips/manage/terms.html", trip=trip, form=form)
    flash_done("The terms are saved. The page of the trip says them from now on.")
    return see_other("trips_manage.show", slug=slug)


def _terms_data(trip: PlannedTrip) -> dict[str, object]:
    kept: TripTerms = trip.terms
    return {
        "guests_most": kept.guests_most,
        "guest_age": kept.guest_age,
        "accept_days": kept.accept_days,
        "tax_paid_by": kept.tax_paid_by.value,
        "standing": kept.standing,
        "standing_days": kept.standing_days,
        "trade_points": kept.trade_points,
        "trade_variant": str(kept.trade_variant_id or ""),
        "trade_budget": str(kept.trade_budget_id or ""),
        "may_go_later": kept.may_go_later,
        "line_rule": kept.line_rule.value,
        "substitute_rule": kept.substitute_rule.value,
        "seen": trip.version,
    }


@manage.get("/<slug>/<int:variant_id>")
@requires(Permission.CATALOG_MANAGE)
def plan(slug: str, variant_id: int) -> ResponseReturnValue:
    """The days and rooms of one departure."""
    return _plan_page(slug, variant_id)


def _plan_page(slug: str, variant_id: int, **forms: PageForm) -> ResponseReturnValue:
    trip, departure = departure_at(slug, variant_id)
    others = [one for one in trip.departures if one.variant_id != variant_id and one.items]
    said = departure.airport or departure.time_zone or ""
    shown = {
        "room_form": RoomForm(formdata=None),
        "zone_form": ZoneForm(formdata=None, data={"where": said}),
        **forms,
    }
    return render_page(
        "trips/manage/plan.html",
        422 if any(form.errors for form in forms.values()) else 200,
        trip=trip,
        departure=departure,
        plan=plan_of(variant_id, departure.dates.starts_on),
        others=[(one.variant_id, one.label) for one in others],
        suggested=airports_like(departure.dates.place, limit=5),
        span=span_of_days,
        **shown,
    )


@manage.route("/<slug>/<int:variant_id>/items/new", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def add_item(slug: str, variant_id: int) -> ResponseReturnValue:
    """Something more that happens on a day."""
    return _item_page(slug, variant_id, None, ItemForm(data={"day": id_if_readable("day") or 1}))


@manage.route("/<slug>/<int:variant_id>/items/<int:item_id>", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def edit_item(slug: str, variant_id: int, item_id: int) -> ResponseReturnValue:
    """Say one thing of the plan differently."""
    item = item_of(variant_id, item_id)
    return _item_page(slug, variant_id, item, ItemForm(obj=item))


def _item_page(
    slug: str, variant_id: int, item: Item | None, form: ItemForm
) -> ResponseReturnValue:
    (trip, departure), at = departure_at(slug, variant_id), clock.now()
    shown = {"trip": trip, "departure": departure, "item": item, "form": form}
    if not form.validate_on_submit():
        return render_page("trips/manage/item.html", **shown)

    def work(actor: Actor) -> str:
        if item is None:
            operations.add_item(actor, variant_id, form.item, at=at)
        else:
            operations.change_item(actor, variant_id, item.id, form.item, at=at)
        return slug

    try:
        once(form, work, at=at)
    except BadInput as refusal:
        say_in(form, refusal, otherwise="day")
        return render_page("trips/manage/item.html", **shown)
    flash_done(f"{form.item.name} is {'changed' if item else 'added'}.")
    return see_other("trips_manage.plan", slug=slug, variant_id=variant_id)


@manage.post("/<slug>/<int:variant_id>/items/<int:item_id>/remove")
@requires(Permission.CATALOG_MANAGE)
def remove_item(slug: str, variant_id: int, item_id: int) -> ResponseReturnValue:
    """Take something out of its day."""
    return _taken_out(slug, variant_id, item_id, operations.remove_item)


@manage.post("/<slug>/<int:variant_id>/rooms")
@requires(Permission.CATALOG_MANAGE)
def put_rooms(slug: str, variant_id: int) -> ResponseReturnValue:
    """So many rooms of a kind, new or in place of what was said before."""
    form, at = RoomForm(), clock.now()
    departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _plan_page(slug, variant_id, room_form=form)

    def work(actor: Actor) -> str:
        operations.put_rooms(actor, variant_id, form.room, at=at)
        return slug

    try:
        once(form, work, at=at)
    except BadInput as refusal:
        say_in(form, refusal, otherwise="name")
        return _plan_page(slug, variant_id, room_form=form)
    flash_done(f"There are {form.room.rooms:,} rooms of the kind {form.room.name}.")
    return see_other("trips_manage.plan", slug=slug, variant_id=variant_id, _anchor="room-kinds")


@manage.post("/<slug>/<int:variant_id>/zone")
@requires(Permission.CATALOG_MANAGE)
def zone(slug: str, variant_id: int) -> ResponseReturnValue:
    """Whose time the plan is in."""
    form, at = ZoneForm(), clock.now()
    departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _plan_page(slug, variant_id, zone_form=form)

    def work(actor: Actor) -> str:
        return operations.set_zone(actor, variant_id, form.where.data or "", at=at)

    try:
        said = once(form, work, at=at)
    except BadInput as refusal:
        form.where.errors = [refusal.message]
        return _plan_page(slug, variant_id, zone_form=form)
    flash_done(f"The plan is in the time of {said}." if said else "The time zone is not said now.")
    return see_other("trips_manage.plan", slug=slug, variant_id=variant_id)


@manage.post("/<slug>/<int:variant_id>/rooms/<int:room_id>/remove")
@requires(Permission.CATALOG_MANAGE)
def remove_rooms(slug: str, variant_id: int, room_id: int) -> ResponseReturnValue:
    """No rooms of this kind any more."""
    return _taken_out(slug, variant_id, room_id, operations.remove_rooms)


def _taken_out(
    slug: str, variant_id: int, row_id: int, remove: operations.Remove
) -> ResponseReturnValue:
    form, at = PageForm(), clock.now()
    departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _plan_page(slug, variant_id, form=form)

    def work(actor: Actor) -> str:
        remove(actor, variant_id, row_id, at=at)
        return slug

    once(form, work, at=at)
    flash_done("It is removed.")
    return see_other("trips_manage.plan", slug=slug, variant_id=variant_id)


@manage.post("/<slug>/<int:variant_id>/copy")
@requires(Permission.CATALOG_MANAGE)
def copy(slug: str, variant_id: int) -> ResponseReturnValue:
    """Begin with the days and rooms of another departure."""
    form, at = CopyForm(), clock.now()
    trip, _departure = departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _plan_page(slug, variant_id, form=form)
    source = trip.departure(form.source.data or 0)

    def work(actor: Actor) -> str:
        return str(operations.copy_plan(actor, variant_id, source.variant_id, at=at))

    copied = once(form, work, at=at)
    flash_done(f"{copied} days' entries and kinds of rooms were taken from {source.label}.")
    return see_other("trips_manage.plan", slug=slug, variant_id=variant_id)
