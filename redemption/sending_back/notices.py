"""Letters about returns: asked, agreed, declined, never arrived. Points tell that it arrived."""

from datetime import datetime

from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.people.queries import holders_of
from marketplace.web.letters import write_letter
from redemption.notices import about_line
from redemption.sending_back.models import GoodsReturn
from redemption.sending_back.states import ReturnState

_S = ReturnState
NOTICES = {
    _S.ACCEPTED: "return_accepted",
    _S.DECLINED: "return_declined",
    _S.LAPSED: "return_lapsed",
}


def write_return(return_id: int, *, at: datetime) -> None:
    """Tell who has to act now: the desk when it was asked, the person when it was answered."""
    one = session().get_one(GoodsReturn, return_id, populate_existing=True)
    about = about_line(one.line_id)
    facts = {"about": about, "one": one}
    if one.state is _S.ASKED:
        for who in holders_of(Role.FULFILLMENT):
            if who.id != one.employee_id:
                key = f"return_asked:{return_id}:{who.id}"
                write_letter("return_asked", to=who, key=key, at=at, **facts)
    elif notice := NOTICES.get(one.state):
        key = f"{notice}:{return_id}"
        write_letter(notice, to=about.asker, key=key, at=at, **facts)
