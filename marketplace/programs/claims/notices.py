"""Letters about claims: to those who decide, and back to the claimant."""

from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.people.queries import Person, people_by_id
from marketplace.programs.claimed.notices import managers_but, nobody_left, who_looks_first
from marketplace.programs.claims.models import Claim, ClaimEvent
from marketplace.programs.claims.states import EventKind
from marketplace.programs.letters import Said, write_note
from marketplace.programs.models import Program
from marketplace.programs.queries.rules import current_rule
from marketplace.web.filters import points_word
from marketplace.web.letters import page_link

_TO_MANAGERS = {EventKind.SUBMITTED, EventKind.FIRST_YES}


def tell(event_id: int, *, at: datetime) -> None:
    """Write to everyone whom an event concerns, each once."""
    event = session().get_one(ClaimEvent, event_id)
    claim = session().get_one(Claim, event.claim_id)
    program = session().get_one(Program, claim.program_id)
    readers = _readers(event, claim, program)
    said = _said(event, claim, program)
    if event.kind in _TO_MANAGERS and not readers:
        readers = _active([event.actor_id or claim.employee_id])
        said = nobody_left(*said.paragraphs)
    is_claimant = {claim.employee_id}
    for reader in readers:
        endpoint, values = "claims.show", {"reference": claim.reference}
        if reader.id not in is_claimant:
            endpoint, values = "claims_manage.show", {**values, "slug": program.slug}
        key = f"claim_event:{event_id}:{reader.id}"
        write_note(said, to=reader, href=page_link(endpoint, **values), key=key, at=at)


def _readers(event: ClaimEvent, claim: Claim, program: Program) -> list[Person]:
    if event.kind is EventKind.WITHDRAWN:
        return []
    managers = managers_but({claim.employee_id, event.actor_id})
    if event.kind is EventKind.ANSWERED:
        asked = sa.select(ClaimEvent.actor_id).where(
            ClaimEvent.claim_id == claim.id,
            ClaimEvent.kind == EventKind.ASKED,
            ClaimEvent.id < event.id,
        )
        last = session().scalar(asked.order_by(ClaimEvent.id.desc()).limit(1))
        return [who for who in managers if who.id == last] or managers
    if event.kind not in _TO_MANAGERS:
        return _active([claim.employee_id])
    is_first = event.kind is EventKind.SUBMITTED
    return who_looks_first(program, managers) if is_first else managers


def _active(ids: list[int]) -> list[Person]:
    return [who for who in people_by_id(ids).values() if who.is_active]


def _said(event: ClaimEvent, claim: Claim, program: Program) -> Said:
    terms = current_rule(program).terms
    what = f"{terms.reference_name} {claim.claimed}, in {program.name}."
    worth, quoted = points_word(terms.points_for(claim.amount)), f"“{event.text}”"
    words: dict[EventKind, tuple[str, tuple[str, ...], str]] = {
        EventKind.SUBMITTED: (
            "A claim waits for you",
            (what, f"It brings {worth} once you approve it."),
            "Look and decide",
        ),
        EventKind.FIRST_YES: (
            "A claim needs a second yes",
            (what, f"It brings {worth}, so a second person has to agree."),
            "Look and decide",
        ),
        EventKind.ASKED: ("A question about your claim", (what, quoted), "Answer"),
        EventKind.ANSWERED: ("A claim was answered", (what, quoted), "Look and decide"),
        EventKind.APPROVED: (
            "Your claim is approved",
            (what, f"It brings you {worth}."),
            "See the claim",
        ),
        EventKind.DECLINED: (
            "Your claim was declined",
            (what, quoted, "It brought no points. You may send it again corrected."),
            "See the claim",
        ),
        EventKind.TAKEN_BACK: (
            "Your claim was taken back",
            (what, quoted, "Its points follow as the rule of the program says."),
            "See the claim",
        ),
    }
    return Said(*words[event.kind])
