"""Judging, voting and confirming: read everybody's words, then give one's own judgment."""

from collections.abc import Sequence

from flask import request
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.programs.nominations.forms import PASS, ReasonForm, VoteForm, scores_form
from marketplace.programs.nominations.operations.deciding import confirm_winners, decline_winners
from marketplace.programs.nominations.operations.judging import cast_vote, give_scores
from marketplace.programs.nominations.policies import (
    answering_obstacle,
    confirming_obstacle,
    judging_obstacle,
    may_confirm,
)
from marketplace.programs.nominations.queries.deciders import confirmers_of
from marketplace.programs.nominations.queries.judging import (
    ProposalSeen,
    nominees_of,
    proposal_of,
    ranking_of,
    scores_of,
    seal_of,
    vote_of,
)
from marketplace.programs.nominations.queries.rounds import Round, round_of, round_to_confirm
from marketplace.programs.nominations.ranking import Ranked, shortlist_of
from marketplace.programs.nominations.states import Answer, RoundState
from marketplace.programs.nominations.views.nominating import bp
from marketplace.programs.words import what_waits
from marketplace.web.deeds import once
from marketplace.web.filters import points_word
from marketplace.web.forms import choices
from marketplace.web.pages import (
    current_actor,
    flash_done,
    flash_notice,
    render_page,
    requires,
    see_other,
)

_OWN = Permission.POINTS_VIEW_OWN


@bp.route("/<int:round_id>/judge", methods=["GET", "POST"])
@requires(_OWN)
def judge(round_id: int) -> ResponseReturnValue:
    """The jury: everybody's words about each nominee, and a score of 1 to 10 or a pass."""
    actor, seen = current_actor(), round_of(round_id)
    if actor.id not in seen.terms.jury_ids or seen.state in {RoundState.DRAFT, RoundState.OPEN}:
        raise NotFound("There is nothing for you to judge here.")
    nominees = [one for one in nominees_of(round_id) if one.id != actor.id]
    scores = scores_of(round_id)
    mine = {one.nominee_id: one.score for one in scores if one.juror_id == actor.id}
    left = [one for one in nominees if one.id not in mine]
    obstacle = judging_obstacle(seen, clock.today())
    form = scores_form([(one.id, one.name) for one in left])
    if left and not obstacle and form.validate_on_submit():
        given = {one.id: _score(form[f"score_{one.id}"].data) for one in left}
        at = clock.now()

        def keep(me: Actor) -> str:
            give_scores(me, round_id, given, at=at)
            return ""

        once(form, keep, at=at)
        flash_done("Thank you. Your scores are in, and they stay as you gave them.")
        return see_other("nominations.judge", round_id=round_id)
    others = [one for one in scores if one.juror_id != actor.id and one.nominee_id in mine]
    return render_page(
        "programs/nominations/judge.html",
        round=seen,
        nominees=nominees,
        mine=mine,
        others=others,
        left=left,
        obstacle=obstacle,
        form=form,
    )


def _score(chosen: str) -> int | None:
    return None if chosen == PASS else int(chosen)


@bp.route("/<int:round_id>/vote", methods=["GET", "POST"])
@requires(_OWN)
def vote(round_id: int) -> ResponseReturnValue:
    """The vote: everybody's words about each nominee, and one choice, changeable while open."""
    actor, seen = current_actor(), round_of(round_id)
    obstacle = judging_obstacle(seen, clock.today())
    if not seen.terms.may_vote(actor.department_id) or seen.state is RoundState.DRAFT:
        raise NotFound("There is nothing for you to vote on here.")
    if obstacle and seen.state is not RoundState.JUDGING:
        flash_notice(obstacle)
        return see_other("nominations.show", round_id=round_id)
    nominees, form = [one for one in nominees_of(round_id) if one.id != actor.id], VoteForm()
    form.nominee.choices = choices([(str(one.id), one.name) for one in nominees])
    if not obstacle and form.validate_on_submit():
        chosen, at = int(form.nominee.data), clock.now()

        def cast(me: Actor) -> str:
            cast_vote(me, round_id, chosen, at=at)
            return ""

        once(form, cast, at=at)
        flash_done("Your vote is in. You can change it while voting is open.")
        return see_other("nominations.vote", round_id=round_id)
    mine = vote_of(round_id, actor.id)
    if mine is not None and not form.is_submitted():
        form.nominee.data = str(mine)
    return render_page(
        "programs/nominations/vote.html",
        round=seen,
        nominees=nominees,
        mine=mine,
        obstacle=obstacle,
        form=form,
    )


@bp.route("/<int:round_id>/confirm", methods=["GET", "POST"])
@requires(_OWN)
def confirm(round_id: int) -> ResponseReturnValue:
    """The second person: the proposal with its reason, everybody's words, yes or back."""
    actor, (seen, stakes) = current_actor(), round_to_confirm(round_id)
    proposal = proposal_of(round_id)
    if not may_confirm(actor, seen) or proposal is None:
        raise NotFound("There is nothing for you to confirm here.")
    if proposal.answer is not None or seen.state is not RoundState.DECIDED:
        return _answered(seen, proposal)
    form, wanted = ReasonForm(), request.form.get("answer")
    if wanted == "yes":
        return _confirmed(form, round_id)
    if form.validate_on_submit():
        if wanted != "no":
            raise BadInput("Press one of the two buttons. Nothing was changed.")
        return _sent_back(form, round_id)
    if not form.is_submitted():
        form.proposal.data = str(proposal.id)
    nominees = nominees_of(round_id)
    winners = [one for one in nominees if one.id in proposal.winner_ids]
    ranking = ranking_of(seen, nominees)
    obstacle = confirming_obstacle(actor, proposal, nominees)
    if obstacle:
        obstacle = f"{obstacle} {confirmers_of(seen, proposal, nominees).can('confirm')}"
    return render_page(
        "programs/nominations/confirm.html",
        round=seen,
        stakes=stakes,
        proposal=proposal,
        winners=winners,
        is_about_me=answering_obstacle(actor, proposal, nominees) is not None,
        names=[one.name for one in winners],
        ranking=ranking,
        points=_points_of(seen, ranking, proposal.winner_ids),
        obstacle=obstacle,
        form=form,
        seal=seal_of(seen),
    )


def _points_of(seen: Round, ranking: Sequence[Ranked], winner_ids: frozenset[int]) -> int:
    """What a yes takes out of the budget: the winners' points and those of the shortlist."""
    listed = shortlist_of(ranking, seen.terms.shortlist)
    others = sum(one.id not in winner_ids for one in listed)
    return seen.terms.points * len(winner_ids) + seen.terms.shortlist_points * others


def _answered(seen: Round, proposal: ProposalSeen) -> ResponseReturnValue:
    """Somebody was faster, or a letter is opened late: say who answered, and how."""
    if proposal.answer is None:
        flash_notice(f"{seen.title} does not wait for a confirmation any more.")
    elif proposal.answer is Answer.CONFIRMED:
        flash_notice(f"{proposal.decider} confirmed {seen.title} already. Nothing was changed.")
    else:
        flash_notice(
            f"The proposal for {seen.title} is no more: {proposal.decider} sent it back. "
            "Nothing was changed."
        )
    if seen.state is RoundState.CONFIRMED:
        return see_other("nominations.show", round_id=seen.id)
    return see_other("nominations.overview")


def _sent_back(form: ReasonForm, round_id: int) -> ResponseReturnValue:
    note, read, at = form.reason.data or "", form.proposal_id, clock.now()

    def send_back(me: Actor) -> str:
        decline_winners(me, round_id, proposal_id=read, note=note, at=at)
        return ""

    once(form, send_back, at=at)
    flash_notice("It went back to judging, with your words. Nothing was published.")
    return see_other("nominations.overview")


def _confirmed(form: ReasonForm, round_id: int) -> ResponseReturnValue:
    """Publish the result; the reason is for sending it back only."""
    if not (form.request_key.validate(form) and form.proposal.validate(form)):
        raise BadInput("Open the page again and confirm there. Nothing was changed.")
    at, seal = clock.now(), request.form.get("seal", "")

    def publish(me: Actor) -> str:
        report = confirm_winners(me, round_id, proposal_id=form.proposal_id, seal=seal, at=at)
        if report.waiting:
            return f"Published. {what_waits(report.waiting)}"
        given = f" {points_word(report.points_given)} given." if report.points_given else ""
        return f"Published.{given}"

    flash_done(once(form, publish, at=at, seal=seal))
    return see_other("nominations.show", round_id=round_id)
