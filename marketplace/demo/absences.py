"""Who of the demo is away, who answers meanwhile, and what Omar looks at in his inbox."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from catalog.states import Kind
from marketplace.people.queries import actor_of
from redemption.approvals.away.operations import Terms, set_absence
from redemption.approvals.away.policies import Days, Limits
from redemption.approvals.kept_views.operations import keep_view

CARDS = frozenset({Kind.GIFT_CARD.value, Kind.LEARNING.value})


def load_absences(people: Mapping[str, int], *, at: datetime) -> None:
    """Amara is away this week and Omar answers for her; later Ana answers for Omar about cards."""
    amara, omar = actor_of(people["amara.okafor"]), actor_of(people["omar.haddad"])
    today = at.date()
    now = Days(today, today + timedelta(days=6))
    note = "At the fair in Milan. Call me about anything above a week of travel."
    set_absence(amara, Terms(amara.id, now, omar.id, Limits(most_points=80_000), note), at=at)
    later = Days(today + timedelta(days=20), today + timedelta(days=31))
    limits = Limits(CARDS, most_points=15_000)
    terms = Terms(omar.id, later, people["ana.sousa"], limits, "Family days.")
    set_absence(omar, terms, at=at)
    keep_view(omar, "Trips, largest first", "view=travel&sort=points", at=at)
