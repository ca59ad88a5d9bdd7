"""What is missing, on the page of its request."""

from marketplace.access.actor import Actor
from redemption.instead.queries import has_shortage, shortage_on_line
from redemption.panels import Panel, line_panel


@line_panel(has_shortage)
def panel(actor: Actor, line_id: int) -> Panel | None:
    """What is missing of a line, and the way to say what should happen."""
    found = shortage_on_line(actor, line_id)
    return Panel("instead/_panel.html", {"shortage": found}) if found else None
