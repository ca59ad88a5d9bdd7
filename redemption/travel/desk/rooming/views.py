"""`/manage/trips/<slug>/<departure>/desk/rooms`: who sleeps where."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, DomainError, NotFound
from marketplace.web.arguments import id_if_readable, rows_asked
from marketplace.web.deeds import once, say_in
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, requires, see_other
from redemption.travel.desk.pages import departure_at, desk_page
from redemption.travel.desk.rooming.forms import OUT, MoveForm, RoomForm
from redemption.travel.desk.rooming.operations import (
    Target,
    move_traveler,
    name_room,
    place_everyone,
    remove_room,
    undo_change,
)
from redemption.travel.desk.rooming.queries import Rooming, RoomRow, room_on, rooming_of

AT_ONCE = 20
"""Rooms, and people without one, that a page shows: each person carries the list of free rooms."""

bp = Blueprint("rooming", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>/desk/rooms")


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def show(slug: str, variant_id: int) -> ResponseReturnValue:
    """Who sleeps where, who has no bed, and what is wrong."""
    return _rooms_page(slug, variant_id)


def _rooms_page(slug: str, variant_id: int, form: PageForm | None = None) -> ResponseReturnValue:
    trip, departure = departure_at(slug, variant_id)
    rooming = rooming_of(variant_id)
    rooms, turning = rows_asked(rooming.rooms, AT_ONCE)
    return desk_page(
        "rooms.html",
        slug,
        variant_id,
        422 if form is not None and form.errors else 200,
        trip=trip,
        departure=departure,
        rooming=rooming,
        rooms=rooms,
        waiting=rooming.waiting[:AT_ONCE],
        **turning,
        choices=_choices(rooming),
        focus=id_if_readable("next"),
        move_form=form,
    )


def _choices(rooming: Rooming) -> list[tuple[str, str]]:
    """Where anybody can go: rooms with a free bed, and new rooms of each kind."""
    rooms = [(f"room:{one.id}", f"{one.label}: {_free(one)}") for one in rooming.free_rooms]
    new = [
        (f"kind:{one.id}", f"A new {one.name}, {one.left:,} left")
        for one in rooming.kinds
        if one.left
    ]
    return rooms + new


def _free(room: RoomRow) -> str:
    with_whom = ", ".join(who.called for who in room.people)
    beds = f"{room.free} bed{'' if room.free == 1 else 's'} free"
    return f"{beds}, with {with_whom}" if with_whom else beds


@bp.post("/move/<int:traveler_id>")
@requires(Permission.CATALOG_MANAGE)
def move(slug: str, variant_id: int, traveler_id: int) -> ResponseReturnValue:
    """Put one traveler into a room, or out of it."""
    form, at = MoveForm(), clock.now()
    departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _rooms_page(slug, variant_id, form)
    target = Target(form.room_id, form.kind_id)
    following = _next_waiting(variant_id, traveler_id)

    def work(actor: Actor) -> str:
        seen = form.seen.data
        return move_traveler(actor, variant_id, traveler_id, target, seen=seen, at=at)

    try:
        words = once(form, work, at=at)
    except NotFound:
        raise
    except DomainError as refusal:
        say_in(form, refusal)
        return _rooms_page(slug, variant_id, form)
    flash_done(f"{words}.".replace("..", "."))
    stays = form.to.data == OUT or following is None
    return _back(slug, variant_id, None if stays else following)


def _next_waiting(variant_id: int, traveler_id: int) -> int | None:
    """Who comes next among those without a bed, so that the keyboard goes on with them."""
    waiting = [who.id for who in rooming_of(variant_id).waiting]
    if traveler_id not in waiting:
        return None
    at = waiting.index(traveler_id)
    return next(iter(waiting[at + 1 :] + waiting[:at]), None)


def _back(slug: str, variant_id: int, following: int | None = None) -> ResponseReturnValue:
    here = {"slug": slug, "variant_id": variant_id}
    if following is None:
        return see_other("rooming.show", **here)
    return see_other("rooming.show", next=following, **here)


@bp.post("/place")
@requires(Permission.CATALOG_MANAGE)
def place(slug: str, variant_id: int) -> ResponseReturnValue:
    """A bed for everyone who has none, as proposed."""
    form, at = PageForm(), clock.now()
    departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _rooms_page(slug, variant_id, form)
    try:
        placed = int(once(form, lambda a: str(place_everyone(a, variant_id, at=at)), at=at))
    except BadInput as refusal:
        say_in(form, refusal)
        return _rooms_page(slug, variant_id, form)
    flash_done(f"{placed:,} {'people have' if placed > 1 else 'person has'} a bed now.")
    return _back(slug, variant_id)


@bp.post("/undo/<int:deed_id>")
@requires(Permission.CATALOG_MANAGE)
def undo(slug: str, variant_id: int, deed_id: int) -> ResponseReturnValue:
    """Take the newest change back."""

    def work(actor: Actor, at: datetime) -> None:
        undo_change(actor, variant_id, deed_id, at=at)

    return _pressed(slug, variant_id, work, "It is taken back.")


@bp.post("/<int:bedroom_id>/remove")
@requires(Permission.CATALOG_MANAGE)
def remove(slug: str, variant_id: int, bedroom_id: int) -> ResponseReturnValue:
    """A room that nobody sleeps in is not needed."""

    def work(actor: Actor, at: datetime) -> None:
        remove_room(actor, variant_id, bedroom_id, at=at)

    return _pressed(slug, variant_id, work, "The room is removed.")


def _pressed(
    slug: str, variant_id: int, deed: Callable[[Actor, datetime], None], said: str
) -> ResponseReturnValue:
    form, at = PageForm(), clock.now()
    departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _rooms_page(slug, variant_id, form)

    def work(actor: Actor) -> str:
        deed(actor, at)
        return "done"

    try:
        once(form, work, at=at)
    except NotFound:
        raise
    except DomainError as refusal:
        say_in(form, refusal)
        return _rooms_page(slug, variant_id, form)
    flash_done(said)
    return _back(slug, variant_id)


@bp.route("/<int:bedroom_id>", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def room(slug: str, variant_id: int, bedroom_id: int) -> ResponseReturnValue:
    """Call a room by its number at the hotel, and say what the hotel should know."""
    trip, departure = departure_at(slug, variant_id)
    found = room_on(rooming_of(variant_id), bedroom_id)
    form, at = RoomForm(obj=found), clock.now()
    if not form.validate_on_submit():
        return desk_page(
            "room.html", slug, variant_id, trip=trip, departure=departure, room=found, form=form
        )
    label, note = (form.label.data or "").strip(), (form.note.data or "").strip()

    def work(actor: Actor) -> str:
        name_room(actor, variant_id, bedroom_id, label, note, at=at)
        return label

    flash_done(f"The room is called {once(form, work, at=at)}.")
    return _back(slug, variant_id)
