"""What waits for somebody in rounds: as a number for the menu, and their part in a proposal."""

from datetime import date

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel.db import members_of_list
from marketplace.programs.models import ProgramRule
from marketplace.programs.nominations.models import (
    JuryScore,
    Nomination,
    NominationRound,
    Proposal,
    ProposedWinner,
    RoundVote,
)
from marketplace.programs.nominations.states import Choosing, NominationState, RoundState
from marketplace.programs.queries.rules import latest_version


def tasks_waiting(actor: Actor, today: date | sa.BindParameter[date]) -> sa.ScalarSelect[int]:
    """How many rounds wait for this person's scores, vote or confirmation."""
    judged = sa.and_(
        NominationRound.state == RoundState.JUDGING,
        NominationRound.judged_by >= today,
        somebody_to_choose(actor),
        sa.or_(_to_judge(actor), _to_vote(actor)),
    )
    decided = sa.and_(
        NominationRound.state == RoundState.DECIDED,
        _is_asked_to_confirm(actor),
        ~has_part_in_proposal(actor),
    )
    return (
        sa.select(sa.func.count())
        .select_from(NominationRound)
        .join(ProgramRule, ProgramRule.program_id == NominationRound.program_id)
        .where(latest_version(), sa.or_(judged, decided))
        .scalar_subquery()
    )


def somebody_to_choose(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether anybody but this person is nominated, so that there is somebody to choose.

    It is a condition on `NominationRound`.
    """
    named = sa.exists().where(
        Nomination.round_id == NominationRound.id,
        Nomination.state == NominationState.SENT,
        Nomination.nominee_id != actor.id,
    )
    return named.correlate(NominationRound)


def has_part_in_proposal(actor: Actor) -> sa.ColumnElement[bool]:
    """Whether somebody proposed, is nominated too, or nominated a winner of what is proposed now.

    It is a condition on `NominationRound`.
    """
    named = sa.exists().where(
        Nomination.round_id == Proposal.round_id,
        Nomination.nominee_id == actor.employee_id,
        Nomination.state == NominationState.SENT,
    )
    nominated = sa.exists().where(
        Nomination.round_id == Proposal.round_id,
        Nomination.nominee_id == ProposedWinner.employee_id,
        Nomination.nominator_id == actor.employee_id,
        Nomination.state == NominationState.SENT,
        ProposedWinner.proposal_id == Proposal.id,
    )
    return sa.exists().where(
        Proposal.round_id == NominationRound.id,
        Proposal.answer.is_(None),
        sa.or_(
            Proposal.proposer_id == actor.employee_id,
            named.correlate(Proposal),
            nominated.correlate(Proposal),
        ),
    )


def _to_judge(actor: Actor) -> sa.ColumnElement[bool]:
    given = sa.exists().where(
        JuryScore.round_id == NominationRound.id, JuryScore.juror_id == actor.employee_id
    )
    by_jury = ~_is_by_vote()
    return sa.and_(by_jury, _is_in("jury", actor.employee_id), ~given.correlate(NominationRound))


def _to_vote(actor: Actor) -> sa.ColumnElement[bool]:
    given = sa.exists().where(
        RoundVote.round_id == NominationRound.id, RoundVote.voter_id == actor.employee_id
    )
    may = sa.or_(_is_empty("voters"), _is_in("voters", actor.department_id))
    return sa.and_(_is_by_vote(), may, ~given.correlate(NominationRound))


def _is_asked_to_confirm(actor: Actor) -> sa.ColumnElement[bool]:
    is_named = _is_in("confirmers", actor.employee_id)
    if not actor.may(Permission.PROGRAMS_MANAGE):
        return is_named
    return sa.or_(is_named, _is_empty("confirmers"))


def _is_by_vote() -> sa.ColumnElement[bool]:
    return ProgramRule.terms["choosing"].as_string() == Choosing.VOTE.value


def _is_in(name: str, number: int | None) -> sa.ColumnElement[bool]:
    """Whether a list of the terms holds this person or department."""
    members = members_of_list(ProgramRule.terms, name)
    return _some(members, members.c.value["id"].as_integer() == number)


def _is_empty(name: str) -> sa.ColumnElement[bool]:
    return ~_some(members_of_list(ProgramRule.terms, name), sa.true())


def _some(members: sa.TableValuedAlias, wanted: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    found = sa.select(sa.literal(1)).select_from(members).where(wanted)
    return sa.exists(found.correlate(ProgramRule))
