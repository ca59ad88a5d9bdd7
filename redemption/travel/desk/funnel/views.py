"""`/manage/trips/<slug>/<departure>/desk`: how far everyone is, and who is late with what."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.web.arguments import rows_asked
from marketplace.web.pages import requires
from redemption.travel.desk.funnel.policies import Stage, late
from redemption.travel.desk.funnel.queries import Funnel, funnel_of
from redemption.travel.desk.pages import departure_at, desk_page

AT_ONCE = 50
bp = Blueprint("desk", __name__, url_prefix="/manage/trips/<slug>/<int:variant_id>/desk")


@bp.get("")
@requires(Permission.CATALOG_MANAGE)
def show(slug: str, variant_id: int) -> ResponseReturnValue:
    """The funnel of a departure, what is late, and the people of one stage."""
    trip, departure = departure_at(slug, variant_id)
    funnel, today = funnel_of(variant_id), clock.now().date()
    stage, is_missing = _asked(funnel)
    people = funnel.without(stage) if is_missing else funnel.within(stage)
    shown, turning = rows_asked(people, AT_ONCE)
    return desk_page(
        "overview.html",
        slug,
        variant_id,
        trip=trip,
        departure=departure,
        funnel=funnel,
        late=list(
            late(funnel.travelers, funnel.stages, starts_on=departure.dates.starts_on, today=today)
        ),
        days_left=(departure.dates.starts_on - today).days,
        stage=stage,
        is_missing=is_missing,
        people=shown,
        many=len(people),
        **turning,
    )


def _asked(funnel: Funnel) -> tuple[Stage, bool]:
    """The stage of the address, and whether those who are not there are wanted."""
    named = request.args.get("stage", "")
    known = [Stage.ACCEPTED, *funnel.stages]
    stage = Stage(named) if named in [one.value for one in known] else Stage.ACCEPTED
    return stage, stage is not Stage.ACCEPTED and request.args.get("missing") == "1"
