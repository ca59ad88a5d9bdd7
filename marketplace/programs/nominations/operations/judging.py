"""Judging: scores that stay as they were given, and one vote a person."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, session
from marketplace.kernel.errors import BadInput
from marketplace.programs.nominations.errors import RoundRefuses
from marketplace.programs.nominations.models import (
    HIGHEST_SCORE,
    LOWEST_SCORE,
    JuryScore,
    Nomination,
    RoundVote,
)
from marketplace.programs.nominations.operations.rounds import lock_round
from marketplace.programs.nominations.policies import judging_obstacle
from marketplace.programs.nominations.queries.rounds import Round
from marketplace.programs.nominations.states import NominationState


def give_scores(
    actor: Actor, round_id: int, scores: Mapping[int, int | None], *, at: datetime
) -> None:
    """Score every nominee not scored yet, 1 to 10 or None for a pass; it stays as it is given.

    Raises RoundRefuses, or BadInput when somebody is missing or a score is out of range.
    """
    seen = _judged_round(round_id, at)
    if actor.id not in seen.terms.jury_ids:
        raise RoundRefuses(f"You are not in the jury of {seen.award}. Nothing was changed.")
    open_ids = _nominees(round_id) - {actor.id} - _scored(round_id, actor.id)
    if not open_ids:
        raise RoundRefuses("You have judged everyone already. Your scores stay as you gave them.")
    if set(scores) != open_ids:
        raise BadInput(
            "Those who are nominated have changed since you opened the page. Open it again and "
            "judge them all. Nothing was kept."
        )
    for score in scores.values():
        if score is not None and not LOWEST_SCORE <= score <= HIGHEST_SCORE:
            raise BadInput(
                f"{score} is no score. Give {LOWEST_SCORE} to {HIGHEST_SCORE}, or pass. "
                "Nothing was kept."
            )
    rows = [
        {"round_id": round_id, "juror_id": actor.id, "nominee_id": nominee_id, "score": score}
        | {"at": at}
        for nominee_id, score in sorted(scores.items())
    ]
    kept = session().scalars(
        insert_or_skip(JuryScore)
        .values(rows)
        .on_conflict_do_nothing()
        .returning(JuryScore.nominee_id)
    )
    if len(kept.all()) != len(rows):
        raise RoundRefuses("You have judged them already. Your scores stay as you gave them.")
    audit.record(actor.id, "nominations.score", f"nomination_round:{round_id}", at=at)


def cast_vote(actor: Actor, round_id: int, nominee_id: int, *, at: datetime) -> None:
    """Vote for a nominee, or move one's vote to another while voting is open.

    Raises RoundRefuses, BadInput.
    """
    seen = _judged_round(round_id, at)
    if not seen.terms.may_vote(actor.department_id):
        raise RoundRefuses(f"You have no vote for {seen.award}. Nothing was changed.")
    if nominee_id == actor.id:
        raise BadInput("Nobody votes for himself. Choose a colleague. Nothing was changed.")
    if nominee_id not in _nominees(round_id):
        raise BadInput(f"Choose somebody who is nominated for {seen.award}. Nothing was changed.")
    insert = insert_or_skip(RoundVote).values(
        round_id=round_id, voter_id=actor.id, nominee_id=nominee_id, at=at
    )
    session().execute(
        insert.on_conflict_do_update(
            index_elements=["round_id", "voter_id"],
            set_={"nominee_id": insert.excluded.nominee_id, "at": insert.excluded.at},
        )
    )
    audit.record(actor.id, "nominations.vote", f"nomination_round:{round_id}", at=at)


def _judged_round(round_id: int, at: datetime) -> Round:
    seen = lock_round(round_id, shared=True)
    if obstacle := judging_obstacle(seen, at.date()):
        raise RoundRefuses(f"{obstacle} Nothing was changed.")
    return seen


def _nominees(round_id: int) -> set[int]:
    return set(
        session().scalars(
            sa.select(Nomination.nominee_id)
            .where(Nomination.round_id == round_id, Nomination.state == NominationState.SENT)
            .distinct()
        )
    )


def _scored(round_id: int, juror_id: int) -> set[int]:
    return set(
        session().scalars(
            sa.select(JuryScore.nominee_id).where(
                JuryScore.round_id == round_id, JuryScore.juror_id == juror_id
            )
        )
    )
