"""What an approver sends: syntax only."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Regexp

from catalog.states import TRAVEL
from marketplace.web.forms import Filled, Line, Lines, PageForm

TRAVEL_REASONS = ("Dates clash", "Budget is used", "Please choose other dates")
OTHER_REASONS = ("Budget is used", "Please ask again next quarter", "Let us talk about it first")
OWN_REASON = "Please have somebody else set its terms"
REASONS = frozenset({*TRAVEL_REASONS, *OTHER_REASONS, OWN_REASON})
_DIGEST = Regexp(r"^[0-9a-f]{64}$", message="Open the request again and answer from there.")


def reasons_for(kind: str, *, is_own: bool) -> tuple[str, ...]:
    """The ready reasons that make sense for a kind of reward, and for one set up by who asks."""
    usual = TRAVEL_REASONS if kind in TRAVEL else OTHER_REASONS
    return (OWN_REASON, *usual) if is_own else usual


class DecisionForm(PageForm):
    """Yes, to exactly what was shown."""

    content_hash = HiddenField(validators=[_DIGEST])


class DeclineForm(DecisionForm):
    """No, and why; a ready reason, own words, or both."""

    chip = StringField("In short", validators=[Line(80)])
    reason = TextAreaField(
        "In your own words",
        description="They read this word for word.",
        validators=[Lines(500)],
    )

    @property
    def words(self) -> str:
        """The whole reason."""
        chip = self.chip.data if self.chip.data in REASONS else ""
        return ". ".join(part for part in (chip, (self.reason.data or "").strip()) if part)

    def validate(self, extra_validators: object = None) -> bool:
        """One of the two must say something."""
        fine = super().validate(extra_validators)  # pyright: ignore[reportArgumentType]
        if fine and not self.words:
            self.reason.errors = [*self.reason.errors, "Choose a reason or write your own."]
            return False
        return fine


class QuestionForm(PageForm):
    """A question to the person who asked."""

    text = TextAreaField(
        "Your question",
        description="The request stays in your inbox and keeps its place.",
        validators=[
            Filled("Write a question."),
            Lines(1000),
        ],
    )
