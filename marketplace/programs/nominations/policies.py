"""Who may do what in a round, and why not: the same words for the button and the refusal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.people.queries import Person
from marketplace.programs.nominations.queries.judging import Nominee, ProposalSeen
from marketplace.programs.nominations.queries.rounds import Round, Win
from marketplace.programs.nominations.states import CapUnit, RoundState
from marketplace.programs.nominations.terms import Cap
from marketplace.programs.states import ProgramState


def nominating_obstacle(actor: Actor, seen: Round, today: date) -> str | None:
    """Why somebody cannot nominate in a round, or change what they wrote."""
    if seen.program_state is not ProgramState.RUNNING:
        return f"“{seen.award}” is not running, so it takes no nominations."
    if seen.state is RoundState.DRAFT:
        return f"Nominations for {seen.title} open on {_day(seen.opens_on)}."
    if seen.state is not RoundState.OPEN or today > seen.closes_on:
        return f"Nominations for {seen.title} closed on {_day(seen.closes_on)}."
    if not seen.terms.may_nominate(actor.department_id):
        names = ", ".join(one.name for one in seen.terms.nominators)
        return f"Nominations for {seen.award} come from {names}."
    return None


def nominee_obstacle(actor: Actor, seen: Round, nominee: Person | None) -> str | None:
    """Why somebody cannot name this person."""
    if nominee is None or not nominee.is_active:
        return "This person does not work here any more. Choose somebody else."
    if nominee.id == actor.id:
        return "Nobody nominates himself. Choose a colleague."
    if not seen.terms.may_be_nominated(nominee.department_id):
        names = ", ".join(one.name for one in seen.terms.nominees)
        return f"{nominee.name} is not of {names}, whom {seen.award} is for."
    return None


def judging_obstacle(seen: Round, today: date) -> str | None:
    """Why no scores and votes can be given now."""
    if seen.state in {RoundState.DRAFT, RoundState.OPEN}:
        return f"{seen.title} still takes nominations. Judging begins after {_day(seen.closes_on)}."
    if seen.state is RoundState.CALLED_OFF:
        return f"{seen.title} was called off. Nothing can be given."
    if seen.state is not RoundState.JUDGING:
        return f"{seen.title} is decided. Nothing more can be given."
    if today > seen.judged_by:
        return f"Judging of {seen.title} ended on {_day(seen.judged_by)}."
    return None


def may_confirm(actor: Actor, seen: Round) -> bool:
    """Whether somebody is asked to confirm: those named, or without any the program managers."""
    if seen.terms.confirmers:
        return actor.id in seen.terms.confirmer_ids
    return actor.may(Permission.PROGRAMS_MANAGE)


@dataclass(frozen=True, slots=True)
class Task:
    """What a round asks of somebody: `page` judge, vote or confirm."""

    seen: Round
    verb: str
    page: str
    status: str
    is_done: bool

    @property
    def label(self) -> str:
        """The task in words."""
        return f"{self.verb}: {self.seen.title}"


def task_of(actor: Actor, seen: Round, today: date) -> Task | None:
    """What a round asks of somebody now: scores, a vote, a confirmation."""
    if seen.is_being_judged(today) and seen.has_somebody_else:
        if actor.id in seen.terms.jury_ids:
            done = bool(seen.my_scores)
            return Task(seen, "Judge", "judge", "Judged" if done else "To judge", done)
        if seen.terms.may_vote(actor.department_id):
            done = seen.my_vote is not None
            return Task(seen, "Vote", "vote", "Voted" if done else "To vote", done)
    if seen.state is RoundState.DECIDED and may_confirm(actor, seen) and not seen.i_take_part:
        return Task(seen, "Confirm", "confirm", "Waits for a second person", is_done=False)
    return None


def answering_obstacle(
    actor: Actor, proposal: ProposalSeen, nominees: Sequence[Nominee]
) -> str | None:
    """Why somebody neither confirms a proposal nor sends it back: the round is about them, too.

    A yes gives points to the whole shortlist, and a no takes the place from a rival.
    """
    if actor.id in proposal.winner_ids:
        return "You are proposed yourself. Somebody else has to answer."
    if actor.id in {one.id for one in nominees}:
        return "You are nominated in this round yourself. Somebody else has to answer."
    return None


def confirming_obstacle(
    actor: Actor, proposal: ProposalSeen, nominees: Sequence[Nominee]
) -> str | None:
    """Why somebody cannot confirm a proposal: it takes a second person without a part in it."""
    if actor.id == proposal.proposer_id:
        return "You proposed this winner. A second person has to confirm."
    if obstacle := answering_obstacle(actor, proposal, nominees):
        return obstacle
    if any(actor.id in one.nominators for one in nominees if one.id in proposal.winner_ids):
        return "You nominated this winner. Somebody without a part in it has to confirm."
    return None


def cap_obstacle(
    name: str,
    cap: Cap | None,
    seen: Round,
    published: Sequence[tuple[int, date]],
    won: Sequence[Win],
) -> str | None:
    """Why somebody won too often to win again: no span of the cap may hold more wins than it says.

    `published` are the award's published rounds with their first days, `won` this person's wins.
    """
    if cap is None:
        return None
    order = sorted({*published, (seen.id, seen.opens_on)}, key=lambda one: (one[1], one[0]))
    places = {round_id: place for place, (round_id, _day) in enumerate(order)}

    def place(round_id: int, opens_on: date) -> int:
        by_month = opens_on.year * 12 + opens_on.month
        return by_month if cap.unit is CapUnit.MONTHS else places[round_id]

    here = place(seen.id, seen.opens_on)
    wins = [(place(win.round_id, win.opens_on), win.name) for win in won]
    for start in range(here - cap.span + 1, here + 1):
        inside = [title for at, title in wins if start <= at < start + cap.span]
        if len(inside) + 1 > cap.wins:
            return (
                f"{name} won {' and '.join(inside)}, and nobody wins more than {cap.in_words()}. "
                "Choose somebody else."
            )
    return None


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
