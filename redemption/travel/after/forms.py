"""Forms about trips that are over: syntax only."""

from wtforms import Field, RadioField, SelectField, StringField, TextAreaField

from catalog.forms_variants import in_capitals, is_currency, read_money
from marketplace.web.forms import Filled, Line, Lines, PageForm, WholeNumberField, choices
from redemption.travel.after.models import MOST_UNITS
from redemption.travel.after.policies import NewCost
from redemption.travel.after.states import QUESTIONS, CostBasis, CostKind, Question


class CostForm(PageForm):
    """One amount of a bill."""

    kind = SelectField("What for", choices=choices((one.value, one.label) for one in CostKind))
    basis = SelectField(
        "The amount is", choices=choices((one.value, one.label) for one in CostBasis)
    )
    amount = StringField(
        "Amount", validators=[Filled("Enter an amount, for example 1250.00."), Line(40)]
    )
    currency = StringField(
        "Currency",
        filters=[in_capitals],
        description="Three letters: EUR, USD, JPY.",
        validators=[Filled("Enter a currency."), Line(40), is_currency],
    )
    units = WholeNumberField(
        "How many rooms or people",
        low=1,
        high=MOST_UNITS,
        description="For each person, empty: everyone who had a place.",
    )
    note = StringField("Note", description="For example the bill.", validators=[Line(200)])

    def validate_amount(self, field: Field) -> None:
        """Read the amount in its currency."""
        if not self.currency.errors:
            self.minor = read_money(field, self.currency.data or "")

    @property
    def cost(self) -> NewCost:
        """What was entered."""
        assert self.minor is not None, "the form was valid"
        return NewCost(
            kind=CostKind(self.kind.data),
            basis=CostBasis(self.basis.data),
            amount_minor=self.minor,
            units=self.units.data,
            currency=self.currency.data or "",
            note=(self.note.data or "").strip(),
        )


class GalleryForm(PageForm):
    """Where the pictures are."""

    address = StringField(
        "Address of the pictures",
        description="Those who went see it. Empty: none.",
        validators=[Line(500)],
    )


class CameForm(PageForm):
    """Whether somebody came."""

    came = SelectField(choices=choices((("yes", "yes"), ("no", "no"))))


def _field(question: Question) -> Field:
    if question.most is None:
        return TextAreaField(question.words, validators=[Lines(1_000)])
    steps = [(str(value), str(value)) for value in range(question.most + 1)]
    needed = [Filled("Choose a number.")] if question.is_needed else []
    unsaid = [] if question.is_needed else [("", "No answer")]
    return RadioField(
        question.words,
        description=question.hint,
        choices=choices([*unsaid, *steps]),
        default=None if question.is_needed else "",
        validators=needed,
    )


class SurveyForm(PageForm):
    """The questions as fields, in their order."""

    @property
    def said(self) -> dict[str, int | str | None]:
        """What was answered."""
        found = {one.name: self[one.name].data for one in QUESTIONS}
        return {
            one.name: (int(found[one.name]) if found[one.name] else None)
            if one.most is not None
            else found[one.name]
            for one in QUESTIONS
        }


for _question in QUESTIONS:
    setattr(SurveyForm, _question.name, _field(_question))
