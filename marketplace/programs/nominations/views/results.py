"""A round as everyone sees it, and the certificate of its winner."""

from flask import make_response
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.errors import NotFound
from marketplace.programs.nominations.documents import certificate_pdf
from marketplace.programs.nominations.policies import nominating_obstacle, task_of
from marketplace.programs.nominations.queries.judging import nominees_of
from marketplace.programs.nominations.queries.results import honors_of, my_certificate
from marketplace.programs.nominations.queries.rounds import Round, round_of, rounds_for
from marketplace.programs.nominations.states import Honor, RoundState
from marketplace.programs.nominations.views.nominating import bp
from marketplace.web.pages import current_actor, render_page, requires

_OWN = Permission.POINTS_VIEW_OWN


@bp.get("/<int:round_id>")
@requires(_OWN)
def show(round_id: int) -> ResponseReturnValue:
    """The result with the nominators' words once it is published; before, how far it is."""
    actor, seen = current_actor(), round_of(round_id)
    if seen.state is not RoundState.CONFIRMED:
        is_hidden = seen.state is RoundState.DRAFT or not seen.has_part(actor)
        if is_hidden and not actor.may(Permission.PROGRAMS_MANAGE):
            raise NotFound("There is no such round, or its result is not published yet.")
        return _under_way(actor, seen)
    honors = {one.employee_id: one for one in honors_of(round_id)}
    winners = [
        (nominee, honors[nominee.id])
        for nominee in nominees_of(round_id)
        if nominee.id in honors and honors[nominee.id].honor is Honor.WINNER
    ]
    return render_page("programs/nominations/result.html", round=seen, winners=winners, me=actor.id)


def _under_way(actor: Actor, seen: Round) -> ResponseReturnValue:
    """How far a round is, with what it asks of the reader now."""
    today = clock.today()
    with_my_part = [one for one in rounds_for(actor, seen.program_id) if one.id == seen.id]
    return render_page(
        "programs/nominations/under_way.html",
        round=seen,
        task=task_of(actor, with_my_part[0], today) if with_my_part else None,
        obstacle=nominating_obstacle(actor, seen, today),
    )


@bp.get("/<int:round_id>/certificate.pdf")
@requires(_OWN)
def certificate(round_id: int) -> ResponseReturnValue:
    """One's own certificate, to print or keep."""
    mine, seen = my_certificate(current_actor(), round_id), round_of(round_id)
    answer = make_response(certificate_pdf(mine, seen))
    answer.mimetype = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="certificate-{mine.number}.pdf"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
