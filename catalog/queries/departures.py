"""The dates of one departure, as its curator changes them."""

from catalog.models import Departure
from catalog.offers import DepartureDates
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound


def departure_dates(variant_id: int) -> DepartureDates:
    """When and where a departure goes. Raises NotFound for a variant that is none."""
    found = session().get(Departure, variant_id)
    if found is None:
        raise NotFound("We can't find this departure.")
    names = DepartureDates.__dataclass_fields__
    return DepartureDates(**{name: getattr(found, name) for name in names})
