"""Naming somebody: once per person and round, changed or taken back while the round is open."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.people.queries import Person, people_by_id
from marketplace.programs.nominations.errors import AlreadyNominated, RoundRefuses
from marketplace.programs.nominations.models import Nomination
from marketplace.programs.nominations.operations.rounds import lock_round
from marketplace.programs.nominations.policies import nominating_obstacle, nominee_obstacle
from marketplace.programs.nominations.queries.nominating import my_nomination
from marketplace.programs.nominations.queries.rounds import Round
from marketplace.programs.nominations.states import NominationState

LONGEST_ANSWER = 1_000


def nominate(
    actor: Actor, round_id: int, nominee_id: int, answers: Sequence[str], *, at: datetime
) -> int:
    """Send a nomination; answers its id. What was withdrawn before counts again.

    Raises RoundRefuses, BadInput, or AlreadyNominated for the same person in the same round.
    """
    seen = _open_round(actor, round_id, at)
    nominee = people_by_id([nominee_id]).get(nominee_id)
    obstacle = nominee_obstacle(actor, seen, nominee)
    if obstacle or nominee is None:
        raise RoundRefuses(f"{obstacle} Nothing was sent.")
    nomination_id = _send(actor, seen, nominee, answers, at)
    if nomination_id is None:
        raise AlreadyNominated(
            f"You nominated {nominee.name} for {seen.title} before. You can change what you wrote "
            "as long as nominations are open. Nothing was sent again."
        )
    audit.record(actor.id, "nominations.nominate", f"nomination:{nomination_id}", at=at)
    return nomination_id


def _send(
    actor: Actor, seen: Round, nominee: Person, answers: Sequence[str], at: datetime
) -> int | None:
    """Keep a nomination, or one that was withdrawn with its new words; None when it is there."""
    questions, said = _checked(seen, answers)
    insert = insert_or_skip(Nomination).values(
        round_id=seen.id,
        nominator_id=actor.id,
        nominee_id=nominee.id,
        nominator_department_id=actor.department_id,
        nominee_department_id=nominee.department_id,
        questions=questions,
        answers=said,
        state=NominationState.SENT,
        is_held_back=False,
        sent_at=at,
        changed_at=at,
    )
    again = {
        name: insert.excluded[name]
        for name in ("questions", "answers", "state", "is_held_back", "sent_at", "changed_at")
    }
    return session().scalar(
        insert.on_conflict_do_update(
            index_elements=["round_id", "nominator_id", "nominee_id"],
            set_=again,
            where=Nomination.state == NominationState.WITHDRAWN,
        ).returning(Nomination.id)
    )


def change_nomination(
    actor: Actor, nomination_id: int, answers: Sequence[str], *, at: datetime
) -> None:
    """Write other words while the round is open. Raises NotFound, RoundRefuses, BadInput."""
    mine = my_nomination(actor, nomination_id)
    seen = _open_round(actor, mine.round_id, at)
    questions, said = _checked(seen, answers)
    _update(actor, nomination_id, questions=questions, answers=said, changed_at=at)
    audit.record(actor.id, "nominations.change", f"nomination:{nomination_id}", at=at)


def withdraw_nomination(actor: Actor, nomination_id: int, *, at: datetime) -> str:
    """Take a nomination back while the round is open; answers whom it was about."""
    mine = my_nomination(actor, nomination_id)
    _open_round(actor, mine.round_id, at)
    _update(actor, nomination_id, state=NominationState.WITHDRAWN, changed_at=at)
    audit.record(actor.id, "nominations.withdraw", f"nomination:{nomination_id}", at=at)
    return mine.nominee


def _open_round(actor: Actor, round_id: int, at: datetime) -> Round:
    seen = lock_round(round_id, shared=True)
    if obstacle := nominating_obstacle(actor, seen, at.date()):
        raise RoundRefuses(f"{obstacle} Nothing was changed.")
    return seen


def _checked(seen: Round, answers: Sequence[str]) -> tuple[list[str], list[str]]:
    """Questions and answers as they are kept. Raises BadInput naming the question."""
    questions = seen.terms.questions
    said = [answer.strip() for answer in answers]
    if len(said) != len(questions):
        raise BadInput(
            f"{seen.award} asks {len(questions)} questions now. Open the form again and answer "
            "them. Nothing was sent."
        )
    for question, answer in zip(questions, said, strict=True):
        if question.is_required and not answer:
            raise BadInput(f"Answer “{question.text}” before you send it. Nothing was sent.")
        if len(answer) > LONGEST_ANSWER:
            raise BadInput(
                f"The answer to “{question.text}” has {len(answer):,} characters. Shorten it to "
                f"{LONGEST_ANSWER:,}. Nothing was sent."
            )
    return [question.text for question in questions], said


def _update(actor: Actor, nomination_id: int, **values: object) -> None:
    changed = session().execute(
        sa.update(Nomination)
        .where(
            Nomination.id == nomination_id,
            Nomination.nominator_id == actor.id,
            Nomination.state == NominationState.SENT,
        )
        .values(**values)
    )
    if not rows_changed(changed):
        raise NotFound("There is no such nomination of yours.")
