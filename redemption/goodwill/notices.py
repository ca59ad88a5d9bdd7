"""The letters around a goodwill: to those who could agree, and why somebody did not."""

from datetime import datetime

from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.people.queries import holders_of_one_of, person
from marketplace.web.letters import write_letter
from redemption.goodwill import queries
from redemption.goodwill.models import Goodwill
from redemption.goodwill.states import GoodwillState
from redemption.notices import about_line


def write_second(goodwill_id: int, *, at: datetime) -> None:
    """Ask the other managers to agree; nothing when it is decided already."""
    one = session().get_one(Goodwill, goodwill_id, populate_existing=True)
    if one.state is not GoodwillState.PROPOSED:
        return
    involved = {one.proposed_by_id, one.employee_id}
    managers = holders_of_one_of((Role.PROGRAM_MANAGER, Role.FINANCE))
    for who in (who for who in managers if who.id not in involved):
        write_letter(
            "goodwill_asked",
            to=who,
            key=f"goodwill_asked:{goodwill_id}:{who.id}",
            at=at,
            about=about_line(one.line_id),
            one=one,
            proposer=person(one.proposed_by_id).name,
        )


def write_declined(goodwill_id: int, *, at: datetime) -> None:
    """Tell who proposed it who declined, and why."""
    row = queries.goodwill_row(goodwill_id)
    write_letter(
        "goodwill_declined",
        to=person(row.proposed_by_id),
        key=f"goodwill_declined:{goodwill_id}",
        at=at,
        row=row,
    )
