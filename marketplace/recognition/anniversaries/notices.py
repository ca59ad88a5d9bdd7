"""A quiet note to the manager, three days before somebody's day."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from marketplace.people.queries import people_by_id
from marketplace.recognition.anniversaries.queries.occasions import Occasion, upcoming
from marketplace.web.letters import write_letter

AHEAD = timedelta(days=3)


def tell_ahead(*, today: date, at: datetime) -> int:
    """Write each manager whose report has a day within three days, once; how many letters."""
    found = [one.occasion for one in upcoming(today + timedelta(days=1), AHEAD.days - 1)]
    return _tell(found, at)


def _tell(found: Sequence[Occasion], at: datetime) -> int:
    managers = people_by_id([one.manager_id for one in found if one.manager_id is not None])
    written = 0
    for one in found:
        manager = managers.get(one.manager_id) if one.manager_id is not None else None
        if manager is not None and manager.is_active:
            key = f"anniversary_ahead:{one.source_ref}:{manager.id}"
            written += write_letter("anniversary_ahead", to=manager, key=key, at=at, occasion=one)
    return written
