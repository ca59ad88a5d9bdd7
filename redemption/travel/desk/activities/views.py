"""`/manage/trips/<slug>/<departure>/desk/activities`: wishes, the draw, and who does what."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.web.arguments import id_if_readable, rows_asked
from marketplace.web.deeds import once, say_in
from marketplace.web.forms import PageForm
from marketplace.web.pages import flash_done, requires, see_other
from redemption.travel.activities.queries import choices_of, draw_facts, wished_on
from redemption.travel.desk.activities.forms import GetOnForm, MoveForm
from redemption.travel.desk.activities.operations import Move, move_person
from redemption.travel.desk.activities.queries import activity_on, without_a_place
from redemption.travel.desk.pages import departure_at, desk_page
from redemption.travel.registration.operations.planning import draw_places, wishes_due
from redemption.travel.registration.views import pages

AT_ONCE = 20
"""People that a page shows at once: each carries the list of activities."""

bp = Blueprint(
    "desk_activities", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>/desk/activities"
)


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def show(slug: str, variant_id: int) -> ResponseReturnValue:
    """What can be chosen, how many wish it, the draw, and who has no place."""
    return _page(slug, variant_id)


def _page(slug: str, variant_id: int, form: PageForm | None = None) -> ResponseReturnValue:
    trip, departure = departure_at(slug, variant_id)
    facts = draw_facts(variant_id)
    is_drawn = facts is not None and facts.drawn_at is not None
    waiting = without_a_place(variant_id) if is_drawn else []
    return desk_page(
        "activities.html",
        slug,
        variant_id,
        422 if form is not None and form.errors else 200,
        trip=trip,
        departure=departure,
        form=form,
        choices=choices_of(variant_id),
        wished=wished_on(variant_id),
        facts=facts,
        is_drawn=is_drawn,
        waiting=waiting[:AT_ONCE],
        many=len(waiting),
        focus=id_if_readable("next"),
        due=None if is_drawn else wishes_due(variant_id, departure.dates.starts_on),
        today=clock.today(),
    )


@bp.post("/draw")
@requires(Permission.CATALOG_MANAGE)
def draw(slug: str, variant_id: int) -> ResponseReturnValue:
    """Hold the draw of the places, once."""
    form, at = PageForm(), clock.now()
    _trip, departure = departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _page(slug, variant_id, form)

    def work(actor: Actor) -> str:
        return str(draw_places(actor, variant_id, departure.dates.starts_on, at=at))

    try:
        given = int(once(form, work, at=at))
    except DomainError as refusal:
        say_in(form, refusal)
        return _page(slug, variant_id, form)
    flash_done(f"The draw is held: {given:,} places are given. Everyone gets a letter.")
    return _back(slug, variant_id)


@bp.get("/draw.csv")
@requires(Permission.CATALOG_MANAGE)
def drawn_list(slug: str, variant_id: int) -> ResponseReturnValue:
    """The list that was drawn from, without names, so that anyone can draw again."""
    departure_at(slug, variant_id)
    return pages.drawn_list(variant_id)


@bp.get("/<int:item_id>")
@requires(Permission.CATALOG_MANAGE)
def activity(slug: str, variant_id: int, item_id: int) -> ResponseReturnValue:
    """One activity with who is in it, to be moved, and who can be put on it."""
    return _activity_page(slug, variant_id, item_id)


def _activity_page(
    slug: str, variant_id: int, item_id: int, form: PageForm | None = None
) -> ResponseReturnValue:
    trip, departure = departure_at(slug, variant_id)
    found, facts = activity_on(variant_id, item_id), draw_facts(variant_id)
    people, turning = rows_asked(found.people, AT_ONCE)
    return desk_page(
        "activity.html",
        slug,
        variant_id,
        422 if form is not None and form.errors else 200,
        trip=trip,
        departure=departure,
        found=found,
        people=people,
        **turning,
        is_drawn=facts is not None and facts.drawn_at is not None,
        on_form=GetOnForm([(who.id, who.called) for who in found.absent], formdata=None),
        form=form,
    )


@bp.post("/<int:item_id>/on")
@requires(Permission.CATALOG_MANAGE)
def get_on(slug: str, variant_id: int, item_id: int) -> ResponseReturnValue:
    """Give somebody a place on an activity."""
    departure_at(slug, variant_id)
    found, at = activity_on(variant_id, item_id), clock.now()
    form = GetOnForm([(who.id, who.called) for who in found.absent])
    if not form.validate_on_submit():
        return _activity_page(slug, variant_id, item_id, form)
    person, move = int(form.person.data), Move(None, item_id)
    try:
        words = once(form, lambda a: move_person(a, variant_id, person, move, at=at), at=at)
    except NotFound:
        raise
    except DomainError as refusal:
        say_in(form, refusal)
        return _activity_page(slug, variant_id, item_id, form)
    flash_done(f"{words}.")
    return _back(slug, variant_id, item_id)


@bp.post("/move/<int:traveler_id>")
@requires(Permission.CATALOG_MANAGE)
def move(slug: str, variant_id: int, traveler_id: int) -> ResponseReturnValue:
    """Move one traveler to another activity, onto one, or off it."""
    form, at = MoveForm(), clock.now()
    departure_at(slug, variant_id)
    came_from = form.seen.data
    if not form.validate_on_submit():
        return _again(slug, variant_id, came_from, form)
    wanted = Move(came_from, form.item_id)
    following = _next_without(variant_id, traveler_id) if came_from is None else None
    try:
        words = once(form, lambda a: move_person(a, variant_id, traveler_id, wanted, at=at), at=at)
    except NotFound:
        raise
    except DomainError as refusal:
        say_in(form, refusal)
        return _again(slug, variant_id, came_from, form)
    flash_done(f"{words}.")
    return _back(slug, variant_id, came_from, following)


def _again(
    slug: str, variant_id: int, came_from: int | None, form: PageForm
) -> ResponseReturnValue:
    """The page that a form was sent from, with what is wrong."""
    if came_from is None or not any(c.item_id == came_from for c in choices_of(variant_id)):
        return _page(slug, variant_id, form)
    return _activity_page(slug, variant_id, came_from, form)


def _next_without(variant_id: int, traveler_id: int) -> int | None:
    """Who comes next among those without a place, so that the keyboard goes on with them."""
    waiting = [who.id for who in without_a_place(variant_id)]
    at = waiting.index(traveler_id) if traveler_id in waiting else -1
    return next(iter(waiting[at + 1 :] + waiting[: max(0, at)]), None) if at >= 0 else None


def _back(
    slug: str, variant_id: int, item_id: int | None = None, following: int | None = None
) -> ResponseReturnValue:
    here: dict[str, str | int] = {"slug": slug, "variant_id": variant_id}
    if item_id is not None:
        return see_other("desk_activities.activity", item_id=item_id, **here)
    return see_other("desk_activities.show", next=following, **here)
