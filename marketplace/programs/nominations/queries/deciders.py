"""Whom a round waits for: who can confirm, who has yet to judge, and whom nobody can judge."""

from collections.abc import Collection, Sequence

from marketplace.access.roles import Permission
from marketplace.people.deciders import Deciders, among, those_who_may
from marketplace.people.queries import Person, people_by_id
from marketplace.programs.nominations.queries.judging import Nominee, ProposalSeen, Score
from marketplace.programs.nominations.queries.rounds import Round
from marketplace.programs.nominations.states import RoundState
from marketplace.programs.nominations.terms import NominationTerms

NAME_OTHERS = "Name somebody else in the rule of the award, or take the proposal back."


def asked_to_confirm(terms: NominationTerms) -> list[Person]:
    """Those at work who confirm: the people the rule names, or every program manager."""
    if terms.confirmers:
        return at_work(terms.confirmer_ids)
    return those_who_may(Permission.PROGRAMS_MANAGE)


def with_a_part_in(proposal: ProposalSeen, nominees: Sequence[Nominee]) -> frozenset[int]:
    """Those who proposed, are nominated, or nominated who wins: none of them confirms. Ids."""
    winners = [one for one in nominees if one.id in proposal.winner_ids]
    nominators = frozenset[int]().union(*(one.nominators for one in winners))
    return nominators | {one.id for one in nominees} | {proposal.proposer_id}


def confirmers_of(seen: Round, proposal: ProposalSeen, nominees: Sequence[Nominee]) -> Deciders:
    """Who can confirm what is proposed."""
    part = with_a_part_in(proposal, nominees)
    return among(asked_to_confirm(seen.terms), part, NAME_OTHERS)


def jury_waited_for(seen: Round, nominees: Sequence[Nominee], scores: Sequence[Score]) -> str:
    """Whose scores are still to come, and whom nobody can judge; empty where a vote decides."""
    if seen.is_vote or seen.state not in {RoundState.OPEN, RoundState.JUDGING}:
        return ""
    jury = at_work(seen.terms.jury_ids)
    said = [_unjudgeable(nominees, jury)]
    if seen.state is RoundState.JUDGING:
        given = {(one.juror_id, one.nominee_id) for one in scores}
        said.append(_to_come(jury, nominees, given))
    return " ".join(one for one in said if one)


def _unjudgeable(nominees: Sequence[Nominee], jury: Sequence[Person]) -> str:
    alone = [one.name for one in nominees if all(member.id == one.id for member in jury)]
    if not alone:
        return ""
    return (
        f"Nobody can judge {' and '.join(alone)}: the jury has no other member at work. Name more "
        "people in the rule of the award."
    )


def _to_come(
    jury: Sequence[Person], nominees: Sequence[Nominee], given: Collection[tuple[int, int]]
) -> str:
    late = [
        member.name
        for member in jury
        if any(one.id != member.id and (member.id, one.id) not in given for one in nominees)
    ]
    return f"Scores are still to come from {', '.join(late)}." if late else ""


def at_work(ids: Collection[int]) -> list[Person]:
    """The people of these ids who work here."""
    return [one for one in people_by_id(ids).values() if one.is_active]
