"""Letters about lines: it is your turn, you missed it, you are short of points, it is over."""

from datetime import datetime

import sqlalchemy as sa

from catalog.queries import offer
from catalog.trips.terms import party_words, places_words
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of, person
from marketplace.web.letters import page_link, write_letter
from redemption.waiting.models import Wait, WaitEvent
from redemption.waiting.queries.standing import is_departure, what_is
from redemption.waiting.states import WaitState

_NOTICES = {
    WaitState.OFFERED: "line_turn",
    WaitState.MISSED: "line_missed",
    WaitState.PAUSED: "line_paused",
    WaitState.ENDED: "line_ended",
}


def write_moved(wait_id: int, seq: int, *, at: datetime) -> None:
    """Write about one move of a wait, once; nothing when it has moved on since."""
    moved = sa.select(WaitEvent).where(WaitEvent.wait_id == wait_id, WaitEvent.seq == seq)
    wait, event = session().get_one(Wait, wait_id), session().scalars(moved).one()
    if wait.state is not event.to_state or not person(wait.employee_id).is_active:
        return
    facts = _facts(wait, at)
    if facts is None and wait.state is not WaitState.ENDED:
        return
    write_letter(
        _NOTICES[wait.state],
        to=person(wait.employee_id),
        key=f"{_NOTICES[wait.state]}:{wait_id}:{seq}",
        at=at,
        wait=wait,
        note=event.note,
        name=what_is(wait.variant_id),
        places=places_words(wait.units) if is_departure(wait.variant_id) else "",
        party=party_words(wait.units),
        list_href=page_link("waiting.mine"),
        **(facts or {"href": page_link("catalog.shelf")}),
    )


def _facts(wait: Wait, at: datetime) -> dict[str, object] | None:
    """What it costs them now and where to take it; None once it is not theirs to see."""
    try:
        wanted = offer(actor_of(wait.employee_id), wait.variant_id, at=at)
    except NotFound:
        return None
    page = page_link("catalog.show", slug=wanted.slug)
    step = "/redeem" if wait.state is WaitState.OFFERED else ""
    balance = points_of(wait.employee_id, at=at).available
    return {
        "points": wanted.points * wait.units,
        "to_go": max(0, wanted.points * wait.units - balance),
        "dearer": (wanted.points - wait.seen_points) * wait.units,
        "href": f"{page}{step}?variant={wait.variant_id}",
    }
