"""The letter to somebody of whose request there is none to deliver."""

from datetime import datetime

from marketplace.kernel.db import session
from marketplace.web.letters import page_link, write_letter
from redemption.instead.models import Shortage
from redemption.instead.states import ShortageState
from redemption.notices import about_line


def write_missing(shortage_id: int, seq: int, *, at: datetime) -> None:
    """Ask what should happen, once; nothing when that was settled meanwhile."""
    shortage = session().get_one(Shortage, shortage_id)
    about = about_line(shortage.line_id)
    if shortage.state is not ShortageState.OPEN:
        return
    write_letter(
        "not_available",
        to=about.asker,
        key=f"not_available:{shortage_id}:{seq}",
        at=at,
        about=about,
        shortage=shortage,
        href=page_link("instead.choose", shortage_id=shortage_id),
    )
