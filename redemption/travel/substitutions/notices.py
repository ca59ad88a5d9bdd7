"""Letters about substitutions: to planners who decide, to the colleague, to who named them."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.access.roles import Permission
from marketplace.kernel.db import session
from marketplace.people.deciders import those_who_may
from marketplace.people.queries import person
from marketplace.web.letters import page_link, write_letter
from redemption.travel.substitutions.models import SubstitutionEvent
from redemption.travel.substitutions.queries import Named, named
from redemption.travel.substitutions.states import SubstitutionState


def write_moved(substitution_id: int, seq: int, *, at: datetime) -> None:
    """Write about one move, once; nothing when it has moved on since."""
    event = (
        session()
        .scalars(
            sa.select(SubstitutionEvent).where(
                SubstitutionEvent.substitution_id == substitution_id, SubstitutionEvent.seq == seq
            )
        )
        .one()
    )
    found = named(substitution_id)
    if found.state is not event.to_state:
        return
    if found.state is SubstitutionState.ASKED:
        _ask_planners(found, at)
    elif found.state is SubstitutionState.OFFERED:
        href = page_link("substitutions.answer", substitution_id=found.id)
        _write("substitute_offered", found, found.colleague_id, href, at)
    elif event.actor_id != found.first_id:
        href = page_link("invitations.show", invitation_id=found.invitation_id)
        _write("substitute_ended", found, found.first_id, href, at, note=event.note)


def _ask_planners(found: Named, at: datetime) -> None:
    here = {"slug": found.slug, "variant_id": found.variant_id}
    for planner in those_who_may(Permission.CATALOG_MANAGE):
        if planner.id not in {found.first_id, found.colleague_id}:
            href = page_link("substitutions_manage.listed", **here)
            _write("substitute_asked", found, planner.id, href, at)


def _write(
    notice: str, found: Named, reader_id: int, href: str, at: datetime, note: str = ""
) -> None:
    reader = person(reader_id)
    if reader.is_active:
        key = f"{notice}:{found.id}:{found.state}:{reader_id}"
        write_letter(notice, to=reader, key=key, at=at, named=found, href=href, note=note)
