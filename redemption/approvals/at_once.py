"""Many requests approved at once: each stands for itself, and what became of each is kept.

It is kept under a name made of the form's request key and of what was picked, so that the page
that says it can be loaded again, and the same form again leads to the same page.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from marketplace.access.actor import Actor
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import DomainError, NotFound
from marketplace.kernel.idempotency import answer_key, claim_key, fingerprint, kept_answer
from redemption.approvals.operations.deciding import Answer, decide
from redemption.approvals.queries.decision import AskedLine
from redemption.approvals.states import Verdict

DEED = "approve at once"


@dataclass(frozen=True, slots=True)
class Picked:
    """One request of several, and the digest of what was shown of it."""

    page: AskedLine
    content_hash: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request of several: an answer, or why there is none."""

    reference: str
    asker: str
    title: str
    points: int
    decision_id: int | None
    refusal: str


def approve_each(
    actor: Actor, picked: Sequence[Picked], *, request_key: str, undo_for: timedelta, at: datetime
) -> str:
    """Say yes to each, in a transaction of its own; the name under which `outcomes_of` finds them.

    What is refused is named there and keeps no other from its yes. Raises BadInput.
    """
    shown = [(one.page.reference, one.content_hash) for one in picked]
    name = fingerprint(key=request_key, picked=shown)[:32]
    with transaction():
        answered = claim_key(actor.id, name, at=at, deed=DEED)
    if answered:
        return name
    outcomes = [_approve_one(actor, one, request_key, undo_for, at) for one in picked]
    with transaction():
        answer_key(actor.id, name, json.dumps([asdict(one) for one in outcomes]))
    return name


def _approve_one(
    actor: Actor, one: Picked, request_key: str, undo_for: timedelta, at: datetime
) -> Outcome:
    page = one.page
    facts = (page.reference, page.asker, page.title, page.points)
    key, answer = f"{request_key[:40]}:{page.reference}", Answer(Verdict.APPROVE, one.content_hash)
    try:
        with transaction():
            decision_id = decide(
                actor, page.line_id, answer, request_key=key, undo_for=undo_for, at=at
            )
    except DomainError as refusal:
        session().close()
        return Outcome(*facts, None, refusal.message)
    return Outcome(*facts, decision_id, "")


def outcomes_of(actor: Actor, name: str) -> list[Outcome]:
    """What became of the requests that this person approved at once. Raises NotFound."""
    answer = kept_answer(actor.id, name, deed=DEED)
    if not answer:
        raise NotFound("There are no such answers, or they are someone else’s.")
    return [Outcome(**one) for one in json.loads(answer)]
