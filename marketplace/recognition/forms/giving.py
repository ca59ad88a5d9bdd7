"""Forms of those who give and get thanks."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    RadioField,
    SelectChoice,  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import ValidationError

from marketplace.kernel.parsing import CannotRead, parse_whole_number
from marketplace.recognition.models import LONGEST_MESSAGE, CompanyValue
from marketplace.recognition.policies import (
    MOST_RECIPIENTS,
    SHORTEST_MESSAGE,
    message_obstacle,
    recipients_obstacle,
)
from marketplace.recognition.queries.giving import GivingProgram
from marketplace.recognition.states import Choice, Visibility
from marketplace.web.arguments import LARGEST_ID
from marketplace.web.forms import Line, Lines, PageForm, WholeNumberField, choices

SHORTEST_REASON = 10
LONGEST_REASON = 300
LONGEST_SEARCH = 60
MOST_TYPED = 4_000
"""For what says itself, and more exactly, how long it may be."""


def ids_in(texts: Sequence[str]) -> list[int]:
    """The ids among what was sent, each once; what is none is left out."""
    found = []
    for text in texts[: 2 * MOST_RECIPIENTS]:
        try:
            found.append(parse_whole_number(text, low=1, high=LARGEST_ID))
        except CannotRead:
            continue
    return list(dict.fromkeys(found))


class RecognizeForm(PageForm):
    """Thanks: who, for which value, in which words, and maybe points."""

    to = SelectMultipleField("Who?", validate_choice=False, default=())
    q = StringField("Find people by name", validators=[Line(MOST_TYPED)])
    value = RadioField("What does it stand for?", validate_choice=False)
    message = TextAreaField(
        "What did they do, and what came of it?",
        description=f"{SHORTEST_MESSAGE} to {LONGEST_MESSAGE} characters, in your own words.",
        validators=[Lines(MOST_TYPED)],
    )
    points = WholeNumberField("Points for each", low=0, high=1_000_000)
    program = SelectField("Out of which program", validate_choice=False)
    visibility = RadioField(
        "Who may see it?",
        default=Visibility.PUBLIC.value,
        choices=choices([(one.value, one.label) for one in Visibility]),
        description="If somebody likes their thanks to stay private, that goes first.",
    )
    reason = TextAreaField("Why do you send it all the same?", validators=[Lines(MOST_TYPED)])

    def __init__(
        self, values: Sequence[CompanyValue], programs: Sequence[GivingProgram], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.giver_id: int | None = None
        self.values, self.programs = values, programs
        self.value.choices = choices([(value.slug, value.name) for value in values])
        self.program.choices = choices([(str(one.id), one.name) for one in programs])
        if programs and not self.program.data:
            self.program.data = str(programs[0].id)

    @property
    def recipient_ids(self) -> list[int]:
        """Those ticked, as far as they can be read."""
        return ids_in(self.to.data or ())

    @property
    def chosen_value(self) -> CompanyValue | None:
        """The value that was chosen."""
        return next((one for one in self.values if one.slug == self.value.data), None)

    @property
    def chosen_program(self) -> GivingProgram | None:
        """Where the points come from."""
        return next((one for one in self.programs if str(one.id) == self.program.data), None)

    def validate_to(self, _field: SelectMultipleField) -> None:
        """Somebody else than oneself, and not a whole crowd."""
        _refuse(recipients_obstacle(self.giver_id, self.recipient_ids))

    def validate_value(self, _field: RadioField) -> None:
        """One of the values there are."""
        if self.chosen_value is None:
            raise ValidationError("Choose the value it stands for.")

    def validate_message(self, field: TextAreaField) -> None:
        """Long enough to say something, short enough to be read."""
        _refuse(message_obstacle(field.data or "", longest=LONGEST_MESSAGE))

    def validate_points(self, field: WholeNumberField) -> None:
        """Points come out of a program and stay below what it allows at once."""
        if field.errors or not field.data:
            return
        program = self.chosen_program
        if program is None:
            raise ValidationError("No program lets you give points right now. Leave this empty.")
        if field.data > program.terms.most_points:
            raise ValidationError(f"At most {program.terms.most_points:,} to a person at once.")


class ReasonForm(PageForm):
    """Why somebody does what needs a reason."""

    reason = TextAreaField(
        "Why?",
        description="The people concerned read this word for word.",
        validators=[Lines(MOST_TYPED)],
    )

    def validate_reason(self, field: TextAreaField) -> None:
        """A sentence, not a letter."""
        _refuse(reason_obstacle(field.data or ""))


def reason_obstacle(reason: str) -> str | None:
    """Why a reason does not say enough, or too much."""
    length = len(reason.strip())
    if length < SHORTEST_REASON:
        return f"Write a reason of at least {SHORTEST_REASON} characters."
    if length > LONGEST_REASON:
        return f"Keep it under {LONGEST_REASON} characters. There are {length}."
    return None


def _refuse(obstacle: str | None) -> None:
    if obstacle:
        raise ValidationError(obstacle)


def _choice(choice: Choice, label: str, hint: str) -> Any:
    return SelectChoice(choice.value, label, {"hint": hint})


class ChoiceForm(PageForm):
    """What somebody wants to happen with recognition they get."""

    choice = RadioField(
        "When somebody recognizes you for everyone to see",
        choices=[
            _choice(Choice.PUBLIC, "Show it to everyone", "In the feed and on your page."),
            _choice(Choice.ASK, "Ask me each time", "It stays between you until you say yes."),
            _choice(Choice.PRIVATE, "Keep it between us", "Only you and the giver see it."),
        ],
        validate_choice=False,
    )

    def validate_choice(self, field: RadioField) -> None:
        """One of the three."""
        if field.data not in {one.value for one in Choice}:
            raise ValidationError("Choose one of the three.")
