"""The letter to planners: look at who goes, before they leave."""

from datetime import datetime

from marketplace.access.roles import Permission
from marketplace.people.deciders import those_who_may
from marketplace.web.letters import page_link, write_letter
from redemption.travel.desk.standing.queries import standings_on
from redemption.travel.invitations.queries.standing import departure_of


def write_waiting(variant_id: int, *, at: datetime) -> None:
    """Tell each who plans trips, once a day; nothing when all is decided meanwhile."""
    found, trip = standings_on(variant_id), departure_of(variant_id)
    waiting = len(found.doubtful) + len(found.fine)
    if not waiting or trip.canceled_at is not None:
        return
    for planner in those_who_may(Permission.CATALOG_MANAGE):
        write_letter(
            "standing_waits",
            to=planner,
            key=f"standing_waits:{variant_id}:{at.date().isoformat()}:{planner.id}",
            at=at,
            trip=trip,
            waiting=waiting,
            doubtful=len(found.doubtful),
            href=page_link("standing.show", slug=trip.slug, variant_id=variant_id),
        )
