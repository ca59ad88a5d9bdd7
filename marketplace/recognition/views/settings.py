"""What I want to happen with recognition I get."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import clock
from marketplace.recognition.forms.giving import ChoiceForm
from marketplace.recognition.operations.showing import choose
from marketplace.recognition.queries.people import choice_of
from marketplace.recognition.states import Choice
from marketplace.web.deeds import once
from marketplace.web.pages import current_actor, flash_done, render_page, requires, see_other

bp = Blueprint("recognition_settings", __name__)


@bp.route("/settings/recognition", methods=["GET", "POST"])
@requires(Permission.SETTINGS_OWN)
def show() -> ResponseReturnValue:
    """Public, ask me, or between us; for what comes from now on."""
    form, at = ChoiceForm(), clock.now()
    if form.validate_on_submit():
        choice = Choice(form.choice.data)

        def keep(actor: Actor) -> str:
            choose(actor, choice, at=at)
            return ""

        once(form, keep, at=at)
        flash_done("Saved. It holds for what you get from now on.")
        return see_other(".show")
    if not form.is_submitted():
        form.choice.data = choice_of(current_actor().id).value
    return render_page("recognition/settings.html", form=form)
