"""Saying whom a reward is for, kept in words with who said so."""

from datetime import datetime

import sqlalchemy as sa

from catalog.audiences.clauses import Clauses
from catalog.audiences.names import names_in
from catalog.audiences.queries import clauses_in
from catalog.audiences.words import closed_words, sentence
from catalog.models import Reward
from catalog.operations import open_to
from marketplace.access.actor import Actor
from marketplace.kernel.audit import record
from marketplace.kernel.db import session


def open_reward_to(actor: Actor, reward_id: int, clauses: Clauses, *, at: datetime) -> bool:
    """Say whom a reward is for; whether that is something else than before."""
    wanted = sa.select(Reward.audience_id).where(Reward.id == reward_id).with_for_update()
    before = clauses_in(session().scalar(wanted))
    if before == clauses:
        return False
    open_to(clauses, reward_id=reward_id, at=at)
    said = in_words(before, clauses)
    record(
        actor.employee_id,
        "catalog.open_reward",
        f"reward:{reward_id}",
        at=at,
        before=said["before"],
        after=said["after"],
    )
    return True


def in_words(before: Clauses, after: Clauses) -> dict[str, str]:
    """Two audiences as the log of changes keeps them."""
    names = names_in([before, after])
    return {
        moment: f"{sentence(clauses, names)}. {closed_words(clauses)}".strip()
        for moment, clauses in (("before", before), ("after", after))
    }
