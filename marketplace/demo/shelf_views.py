"""Views of the shelf that the company and Maya have saved."""

from datetime import datetime

from catalog.saved_views.operations import save_view
from marketplace.access.actor import Actor

COMPANY = ("Trips to look forward to", "kind=group_trip")
MAYAS = ("Books within reach", "q=books&reach=now")


def load_views(priya: Actor, maya: Actor, *, at: datetime) -> None:
    """One for everyone and one of Maya's own. Inside a transaction."""
    save_view(priya, *COMPANY, for_everyone=True, at=at)
    save_view(maya, *MAYAS, at=at)
