"""When the sites of the demo work, and the days on which none of them does."""

from datetime import date, datetime

from marketplace.access.actor import Actor
from marketplace.calendars.operations import add_holidays, set_hours
from marketplace.calendars.policies import Hours
from marketplace.calendars.queries import COMPANY
from marketplace.calendars.states import WORKING_WEEK

ZONES = {
    COMPANY: "Europe/London",
    "Denver": "America/Denver",
    "Hamburg": "Europe/Berlin",
    "Lisbon": "Europe/Lisbon",
    "Madrid": "Europe/Madrid",
    "Osaka": "Asia/Tokyo",
    "Pune": "Asia/Kolkata",
}


def load_calendars(actor: Actor, *, at: datetime) -> None:
    """Give each site nine to five where it is, and everybody two holidays."""
    for site, zone in ZONES.items():
        set_hours(actor, site, Hours(zone, WORKING_WEEK, 9 * 60, 17 * 60), at=at)
    days = {date(at.year, 12, 25): "Christmas Day", date(at.year + 1, 1, 1): "New Year’s Day"}
    add_holidays(actor, COMPANY, days, at=at)
    add_holidays(actor, "Lisbon", {date(at.year + 1, 4, 25): "Freedom Day"}, at=at)
