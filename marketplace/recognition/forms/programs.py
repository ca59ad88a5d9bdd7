"""Forms of recognition programs."""

from wtforms import Field, Form, SelectField
from wtforms.validators import ValidationError

from marketplace.programs.forms import ProgramForm, RuleForm
from marketplace.recognition.states import CapPeriod, Mode
from marketplace.recognition.terms import USUAL_ATTENDANCE, USUAL_REPEAT_DAYS, RecognitionTerms
from marketplace.web.forms import Filled, WholeNumberField, choices


def _points(label: str, low: int, description: str, message: str) -> Field:
    return WholeNumberField(
        label, low=low, high=1_000_000, description=description, validators=[Filled(message)]
    )


class TermsForm(Form):
    """What people may give, and what is watched."""

    allowance = _points(
        "Everyone's points a month",
        0,
        "To give, never to spend. What is left lapses with the calendar month.",
        "Enter how many points everyone may give a month, or 0.",
    )
    manager_allowance = _points(
        "Managers' points a month",
        0,
        "For everyone who has people reporting to them.",
        "Enter how many points managers may give a month.",
    )
    most_points = _points(
        "At most to one person at once",
        1,
        "In one recognition.",
        "Enter the most that one person gets at once.",
    )
    mode = SelectField(
        "What happens when something is noticed",
        choices=choices([(mode.value, mode.label) for mode in Mode]),
        description="Only points are watched; thanks without points always go. What is left empty "
        "below is not watched.",
    )
    reciprocity_days = WholeNumberField(
        "Back and forth within days",
        low=1,
        high=366,
        description="Points to somebody who gave the giver points lately.",
    )
    repeat_times = WholeNumberField(
        "Most times to the same person",
        low=1,
        high=1_000,
    )
    repeat_days = WholeNumberField("Within days", low=1, high=366, default=USUAL_REPEAT_DAYS)
    most_share = WholeNumberField(
        "Percent of a month to one person",
        low=1,
        high=100,
        description="Of the giver's allowance.",
    )
    pair_points = WholeNumberField(
        "Most points to the same person",
        low=1,
        high=1_000_000,
    )
    pair_period = SelectField(
        "In a calendar …",
        choices=choices([(period.value, period.value) for period in CapPeriod]),
    )

    attendance_points = WholeNumberField(
        "For a meeting of another department, in points",
        high=100_000,
        description="For who checks in there. Empty or 0: such a meeting brings none.",
    )
    attendance_times = WholeNumberField(
        "At most times a month", low=1, high=31, description="Empty: four times."
    )

    def validate_manager_allowance(self, field: Field) -> None:
        """Managers have at least what everyone has."""
        own = self.allowance.data
        if own is not None and field.data is not None and field.data < own:
            raise ValidationError(f"Enter at least {own:,}, what everyone has.")

    def validate_repeat_days(self, field: Field) -> None:
        """Times are counted within some days."""
        if self.repeat_times.data is not None and field.data is None and not field.errors:
            raise ValidationError("Enter within how many days, for example 30.")

    @property
    def terms(self) -> RecognitionTerms:
        """What was entered, once the form is valid."""
        return RecognitionTerms(
            allowance=self.allowance.data,
            manager_allowance=self.manager_allowance.data,
            most_points=self.most_points.data,
            mode=Mode(self.mode.data),
            reciprocity_days=self.reciprocity_days.data,
            repeat_times=self.repeat_times.data,
            repeat_days=self.repeat_days.data or USUAL_REPEAT_DAYS,
            most_share=self.most_share.data,
            pair_points=self.pair_points.data,
            pair_period=CapPeriod(self.pair_period.data),
            attendance_points=self.attendance_points.data or 0,
            attendance_times=self.attendance_times.data or USUAL_ATTENDANCE,
        )

    def show_terms(self, terms: RecognitionTerms) -> None:
        """Start from the terms that hold now."""
        for name in (
            "allowance",
            "manager_allowance",
            "most_points",
            "reciprocity_days",
            "repeat_times",
            "repeat_days",
            "most_share",
            "pair_points",
            "attendance_points",
            "attendance_times",
        ):
            self[name].data = getattr(terms, name)
        self["mode"].data = terms.mode.value
        self["pair_period"].data = terms.pair_period.value


class RecognitionProgramForm(TermsForm, ProgramForm):
    """A new recognition program."""


class RecognitionRuleForm(TermsForm, RuleForm):
    """A new version of a recognition program's rule."""
