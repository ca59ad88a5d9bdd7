"""What those who judge, decide and confirm see: nominees, words, figures."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.people.models import Department, Employee
from marketplace.programs.nominations.models import (
    JuryScore,
    Nomination,
    Proposal,
    ProposedWinner,
    RoundMove,
    RoundVote,
)
from marketplace.programs.nominations.queries.rounds import Round
from marketplace.programs.nominations.ranking import Ranked, Tally, rank
from marketplace.programs.nominations.states import Answer, NominationState, RoundState

_Nominator = aliased(Employee)


@dataclass(frozen=True, slots=True)
class Words:
    """What one nominator wrote: the questions with the answers that were given."""

    id: int
    nominator_id: int
    nominator: str
    title: str
    questions: list[str]
    answers: list[str]
    is_held_back: bool

    @property
    def said(self) -> list[tuple[str, str]]:
        """Question and answer, where there is one."""
        pairs = zip(self.questions, self.answers, strict=True)
        return [(question, answer) for question, answer in pairs if answer]


@dataclass(frozen=True, slots=True)
class Nominee:
    """Somebody who was nominated, with everybody's words about them."""

    id: int
    name: str
    title: str
    department: str
    words: list[Words] = field(default_factory=list)

    @property
    def nominators(self) -> frozenset[int]:
        """The ids of those who named them."""
        return frozenset(one.nominator_id for one in self.words)


def nominees_of(round_id: int) -> list[Nominee]:
    """Who was nominated in a round, by name, with the words in the order they came."""
    rows = session().execute(
        sa.select(
            Nomination.nominee_id,
            Employee.name,
            Employee.title,
            Department.name,
            Nomination.id,
            Nomination.nominator_id,
            _Nominator.name,
            _Nominator.title,
            Nomination.questions,
            Nomination.answers,
            Nomination.is_held_back,
        )
        .join(Employee, Employee.id == Nomination.nominee_id)
        .join(_Nominator, _Nominator.id == Nomination.nominator_id)
        .outerjoin(Department, Department.id == Employee.department_id)
        .where(Nomination.round_id == round_id, Nomination.state == NominationState.SENT)
        .order_by(Employee.name, Employee.id, Nomination.id)
    )
    found: dict[int, Nominee] = {}
    for row in rows:
        about = Nominee(row[0], row[1], row[2], row[3] or "")
        found.setdefault(about.id, about).words.append(Words(*row[4:]))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Score:
    """What one member of the jury gave one nominee; None is a pass."""

    juror_id: int
    juror: str
    nominee_id: int
    score: int | None


def scores_of(round_id: int) -> list[Score]:
    """Every score of a round, by the name of the member."""
    rows = session().execute(
        sa.select(JuryScore.juror_id, Employee.name, JuryScore.nominee_id, JuryScore.score)
        .join(Employee, Employee.id == JuryScore.juror_id)
        .where(JuryScore.round_id == round_id)
        .order_by(Employee.name, JuryScore.nominee_id)
    )
    return [Score(*row) for row in rows]


def votes_of(round_id: int) -> dict[int, int]:
    """How many votes each nominee has."""
    rows = session().execute(
        sa.select(RoundVote.nominee_id, sa.func.count())
        .where(RoundVote.round_id == round_id)
        .group_by(RoundVote.nominee_id)
    )
    return {row[0]: row[1] for row in rows}


def vote_of(round_id: int, voter_id: int) -> int | None:
    """Whom somebody voted for."""
    return session().scalar(
        sa.select(RoundVote.nominee_id).where(
            RoundVote.round_id == round_id, RoundVote.voter_id == voter_id
        )
    )


def ranking_of(
    seen: Round, nominees: Sequence[Nominee], scores: Sequence[Score] | None = None
) -> list[Ranked]:
    """The nominees of a round by what the jury or the vote gave them, with exact aggregates."""
    votes = votes_of(seen.id) if seen.is_vote else {}
    if scores is None:
        scores = [] if seen.is_vote else scores_of(seen.id)
    given: dict[int, list[int | None]] = defaultdict(list)
    for one in scores:
        given[one.nominee_id].append(one.score)
    tallies = [
        Tally(
            nominee.id,
            nominee.name,
            len(nominee.words),
            total=sum(score for score in given[nominee.id] if score is not None),
            scores=sum(score is not None for score in given[nominee.id]),
            passes=sum(score is None for score in given[nominee.id]),
            votes=votes.get(nominee.id, 0),
        )
        for nominee in nominees
    ]
    return rank(tallies, seen.terms.choosing, seen.terms.ties)


@dataclass(frozen=True, slots=True)
class ProposalSeen:
    """A proposal with the names in it."""

    id: int
    proposer_id: int
    proposer: str
    reason: str
    at: datetime
    answer: Answer | None
    decider: str
    note: str
    winner_ids: frozenset[int]


def proposal_of(round_id: int) -> ProposalSeen | None:
    """The newest proposal of a round, whatever became of it."""
    decider = aliased(Employee)
    rows = (
        session()
        .execute(
            sa.select(
                Proposal.id,
                Proposal.proposer_id,
                Employee.name,
                Proposal.reason,
                Proposal.at,
                Proposal.answer,
                sa.func.coalesce(decider.name, ""),
                Proposal.note,
                ProposedWinner.employee_id,
            )
            .join(ProposedWinner, ProposedWinner.proposal_id == Proposal.id)
            .join(Employee, Employee.id == Proposal.proposer_id)
            .outerjoin(decider, decider.id == Proposal.decider_id)
            .where(
                Proposal.id
                == sa.select(sa.func.max(Proposal.id))
                .where(Proposal.round_id == round_id)
                .scalar_subquery()
            )
        )
        .all()
    )
    if not rows:
        return None
    return ProposalSeen(*rows[0][:-1], winner_ids=frozenset(row[-1] for row in rows))


def seal_of(seen: Round) -> str:
    """What a round gives, as a confirmer saw it: another one when the rule gives something else."""
    terms = seen.terms
    return f"{terms.points}-{terms.shortlist}-{terms.shortlist_points}"


@dataclass(frozen=True, slots=True)
class Move:
    """One move of a round, who made it, when and why."""

    to_state: RoundState
    by: str
    at: datetime
    reason: str


def moves_of(round_id: int) -> list[Move]:
    """What happened to a round, in order."""
    rows = session().execute(
        sa.select(RoundMove.to_state, Employee.name, RoundMove.at, RoundMove.reason)
        .outerjoin(Employee, Employee.id == RoundMove.actor_id)
        .where(RoundMove.round_id == round_id)
        .order_by(RoundMove.id)
    )
    return [Move(state, by or "Laurel", at, reason) for state, by, at, reason in rows]
