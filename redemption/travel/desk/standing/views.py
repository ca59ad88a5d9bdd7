"""`/manage/trips/<slug>/<departure>/desk/standing`: who goes, and whether they still may."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.web.arguments import rows_asked
from marketplace.web.deeds import once, say_in
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.travel.desk.pages import departure_at, desk_page
from redemption.travel.desk.standing.forms import ConfirmForm, DecisionForm
from redemption.travel.desk.standing.operations import Decision, confirm_fine, decide
from redemption.travel.desk.standing.policies import looked_at_from
from redemption.travel.desk.standing.queries import (
    StandingRow,
    Standings,
    mark_of,
    standings_on,
    waiting_departures,
)
from redemption.travel.desk.standing.states import StandingState

AT_ONCE = 50
_VIEWS = {"decide": "To decide", "fine": "Fine", "decided": "Decided"}

bp = Blueprint("standing", __name__, url_prefix="/manage")
_DESK = "/trips/<slug>/<int:variant_id>/desk/standing"


@bp.get("/standing")
@requires(Permission.CATALOG_MANAGE)
def waiting() -> ResponseReturnValue:
    """Departures on which somebody's standing waits for a planner."""
    rows, today = waiting_departures(on=clock.today()), clock.today()
    return render_page("desk/standing_waiting.html", rows=rows, today=today)


@bp.get(_DESK)
@requires(Permission.CATALOG_MANAGE)
def show(slug: str, variant_id: int) -> ResponseReturnValue:
    """Everyone who goes: who is fine, who is not and why, and who was decided about."""
    return _page(slug, variant_id)


def _page(slug: str, variant_id: int, form: ConfirmForm | None = None) -> ResponseReturnValue:
    trip, departure = departure_at(slug, variant_id)
    found = standings_on(variant_id)
    view = request.args.get("view", "")
    rows = _rows(found, view)
    shown, turning = rows_asked(rows, AT_ONCE)
    to_confirm = found.to_confirm(current_actor().employee_id)
    return desk_page(
        "standing.html",
        slug,
        variant_id,
        422 if form is not None and form.errors else 200,
        trip=trip,
        departure=departure,
        found=found,
        chips=_chips(found, view, slug, variant_id),
        view=view,
        rows=shown,
        many=len(rows),
        **turning,
        to_confirm=to_confirm,
        mark=mark_of(to_confirm),
        looked_at_on=looked_at_from(departure.dates.starts_on, trip.terms.standing_days),
        today=clock.today(),
        form=form,
    )


def _rows(found: Standings, view: str) -> Sequence[StandingRow]:
    return {"decide": found.doubtful, "fine": found.fine, "decided": found.decided}.get(
        view, found.rows
    )


def _chips(found: Standings, view: str, slug: str, variant_id: int) -> list[dict[str, object]]:
    here = {"slug": slug, "variant_id": variant_id}
    return [
        {
            "label": label,
            "href": _address(here, name),
            "count": len(_rows(found, name)),
            "is_current": name == view or (not name and view not in _VIEWS),
        }
        for name, label in {"": "Everyone", **_VIEWS}.items()
    ]


def _address(here: dict[str, Any], view: str) -> str:
    return url_for("standing.show", view=view or None, **here)


@bp.post(f"{_DESK}/confirm")
@requires(Permission.CATALOG_MANAGE)
def confirm(slug: str, variant_id: int) -> ResponseReturnValue:
    """Confirm everyone against whom nothing is known, in one go."""
    form, at = ConfirmForm(), clock.now()
    departure_at(slug, variant_id)
    if not form.validate_on_submit():
        return _page(slug, variant_id, form)

    def work(actor: Actor) -> str:
        return str(confirm_fine(actor, variant_id, seen=form.seen.data, at=at))

    try:
        people = int(once(form, work, at=at))
    except DomainError as refusal:
        say_in(form, refusal)
        return _page(slug, variant_id, form)
    flash_done(f"{people:,} {'people are' if people > 1 else 'person is'} confirmed.")
    return see_other("standing.show", slug=slug, variant_id=variant_id)


@bp.route(f"{_DESK}/<int:booking_id>", methods=["GET", "POST"])
@requires(Permission.CATALOG_MANAGE)
def person(slug: str, variant_id: int, booking_id: int) -> ResponseReturnValue:
    """One person who goes: what is known, and deciding about it."""
    row, at = standings_on(variant_id).of(booking_id), clock.now()
    form = DecisionForm(data={"seen": row.stands.value})
    if not form.validate_on_submit():
        return _person_page(slug, variant_id, row, form)
    decision = Decision(
        booking_id=booking_id,
        to=StandingState(form.decision.data),
        reason=(form.reason.data or "").strip(),
        seen=StandingState(form.seen.data),
    )
    try:
        name = once(form, lambda actor: decide(actor, variant_id, decision, at=at), at=at)
    except NotFound:
        raise
    except DomainError as refusal:
        say_in(form, refusal)
        fresh = standings_on(variant_id).of(booking_id)
        form.seen.data = fresh.stands.value
        return _person_page(slug, variant_id, fresh, form)
    goes = decision.to is StandingState.KEPT
    flash_done(f"{name} goes." if goes else f"{name} does not go, and reads why.")
    return see_other("standing.show", slug=slug, variant_id=variant_id)


def _person_page(
    slug: str, variant_id: int, row: StandingRow, form: DecisionForm
) -> ResponseReturnValue:
    own = row.employee_id == current_actor().employee_id
    return desk_page("standing_person.html", slug, variant_id, row=row, form=form, is_own=own)
