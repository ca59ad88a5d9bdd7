"""`/guests/<token>`: a guest fills in their own, without an account, by the link they were sent.

They see their own sections and the trip, and nothing of the employee but the name.
"""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from catalog.views.dates import span_of_days
from marketplace.kernel import clock
from marketplace.web.pages import public, render_page
from redemption.travel.registration.errors import LinkIsOver
from redemption.travel.registration.views import pages
from redemption.travel.registration.views.doors import Door, guest_door

bp = Blueprint("guest_registration", __name__, url_prefix="/guests/<token>")


def behind_links(blueprint: Blueprint) -> None:
    """What holds of all pages behind the link of a guest."""
    blueprint.after_request(_leave_no_trace)
    blueprint.register_error_handler(LinkIsOver, _over)


def _leave_no_trace(response: Response) -> Response:
    """The address is a key: no cache, no search engine and no other site gets to know it."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _over(refusal: LinkIsOver) -> ResponseReturnValue:
    return render_page("registration/over.html", refusal.status, words=refusal.message)


behind_links(bp)


def _door(token: str) -> Door:
    return guest_door(token, at=clock.now())


@bp.get("")
@public
def show(token: str) -> ResponseReturnValue:
    """What a guest is asked, and until when."""
    at, door = clock.now(), _door(token)
    return render_page(
        "registration/guest.html",
        door=door,
        tasks=pages.tasks_of(door, at),
        left=door.member.left(at),
        late=door.member.late(at),
        has_begun=door.party.starts_on <= at.date(),
        journey=pages.journey_of(door),
        span=span_of_days,
    )


@bp.route("/<section>", methods=["GET", "POST"])
@public
def section(token: str, section: str) -> ResponseReturnValue:
    """One section."""
    return pages.section_page(_door(token), section)


@bp.get("/draw.csv")
@public
def drawn_list(token: str) -> ResponseReturnValue:
    """The list of the draw of activities, without names."""
    return pages.drawn_list(_door(token).party.variant_id)


@bp.route("/send", methods=["GET", "POST"])
@public
def send(token: str) -> ResponseReturnValue:
    """Everything once more, and sending it."""
    return pages.send_page(_door(token))


@bp.post("/seats/<int:item_id>/take")
@public
def take_seat(token: str, item_id: int) -> ResponseReturnValue:
    """Take a free seat."""
    return pages.take_seat(_door(token), item_id)


@bp.post("/seats/<int:item_id>/leave")
@public
def leave_seat(token: str, item_id: int) -> ResponseReturnValue:
    """Let a seat go."""
    return pages.leave_seat(_door(token), item_id)
