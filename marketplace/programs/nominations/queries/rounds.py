"""Rounds with the terms of their award, as everyone needs them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.budgets.models import Budget, BudgetBalance
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from marketplace.programs.models import Program, ProgramRule
from marketplace.programs.nominations.models import (
    JuryScore,
    NominationRound,
    Proposal,
    ProposedWinner,
    RoundHonor,
    RoundVote,
)
from marketplace.programs.nominations.queries.tasks import has_part_in_proposal, somebody_to_choose
from marketplace.programs.nominations.states import UNDER_WAY, Choosing, Honor, RoundState
from marketplace.programs.nominations.terms import NominationTerms
from marketplace.programs.queries.rules import latest_version
from marketplace.programs.states import ProgramState
from marketplace.programs.terms import terms_from_json

LAST_ROUNDS = 60
EARLIER_WINS = 6


@dataclass(frozen=True, slots=True)
class Round:
    """A round and its award. Days count on both ends; `winners` are names once published."""

    id: int
    name: str
    state: RoundState
    opens_on: date
    closes_on: date
    judged_by: date
    is_held_back: bool
    program_id: int
    slug: str
    program: str
    program_state: ProgramState
    terms: NominationTerms
    winners: str = ""
    my_scores: int = 0
    my_vote: int | None = None
    i_take_part: bool = False  # in what is proposed, so the confirmation is somebody else's
    has_somebody_else: bool = True  # among those who are nominated, so that one can choose

    @property
    def award(self) -> str:
        """What its winner is called."""
        return self.terms.award

    @property
    def title(self) -> str:
        """Award and round in one line."""
        return f"{self.award}, {self.name}"

    @property
    def is_vote(self) -> bool:
        """Whether a vote decides."""
        return self.terms.choosing is Choosing.VOTE

    def is_being_judged(self, today: date) -> bool:
        """Whether scores or votes can be given on a day."""
        return self.state is RoundState.JUDGING and today <= self.judged_by

    def has_part(self, actor: Actor) -> bool:
        """Whether somebody nominates, may be nominated, judges, votes or confirms here."""
        terms = self.terms
        return (
            actor.id in terms.jury_ids | terms.confirmer_ids
            or terms.may_nominate(actor.department_id)
            or terms.may_be_nominated(actor.department_id)
            or terms.may_vote(actor.department_id)
        )


def _select(*more: Any) -> Any:
    return (
        sa.select(NominationRound, Program, ProgramRule.terms, *more)
        .join(Program, Program.id == NominationRound.program_id)
        .join(ProgramRule, ProgramRule.program_id == Program.id)
        .where(latest_version())
    )


def _round(kept: NominationRound, program: Program, terms: Any, *more: Any) -> Round:
    return Round(
        kept.id,
        kept.name,
        kept.state,
        kept.opens_on,
        kept.closes_on,
        kept.judged_by,
        kept.is_held_back,
        program.id,
        program.slug,
        program.name,
        program.state,
        terms_from_json(NominationTerms, terms),
        *more,
    )


def round_of(round_id: int) -> Round:
    """One round as it stands now. Raises NotFound."""
    query = _select().where(NominationRound.id == round_id)
    row = session().execute(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise NotFound("There is no such round.")
    return _round(*row)


@dataclass(frozen=True, slots=True)
class Stakes:
    """What a confirmation draws on, and what those proposed won before (`Maya Chen: June 2026`)."""

    budget: str
    left: int
    earlier_wins: str


def round_to_confirm(round_id: int) -> tuple[Round, Stakes]:
    """A round with what is at stake when its proposal is confirmed. Raises NotFound."""
    query = (
        _select(Budget.name, BudgetBalance.left, _earlier_wins(round_id))
        .join(Budget, Budget.id == Program.budget_id)
        .join(BudgetBalance, BudgetBalance.budget_id == Budget.id)
        .where(NominationRound.id == round_id)
    )
    row = session().execute(query).one_or_none()
    if row is None:
        raise NotFound("There is no such round.")
    found = tuple(row)
    return _round(*found[:3]), Stakes(*found[3:])


def _earlier_wins(round_id: int) -> Any:
    """The last wins in the same award of those who are proposed in a round now."""
    this, proposed = aliased(NominationRound), sa.select(ProposedWinner.employee_id)
    proposed = proposed.join(Proposal, Proposal.id == ProposedWinner.proposal_id)
    last = (
        sa.select((Employee.name + ": " + NominationRound.name).label("win"))
        .join(RoundHonor, RoundHonor.employee_id == Employee.id)
        .join(NominationRound, NominationRound.id == RoundHonor.round_id)
        .join(this, this.program_id == NominationRound.program_id)
        .where(
            this.id == round_id,
            RoundHonor.honor == Honor.WINNER,
            RoundHonor.employee_id.in_(
                proposed.where(Proposal.round_id == round_id, Proposal.answer.is_(None))
            ),
        )
        .order_by(NominationRound.opens_on.desc())
        .limit(EARLIER_WINS)
        .subquery()
    )
    listed = sa.select(sa.func.aggregate_strings(last.c.win, ", ")).scalar_subquery()
    return sa.func.coalesce(listed, "")


def _winner_names() -> Any:
    listed = (
        sa.select(sa.func.aggregate_strings(Employee.name, ", "))
        .join(RoundHonor, RoundHonor.employee_id == Employee.id)
        .where(RoundHonor.round_id == NominationRound.id, RoundHonor.honor == Honor.WINNER)
        .correlate(NominationRound)
        .scalar_subquery()
    )
    return sa.func.coalesce(listed, "")


def rounds_for(actor: Actor, program_id: int | None = None) -> list[Round]:
    """Rounds that are under way or published, the newest first, with what one did in each.

    `program_id` leaves out the rounds of other awards.
    """
    scores = (
        sa.select(sa.func.count())
        .where(JuryScore.round_id == NominationRound.id, JuryScore.juror_id == actor.id)
        .correlate(NominationRound)
        .scalar_subquery()
    )
    vote = (
        sa.select(RoundVote.nominee_id)
        .where(RoundVote.round_id == NominationRound.id, RoundVote.voter_id == actor.id)
        .correlate(NominationRound)
        .scalar_subquery()
    )
    seen = {*UNDER_WAY, RoundState.CONFIRMED}
    of_award = sa.true() if program_id is None else NominationRound.program_id == program_id
    rows = session().execute(
        _select(
            _winner_names(), scores, vote, has_part_in_proposal(actor), somebody_to_choose(actor)
        )
        .where(NominationRound.state.in_(seen), of_award)
        .order_by(NominationRound.opens_on.desc(), NominationRound.id.desc())
        .limit(LAST_ROUNDS)
    )
    return [_round(*row) for row in rows]


def rounds_of(program_id: int) -> list[Round]:
    """All rounds of an award, the newest first."""
    rows = session().execute(
        _select(_winner_names())
        .where(NominationRound.program_id == program_id)
        .order_by(NominationRound.opens_on.desc(), NominationRound.id.desc())
        .limit(LAST_ROUNDS)
    )
    return [_round(*row) for row in rows]


def all_rounds() -> list[Round]:
    """Every round, award by award, the newest first."""
    rows = session().execute(
        _select(_winner_names())
        .where(Program.state != ProgramState.DISCARDED)
        .order_by(Program.slug, NominationRound.opens_on.desc())
    )
    return [_round(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Win:
    """A published win of somebody, and the first day of its round."""

    employee_id: int
    round_id: int
    name: str
    opens_on: date


def published_rounds(program_id: int) -> tuple[list[tuple[int, date]], list[Win]]:
    """The published rounds of an award by their first day, and who won in which."""
    rows = (
        session()
        .execute(
            sa.select(
                RoundHonor.employee_id,
                NominationRound.id,
                NominationRound.name,
                NominationRound.opens_on,
            )
            .join(
                RoundHonor,
                sa.and_(
                    RoundHonor.round_id == NominationRound.id, RoundHonor.honor == Honor.WINNER
                ),
            )
            .where(
                NominationRound.program_id == program_id,
                NominationRound.state == RoundState.CONFIRMED,
            )
            .order_by(NominationRound.opens_on, NominationRound.id)
        )
        .all()
    )
    wins = [Win(*row) for row in rows]
    return list(dict.fromkeys((win.round_id, win.opens_on) for win in wins)), wins
