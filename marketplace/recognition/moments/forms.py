"""Forms of moments: syntax only."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, RadioField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, ValidationError

from marketplace.recognition.forms.giving import MOST_TYPED
from marketplace.recognition.models import LONGEST_MESSAGE, CompanyValue
from marketplace.recognition.moments.models import LONGEST_TITLE
from marketplace.recognition.moments.policies import MomentFacts
from marketplace.recognition.moments.queries.moments import MomentChoices
from marketplace.recognition.policies import SHORTEST_MESSAGE, message_obstacle
from marketplace.web.forms import Filled, Line, PageForm, choices, within_reach


class MomentForm(PageForm):
    """A moment: what it is called, when, who hosts it and who else is invited."""

    title = StringField(
        "Title",
        description="As everyone knows the meeting: November all-hands.",
        validators=[
            Filled("Enter a title people know the meeting by."),
            Line(LONGEST_TITLE),
        ],
    )
    on_day = DateField(
        "Day", validators=[InputRequired("Enter the day of the meeting."), within_reach]
    )
    department = SelectField("Which department hosts it?")
    guests = SelectMultipleField(
        "Who else is invited?",
        description="Their codes are on the attendee sheet, too. Everyone may come.",
    )
    program = SelectField(
        "Who comes from another department gets the points of",
        description="As the rule of the recognition program says; checked in once, paid once.",
    )

    def __init__(self, offered: MomentChoices, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.department.choices = choices(offered.departments)
        self.guests.choices = choices(offered.departments)
        self.program.choices = choices([("", "No program: coming brings no points")])
        self.program.choices += choices(offered.programs)

    @property
    def facts(self) -> MomentFacts:
        """What was entered, once the form is valid."""
        assert self.on_day.data is not None
        return MomentFacts(
            title=" ".join((self.title.data or "").split()),
            on_day=self.on_day.data,
            department_id=int(self.department.data),
            guests=tuple(int(one) for one in self.guests.data or ()),
            program_id=int(self.program.data) if self.program.data else None,
        )


class CaptureForm(PageForm):
    """Thanks in a meeting: a value, and one line."""

    value = RadioField("What does it stand for?", validate_choice=False)
    message = StringField(
        "What did they do?",
        description=f"One line of {SHORTEST_MESSAGE} characters or more.",
        validators=[Line(MOST_TYPED)],
    )

    def __init__(self, values: Sequence[CompanyValue], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.values = values
        self.value.choices = choices([(value.slug, value.name) for value in values])

    @property
    def chosen_value(self) -> CompanyValue | None:
        """The value that was chosen."""
        return next((one for one in self.values if one.slug == self.value.data), None)

    def validate_value(self, _field: RadioField) -> None:
        """One of the values there are."""
        if self.chosen_value is None:
            raise ValidationError("Choose the value it stands for.")

    def validate_message(self, field: StringField) -> None:
        """Long enough to say something."""
        if obstacle := message_obstacle(field.data or "", longest=LONGEST_MESSAGE):
            raise ValidationError(obstacle)
