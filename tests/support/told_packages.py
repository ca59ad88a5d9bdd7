"""Maya's travel packages in the told story: one whose dates Omar questions, one that is booked."""

from datetime import timedelta
from typing import Any
from unittest import mock

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.packages.wishes import Wish
from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.evidence import clean_file
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.journeys.booked import Booked
from redemption.journeys.models import JourneyDocument
from redemption.operations import submit
from tests.support.redemption import ask_for, line_of
from tests.support.shortages import task_of
from tests.support.travel_dates import ask_other_dates, book

TICKET = clean_file("Ticket.pdf", b"%PDF-1.7\nseat 4A\n%%EOF\n")


def told_packages(maya: Actor, omar: Actor, ana: Actor, cover_id: int) -> dict[str, Any]:
    """What stands in addresses: the package, both requests, the task and its document."""
    waiting = _ask(maya, cover_id, weeks=20)
    ask_other_dates(omar, waiting)
    with mock.patch.object(submit, "_routed", lambda asked: asked):
        booked = _ask(maya, cover_id, weeks=26)
    line_id = line_of(booked).id
    session().close()
    with transaction():
        fulfill_line(line_id, at=clock.now())
    starts = clock.today() + timedelta(weeks=26)
    made = Booked(
        starts_on=starts,
        ends_on=starts + timedelta(days=3),
        operator="Ribeira Rooms",
        confirmation="RR-2207",
    )
    book(ana, booked, made, TICKET)
    document = session().scalar(sa.select(sa.func.max(JourneyDocument.id)))
    told = {"slug": "porto-when-it-suits-you", "waiting": waiting, "booked": booked}
    return told | {"task_id": task_of(booked).id, "document_id": document}


def _ask(maya: Actor, cover_id: int, *, weeks: int) -> str:
    find = sa.select(Variant.id).join(Reward, Reward.id == Variant.reward_id)
    variant_id = session().scalars(find.where(Reward.slug == "porto-when-it-suits-you")).one()
    porto = offer(maya, variant_id, at=clock.now())
    wish = Wish(
        first_on=clock.today() + timedelta(weeks=weeks),
        second_on=None,
        nights=3,
        travelers=2,
        cover_id=cover_id,
        seen_terms=1,
    )
    return ask_for(maya, porto, wish=wish)
