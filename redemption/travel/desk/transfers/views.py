"""`/manage/trips/<slug>/<departure>/desk/transfers`: who rides what, by flight."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from catalog.trips.queries.planner import PlannedDeparture, PlannedTrip
from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.web.deeds import once, say_in
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, requires, see_other
from redemption.travel.desk.pages import departure_at, desk_page
from redemption.travel.desk.tickets.states import Direction
from redemption.travel.desk.transfers.forms import GetOffForm, GetOnForm
from redemption.travel.desk.transfers.operations import get_off, get_on, seat_everyone
from redemption.travel.desk.transfers.queries import Transfer, Transfers, moment_of, transfers_on

bp = Blueprint(
    "desk_transfers", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>/desk/transfers"
)


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def show(slug: str, variant_id: int) -> ResponseReturnValue:
    """Flights with who waits for a seat, and each transfer with who rides."""
    return _page(slug, variant_id)


def _page(slug: str, variant_id: int, form: PageForm | None = None) -> ResponseReturnValue:
    trip, departure, found = _found(slug, variant_id)
    ways = [
        (way, [(one, moment_of(one.group, way)) for one in found.arrivals(way)])
        for way in Direction
    ]
    return desk_page(
        "transfers.html",
        slug,
        variant_id,
        422 if form is not None and form.errors else 200,
        trip=trip,
        departure=departure,
        ways=ways,
        found=found,
        waiting=sum(len(one.waiting) for _, arrivals in ways for one, _ in arrivals),
        sent_form=form,
    )


def _found(slug: str, variant_id: int) -> tuple[PlannedTrip, PlannedDeparture, Transfers]:
    trip, departure = departure_at(slug, variant_id)
    return trip, departure, transfers_on(variant_id, departure.dates.starts_on)


def _back(slug: str, variant_id: int) -> ResponseReturnValue:
    return see_other("desk_transfers.show", slug=slug, variant_id=variant_id)


@bp.post("/seat")
@requires(Permission.CATALOG_MANAGE)
def seat(slug: str, variant_id: int) -> ResponseReturnValue:
    """Everyone on the transfer that fits their flight."""
    form, at = PageForm(), clock.now()
    departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _page(slug, variant_id, form)
    try:
        seated = int(once(form, lambda a: str(seat_everyone(a, variant_id, at=at)), at=at))
    except DomainError as refusal:
        say_in(form, refusal)
        return _page(slug, variant_id, form)
    flash_done(f"{seated:,} {'people have' if seated > 1 else 'person has'} a seat now.")
    return _back(slug, variant_id)


@bp.post("/flights/<direction>/<flight>/<day>")
@requires(Permission.CATALOG_MANAGE)
def board(slug: str, variant_id: int, direction: str, flight: str, day: str) -> ResponseReturnValue:
    """Put everyone of a flight who has no seat on one transfer."""
    _, _, found = _found(slug, variant_id)
    form = GetOnForm([(one.id, one.name) for one in found.transfers])
    at, people = clock.now(), _waiting(found, direction, flight, day)
    if not form.validate_on_submit():
        return _page(slug, variant_id, form)
    item_id = int(form.item.data)

    def work(actor: Actor) -> str:
        return str(get_on(actor, variant_id, item_id, people, at=at))

    try:
        seated = int(once(form, work, at=at))
    except NotFound:
        raise
    except DomainError as refusal:
        say_in(form, refusal)
        return _page(slug, variant_id, form)
    flash_done(f"{seated:,} {'people are' if seated != 1 else 'person is'} on it.")
    return _back(slug, variant_id)


def _waiting(found: Transfers, direction: str, flight: str, day: str) -> list[int]:
    for way in Direction:
        for one in found.arrivals(way) if way.value == direction else ():
            row = one.group.flight
            if row.flight == flight and moment_of(one.group, way).date().isoformat() == day:
                return [who.id for who in one.waiting]
    raise NotFound("Nobody on this trip is on that flight. The page of transfers shows who flies.")


@bp.post("/<int:transfer_id>/off")
@requires(Permission.CATALOG_MANAGE)
def off(slug: str, variant_id: int, transfer_id: int) -> ResponseReturnValue:
    """Take those who were ticked off a transfer."""
    _, _, found = _found(slug, variant_id)
    riding = _transfer(found, transfer_id)
    form, at = GetOffForm([(who.id, who.called) for who in riding.people]), clock.now()
    if not form.validate_on_submit():
        return _page(slug, variant_id, form)
    people = [int(one) for one in form.people.data or []]
    gone = int(once(form, lambda a: str(get_off(a, variant_id, transfer_id, people, at=at)), at=at))
    flash_done(f"{gone:,} {'people are' if gone != 1 else 'person is'} off {riding.name}.")
    return _back(slug, variant_id)


def _transfer(found: Transfers, item_id: int) -> Transfer:
    for one in found.transfers:
        if one.id == item_id:
            return one
    raise NotFound("There is no such transfer in the plan of this departure.")
