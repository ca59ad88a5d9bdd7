"""Deciding a round: one proposes the winner, a second person without a part in it confirms."""

from collections.abc import Collection, Sequence
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.awards.operations import AwardReport, lock_programs
from marketplace.kernel import audit
from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import BadInput, NotAllowed, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.jobs import enqueue
from marketplace.programs.nominations.errors import RoundRefuses
from marketplace.programs.nominations.models import (
    Nomination,
    NominationRound,
    Proposal,
    ProposedWinner,
    RoundHonor,
)
from marketplace.programs.nominations.operations.certificates import give_certificate
from marketplace.programs.nominations.operations.rounds import lock_round, move_round
from marketplace.programs.nominations.policies import (
    answering_obstacle,
    cap_obstacle,
    confirming_obstacle,
    may_confirm,
)
from marketplace.programs.nominations.queries.judging import (
    Nominee,
    ProposalSeen,
    nominees_of,
    proposal_of,
    ranking_of,
    seal_of,
)
from marketplace.programs.nominations.queries.rounds import Round, published_rounds, round_of
from marketplace.programs.nominations.ranking import is_first, shortlist_of
from marketplace.programs.nominations.states import Answer, Honor, NominationState, RoundState
from marketplace.programs.operations.settlement import settle_program
from marketplace.programs.states import COUNTS


def propose_winners(
    actor: Actor, round_id: int, winner_ids: Collection[int], *, reason: str, at: datetime
) -> int:
    """Propose who wins; answers the proposal's id. Whoever is not the first needs a reason.

    Raises RoundRefuses, BadInput, IllegalMove.
    """
    seen, chosen = lock_round(round_id), frozenset(winner_ids)
    nominees = nominees_of(round_id)
    _refuse_choice(actor, seen, nominees, chosen)
    if not reason.strip() and not is_first(ranking_of(seen, nominees), chosen):
        raise BadInput(
            "This is not the first of the ranking, or others share the place. Say why it wins. "
            "Nothing was proposed."
        )
    move_round(actor, seen, RoundState.DECIDED, at=at, reason=reason.strip())
    proposal = Proposal(round_id=round_id, proposer_id=actor.id, reason=reason.strip(), at=at)
    session().add(proposal)
    session().flush()
    for employee_id in sorted(chosen):
        session().add(ProposedWinner(proposal_id=proposal.id, employee_id=employee_id))
    session().flush()
    audit.record(actor.id, "nominations.propose", f"nomination_round:{round_id}", at=at)
    return proposal.id


def confirm_winners(
    actor: Actor, round_id: int, *, proposal_id: int, seal: str | None = None, at: datetime
) -> AwardReport:
    """Confirm the proposal that was read and publish the result: points, certificates, notices.

    `seal` is what it was said to give; None takes what it gives now. Raises NotAllowed,
    RoundRefuses, IllegalMove. What the budget cannot give waits.
    """
    lock_programs([round_of(round_id).program_id], at=at)
    seen = lock_round(round_id)
    proposal, nominees = _waiting_proposal(actor, seen), nominees_of(round_id)
    _refuse_another(proposal, proposal_id)
    if seal not in {None, seal_of(seen)}:
        raise RoundRefuses(
            "The rule changed since you opened the page, and with it what this proposal gives. "
            "Look at it again. Nothing was confirmed."
        )
    winners = [one for one in nominees if one.id in proposal.winner_ids]
    obstacle = confirming_obstacle(actor, proposal, nominees) or _cap_of(seen, winners)
    if obstacle:
        raise RoundRefuses(f"{obstacle} Nothing was confirmed.")
    if seen.program_state not in COUNTS:
        raise RoundRefuses(
            f"“{seen.program}” is settled for good, so it gives no more points. "
            "Nothing was confirmed."
        )
    move_round(actor, seen, RoundState.CONFIRMED, at=at)
    _answer(actor, proposal, Answer.CONFIRMED, "", at)
    _sign(actor, seen, proposal)
    crashpoint("nominations.confirm.signed")
    _honor(seen, nominees, proposal.winner_ids, at)
    for winner in winners:
        give_certificate(seen, winner, [actor.id, proposal.proposer_id], at=at)
    audit.record(actor.id, "nominations.confirm", f"nomination_round:{round_id}", at=at)
    return settle_program(seen.program_id, actor=actor, at=at)


def decline_winners(
    actor: Actor, round_id: int, *, proposal_id: int, note: str, at: datetime
) -> None:
    """Send the proposal that was read back, with a word on why; who proposed may withdraw it."""
    seen = lock_round(round_id)
    proposal = proposal_of(round_id)
    is_own = proposal is not None and proposal.proposer_id == actor.id
    if proposal is None or (not is_own and not may_confirm(actor, seen)):
        raise NotFound("There is no such proposal.")
    if not note.strip():
        raise BadInput("Say why, so that the next proposal can do better. Nothing was changed.")
    if not is_own and (obstacle := answering_obstacle(actor, proposal, nominees_of(round_id))):
        raise RoundRefuses(f"{obstacle} Nothing was changed.")
    _refuse_answered(proposal)
    _refuse_another(proposal, proposal_id)
    move_round(actor, seen, RoundState.JUDGING, at=at, reason=note.strip())
    _answer(actor, proposal, Answer.WITHDRAWN if is_own else Answer.DECLINED, note.strip(), at)
    if not is_own:
        enqueue("nominations.tell_sent_back", key=str(proposal.id), round_id=round_id)
    audit.record(actor.id, "nominations.decline", f"nomination_round:{round_id}", at=at)


def hold_back(
    actor: Actor, round_id: int, *, whole: bool, nomination_ids: Collection[int], at: datetime
) -> None:
    """Keep notices of a round, or single nominations' words, from those they are about.

    Nobody decides on words about himself.
    """
    seen = lock_round(round_id)
    if seen.state in {RoundState.CONFIRMED, RoundState.CALLED_OFF}:
        raise RoundRefuses(f"{seen.title} is over and its notices are out. Nothing was changed.")
    session().execute(
        sa.update(NominationRound).where(NominationRound.id == round_id).values(is_held_back=whole)
    )
    session().execute(
        sa.update(Nomination)
        .where(Nomination.round_id == round_id, Nomination.nominee_id != actor.id)
        .values(is_held_back=Nomination.id.in_(sorted(nomination_ids)))
    )
    audit.record(
        actor.id,
        "nominations.hold_back",
        f"nomination_round:{round_id}",
        at=at,
        whole=whole,
        nominations=len(nomination_ids),
    )


def _refuse_choice(
    actor: Actor, seen: Round, nominees: Sequence[Nominee], chosen: frozenset[int]
) -> None:
    known = {one.id for one in nominees}
    if not chosen or not chosen <= known:
        raise BadInput("Choose who wins among those who are nominated. Nothing was proposed.")
    if len(chosen) > seen.terms.winners:
        raise BadInput(
            f"{seen.award} has {seen.terms.winners} "
            f"{'winner' if seen.terms.winners == 1 else 'winners'} a round, and you chose "
            f"{len(chosen)}. Nothing was proposed."
        )
    if actor.id in chosen:
        raise RoundRefuses("Nobody proposes himself. Somebody else has to. Nothing was proposed.")
    if capped := _cap_of(seen, [one for one in nominees if one.id in chosen]):
        raise RoundRefuses(f"{capped} Nothing was proposed.")


def _cap_of(seen: Round, winners: Sequence[Nominee]) -> str | None:
    if seen.terms.cap is None:
        return None
    published, wins = published_rounds(seen.program_id)
    obstacles = (
        cap_obstacle(
            one.name,
            seen.terms.cap,
            seen,
            published,
            [win for win in wins if win.employee_id == one.id],
        )
        for one in winners
    )
    return next((obstacle for obstacle in obstacles if obstacle), None)


def _waiting_proposal(actor: Actor, seen: Round) -> ProposalSeen:
    proposal = proposal_of(seen.id)
    if proposal is None:
        raise RoundRefuses(f"Nobody proposed a winner of {seen.title} yet. Nothing was confirmed.")
    if not may_confirm(actor, seen):
        raise NotAllowed(f"Confirming {seen.award} is not yours to do. Nothing was confirmed.")
    _refuse_answered(proposal)
    return proposal


def _refuse_answered(proposal: ProposalSeen) -> None:
    if proposal.answer is not None:
        raise RoundRefuses(
            f"{proposal.decider} answered this proposal already: {proposal.answer.value}. "
            "Nothing was changed."
        )


def _refuse_another(proposal: ProposalSeen, proposal_id: int) -> None:
    if proposal.id != proposal_id:
        raise RoundRefuses(
            f"{proposal.proposer} made another proposal since you looked. Read it first. "
            "Nothing was changed."
        )


def _answer(actor: Actor, proposal: ProposalSeen, answer: Answer, note: str, at: datetime) -> None:
    answered = session().execute(
        sa.update(Proposal)
        .where(Proposal.id == proposal.id, Proposal.answer.is_(None))
        .values(answer=answer, decider_id=actor.id, note=note, decided_at=at)
    )
    if not rows_changed(answered):
        raise RoundRefuses("Somebody answered this proposal already. Nothing was changed.")


def _sign(actor: Actor, seen: Round, proposal: ProposalSeen) -> None:
    """Put who confirmed beside winners and their nominations, where the database checks it."""
    session().execute(
        sa.update(ProposedWinner)
        .where(ProposedWinner.proposal_id == proposal.id)
        .values(confirmer_id=actor.id)
    )
    session().execute(
        sa.update(Nomination)
        .where(
            Nomination.round_id == seen.id,
            Nomination.nominee_id.in_(sorted(proposal.winner_ids)),
            Nomination.state == NominationState.SENT,
        )
        .values(confirmer_id=actor.id)
    )


def _honor(seen: Round, nominees: Sequence[Nominee], winners: frozenset[int], at: datetime) -> None:
    listed = shortlist_of(ranking_of(seen, nominees), seen.terms.shortlist)
    honors = dict.fromkeys(sorted(winners), Honor.WINNER)
    honors |= {one.id: Honor.SHORTLISTED for one in listed if one.id not in winners}
    points = {
        Honor.WINNER: seen.terms.points,
        Honor.SHORTLISTED: seen.terms.shortlist_points,
    }
    for employee_id, honor in honors.items():
        session().add(
            RoundHonor(
                round_id=seen.id,
                employee_id=employee_id,
                honor=honor,
                points=points[honor],
                award=seen.award,
                at=at,
            )
        )
    session().flush()
