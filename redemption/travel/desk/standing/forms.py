"""Forms of good standing: syntax only."""

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import AnyOf

from marketplace.web.forms import Filled, Lines, PageForm, choices
from redemption.travel.desk.standing.states import StandingState

_DECISIONS = (
    (StandingState.KEPT, "They go all the same"),
    (StandingState.WITHDRAWN, "Withdraw their place"),
)


class ConfirmForm(PageForm):
    """Everyone who is fine, as they stood on the page."""

    seen = HiddenField(validators=[Filled("Open the page again and press the button there.")])


class DecisionForm(PageForm):
    """Whether somebody goes, and why."""

    decision = RadioField(
        "Decision",
        choices=choices((state.value, words) for state, words in _DECISIONS),
        validators=[Filled("Choose whether they go.")],
    )
    reason = TextAreaField(
        "Why",
        description="Of a place that is withdrawn the person reads it.",
        validators=[Filled("Say why, in a sentence."), Lines(300)],
    )
    seen = HiddenField(validators=[AnyOf([one.value for one in StandingState])])
