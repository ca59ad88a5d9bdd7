"""Forms of budgets: syntax only."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, Field, SelectField, StringField
from wtforms.validators import InputRequired, Length, Regexp, ValidationError

from marketplace.budgets.states import BudgetPurpose
from marketplace.web.forms import Filled, PageForm, WholeNumberField, choices

PURPOSES = {
    BudgetPurpose.AWARDS: "Points that programs give",
    BudgetPurpose.REWARDS: "Rewards that people of a department choose",
}


class FundForm(PageForm):
    """More points for a budget."""

    points = WholeNumberField(
        "Points to add", low=1, validators=[Filled("Enter how many points to add.")]
    )
    reason = StringField(
        "Reason",
        description="Kept with the entry.",
        validators=[Filled("Say what the points are for."), Length(max=200)],
    )


class BudgetForm(FundForm):
    """A new budget with its first points."""

    name = StringField("Name", validators=[Filled("Enter a name."), Length(max=80)])
    slug = StringField(
        "Address",
        description="Lower-case letters, digits and hyphens: spring-awards.",
        validators=[
            Regexp(r"[a-z0-9]+(-[a-z0-9]+)*$", message="Use lower-case letters, digits, hyphens.")
        ],
    )
    purpose = SelectField(
        "Pays for", choices=choices((p.value, words) for p, words in PURPOSES.items())
    )
    department = SelectField("Department")
    starts_on = DateField("First day", validators=[InputRequired("Enter the first day.")])
    ends_on = DateField("Last day", validators=[InputRequired("Enter the last day.")])

    def __init__(self, departments: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.department.choices = choices([("", "Everyone"), *departments])

    def validate_ends_on(self, field: Field) -> None:
        """The last day is not before the first."""
        first = self.starts_on.data
        if first and field.data and field.data < first:
            raise ValidationError("Enter a last day that is not before the first.")
