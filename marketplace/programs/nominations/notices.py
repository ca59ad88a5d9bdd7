"""Letters of a round: to the jury, to those who confirm, and kind ones when it is published."""

from datetime import datetime

from marketplace.people.queries import Person, people_by_id
from marketplace.programs.letters import Said, write_note
from marketplace.programs.nominations.queries.deciders import (
    NAME_OTHERS,
    asked_to_confirm,
    at_work,
    with_a_part_in,
)
from marketplace.programs.nominations.queries.judging import (
    Nominee,
    ProposalSeen,
    nominees_of,
    proposal_of,
)
from marketplace.programs.nominations.queries.results import HonorSeen, honors_of
from marketplace.programs.nominations.queries.rounds import Round, round_of
from marketplace.programs.nominations.states import Answer, Honor, RoundState
from marketplace.web.letters import page_link, write_letter


def ask_jury(round_id: int, *, at: datetime) -> None:
    """Ask every member of the jury to judge, as far as somebody else is nominated."""
    seen, named = round_of(round_id), {one.id for one in nominees_of(round_id)}
    if seen.state is not RoundState.JUDGING:
        return
    for member in at_work(seen.terms.jury_ids):
        if not named - {member.id}:
            continue
        key = f"nomination_judging:{round_id}:{seen.closes_on}:{member.id}"
        write_letter("nomination_judging", to=member, key=key, at=at, seen=seen)


def ask_confirmers(round_id: int, *, at: datetime) -> None:
    """Ask those who may confirm a proposal; write to who proposed it when nobody is left to."""
    seen, proposal = round_of(round_id), proposal_of(round_id)
    if seen.state is not RoundState.DECIDED or proposal is None or proposal.answer:
        return
    nominees = nominees_of(round_id)
    winners = [one for one in nominees if one.id in proposal.winner_ids]
    with_a_part = with_a_part_in(proposal, nominees)
    free = [one for one in asked_to_confirm(seen.terms) if one.id not in with_a_part]
    for one in free:
        write_letter(
            "nomination_confirm",
            to=one,
            key=f"nomination_confirm:{proposal.id}:{one.id}",
            at=at,
            seen=seen,
            proposer=proposal.proposer,
            names=[winner.name for winner in winners],
        )
    if not free:
        _tell_proposer(
            proposal,
            f"Nobody can confirm: {seen.title}",
            "Everyone who may confirm has a part in it: they proposed, are nominated, or "
            f"nominated who wins. {NAME_OTHERS}",
            f"nomination_stuck:{proposal.id}",
            seen,
            at,
        )


def tell_sent_back(round_id: int, *, at: datetime) -> None:
    """Tell who proposed the winners that a second person sent it back, in their words."""
    seen, proposal = round_of(round_id), proposal_of(round_id)
    if proposal is None or proposal.answer is not Answer.DECLINED:
        return
    _tell_proposer(
        proposal,
        f"Your proposal came back: {seen.title}",
        f"{proposal.decider} did not confirm it: “{proposal.note}” The round is being judged "
        "again, and nothing was published.",
        f"nomination_sent_back:{proposal.id}",
        seen,
        at,
    )


def _tell_proposer(
    proposal: ProposalSeen, subject: str, told: str, key: str, seen: Round, at: datetime
) -> None:
    for proposer in at_work([proposal.proposer_id]):
        href = page_link("nominations_manage.show", round_id=seen.id)
        write_note(Said(subject, (told,), "See the round"), to=proposer, href=href, key=key, at=at)


def tell_result(round_id: int, *, at: datetime) -> None:
    """Tell the winners, everyone else who was nominated unless held back, and the nominators."""
    seen, nominees = round_of(round_id), nominees_of(round_id)
    honors = {one.employee_id: one for one in honors_of(round_id)}
    winners = [one for one in nominees if _is_winner(honors.get(one.id))]
    people = people_by_id({one.id for one in nominees}.union(*(n.nominators for n in nominees)))
    names = [one.name for one in winners]
    for nominee in nominees:
        to, honor = people[nominee.id], honors.get(nominee.id)
        if not to.is_active:
            continue
        if honor is not None and honor.honor is Honor.WINNER:
            _tell_winner(seen, nominee, to, honor, at)
        elif not seen.is_held_back:
            _tell_nominee(seen, nominee, to, honor, at)
    nominators = frozenset().union(*(one.nominators for one in nominees))
    for nominator in sorted(nominators - {one.id for one in winners}):
        if people[nominator].is_active:
            write_letter(
                "nomination_result",
                to=people[nominator],
                key=f"nomination_result:{round_id}:{nominator}",
                at=at,
                seen=seen,
                names=names,
                is_mine=any(nominator in one.nominators for one in winners),
            )


def _tell_winner(seen: Round, nominee: Nominee, to: Person, honor: HonorSeen, at: datetime) -> None:
    write_letter(
        "nomination_won",
        to=to,
        key=f"nomination_won:{seen.id}:{nominee.id}",
        at=at,
        seen=seen,
        points=honor.points,
        number=honor.number,
        words=[one for one in nominee.words if not one.is_held_back and one.said],
    )


def _tell_nominee(
    seen: Round, nominee: Nominee, to: Person, honor: HonorSeen | None, at: datetime
) -> None:
    """A kind letter with the words of those who named them; none when all are held back."""
    words = [one for one in nominee.words if not one.is_held_back]
    if not words:
        return
    write_letter(
        "nomination_kind",
        to=to,
        key=f"nomination_kind:{seen.id}:{nominee.id}",
        at=at,
        seen=seen,
        points=honor.points if honor else 0,
        is_shortlisted=honor is not None,
        words=[one for one in words if one.said],
        by=[one.nominator for one in words],
    )


def _is_winner(honor: HonorSeen | None) -> bool:
    return honor is not None and honor.honor is Honor.WINNER
