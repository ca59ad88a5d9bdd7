"""Judging, voting and confirming: read everybody's words, then give one's own judgment."""

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
    confirming_obstacle,
    judging_obstacle,
    may_confirm,
)
from marketplace.programs.nominations.queries.judging import (
    nominees_of,
    proposal_of,
    ranking_of,
    scores_of,
    seal_of,
    vote_of,
)
from marketplace.programs.nominations.queries.rounds import round_of
from marketplace.programs.nominations.states import RoundState
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
    may_vote = seen.terms.may_vote(actor.department_id)
    if not may_vote or seen.state is not RoundState.JUDGING:
        raise NotFound("There is nothing for you to vote on here.")
    nominees = [one for one in nominees_of(round_id) if one.id != actor.id]
    form, obstacle = VoteForm(), judging_obstacle(seen, clock.today())
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
    actor, seen = current_actor(), round_of(round_id)
    proposal = proposal_of(round_id)
    if not may_confirm(actor, seen) or proposal is None or seen.state is not RoundState.DECIDED:
        raise NotFound("There is nothing for you to confirm here.")
    nominees = nominees_of(round_id)
    winners = [one for one in nominees if one.id in proposal.winner_ids]
    nominators = frozenset().union(*(one.nominators for one in winners))
    obstacle = confirming_obstacle(actor, proposal.proposer_id, proposal.winner_ids, nominators)
    form = ReasonForm()
    wanted = request.form.get("answer")
    if wanted == "yes":
        return _confirmed(form, round_id)
    if form.validate_on_submit():
        if wanted != "no":
            raise BadInput("Press one of the two buttons. Nothing was changed.")
        note, at = form.reason.data or "", clock.now()

        def send_back(me: Actor) -> str:
            decline_winners(me, round_id, note=note, at=at)
            return ""

        once(form, send_back, at=at)
        flash_notice("It went back to judging, with your words. Nothing was published.")
        return see_other("nominations.overview")
    ranking = {one.id: one for one in ranking_of(seen, nominees)}
    return render_page(
        "programs/nominations/confirm.html",
        round=seen,
        proposal=proposal,
        winners=winners,
        ranking=ranking,
        obstacle=obstacle,
        form=form,
        seal=seal_of(seen, proposal),
    )


def _confirmed(form: ReasonForm, round_id: int) -> ResponseReturnValue:
    """Publish the result; the reason is for sending it back only."""
    if not form.request_key.validate(form):
        raise BadInput("Open the page again and confirm there. Nothing was changed.")
    at, seal = clock.now(), request.form.get("seal", "")

    def publish(me: Actor) -> str:
        report = confirm_winners(me, round_id, seal=seal, at=at)
        if report.waiting:
            return f"Published. {what_waits(report.waiting)}"
        given = f" {points_word(report.points_given)} given." if report.points_given else ""
        return f"Published.{given}"

    flash_done(once(form, publish, at=at, seal=seal))
    return see_other("nominations.show", round_id=round_id)
