"""`/trips/bookings/<reference>/survey`: a few questions about a trip."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.idempotency import answer_key, claim_key
from marketplace.web.deeds import say_in
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other
from redemption.travel.after.forms import SurveyForm
from redemption.travel.after.operations.answering import answer_survey
from redemption.travel.after.queries.surveys import Afterwards, afterwards
from redemption.travel.after.states import LEAST_ANSWERS, QUESTIONS

bp = Blueprint("after", __name__, url_prefix="/trips/bookings/<reference>")


@bp.route("/survey", methods=["GET", "POST"])
@requires(Permission.CATALOG_BROWSE)
def survey(reference: str) -> ResponseReturnValue:
    """A few questions about a trip I have been on."""
    trip, form = afterwards(current_actor(), reference), SurveyForm()
    if not form.validate_on_submit():
        return _page(reference, trip, form)
    try:
        _answer(reference, form)
    except DomainError as refusal:
        say_in(form, refusal)
        return _page(reference, trip, form)
    flash_done("Thank you. What you said is kept without your name.")
    return see_other("after.survey", reference=reference)


def _answer(reference: str, form: SurveyForm) -> None:
    """Keep it once. The request key remembers nothing of what was said: it knows who sent it."""
    actor, at = current_actor(), clock.now()
    with transaction():
        if claim_key(actor.id, form.key, at=at, survey=reference) is None:
            answer_survey(actor, reference, form.said, at=at)
            answer_key(actor.id, form.key, reference)


def _page(reference: str, trip: Afterwards, form: SurveyForm) -> ResponseReturnValue:
    return render_page(
        "after/survey.html",
        reference=reference,
        trip=trip,
        form=form,
        questions=QUESTIONS,
        is_open=trip.may_answer(clock.today()),
        least=LEAST_ANSWERS,
    )
