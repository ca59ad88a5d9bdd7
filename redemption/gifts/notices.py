"""Letters about gifts: to the colleague that there is one, to the giver that it was taken."""

from datetime import datetime

from marketplace.kernel.db import session
from marketplace.people.queries import person
from marketplace.web.letters import write_letter
from redemption.gifts.models import Gift
from redemption.gifts.states import GiftState
from redemption.notices import about_line


def write_offered(line_id: int, *, at: datetime) -> None:
    """Tell the colleague what they are given and until when they can take it."""
    about, gift = about_line(line_id), session().get_one(Gift, line_id)
    if gift.state is not GiftState.OPEN:
        return
    who = person(gift.recipient_id)
    key = f"gift_offered:{line_id}"
    write_letter("gift_offered", to=who, key=key, at=at, about=about, gift=gift)


def write_accepted(line_id: int, *, at: datetime) -> None:
    """Tell the giver that it was taken."""
    about, gift = about_line(line_id), session().get_one(Gift, line_id)
    key = f"gift_accepted:{line_id}"
    who = person(gift.recipient_id)
    write_letter("gift_accepted", to=about.asker, key=key, at=at, about=about, recipient=who)
