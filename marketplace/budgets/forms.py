"""Forms of budgets: syntax only."""

from collections.abc import Sequence
from typing import Any

from wtforms import DateField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from marketplace.budgets.states import BudgetPurpose
from marketplace.web.forms import Filled, NotBefore, PageForm, Slug, WholeNumberField, choices

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
        validators=[Slug(), Length(max=60)],
    )
    purpose = SelectField(
        "Pays for", choices=choices((p.value, words) for p, words in PURPOSES.items())
    )
    department = SelectField("Department")
    starts_on = DateField("First day", validators=[InputRequired("Enter the first day.")])
    ends_on = DateField(
        "Last day", validators=[InputRequired("Enter the last day."), NotBefore("starts_on")]
    )

    def __init__(self, departments: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.department.choices = choices([("", "Everyone"), *departments])
