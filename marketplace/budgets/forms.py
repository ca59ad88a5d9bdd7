"""Forms of budgets: syntax only."""

from collections.abc import Sequence
from typing import Any

from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.validators import InputRequired, Optional, ValidationError

from marketplace.budgets.states import BudgetPurpose, Every, Leftover
from marketplace.web.forms import (
    Addressed,
    Filled,
    Line,
    NotBefore,
    PageForm,
    WholeNumberField,
    choices,
)

Choices = Sequence[tuple[str, str]]
PURPOSES = {
    BudgetPurpose.AWARDS: "Points that programs give",
    BudgetPurpose.REWARDS: "Rewards that people of a department choose",
}
NEVER = "never"


class FundForm(PageForm):
    """More points for a budget."""

    points = WholeNumberField(
        "Points to add", low=1, validators=[Filled("Enter how many points to add.")]
    )
    reason = StringField(
        "Reason",
        description="Kept with the entry.",
        validators=[Filled("Say what the points are for."), Line(200)],
    )


class PlaceForm(PageForm):
    """Where a budget stands in the tree, and what accounting calls it."""

    parent = SelectField("Stands under")
    cost_center = StringField(
        "Cost center", description="As accounting calls it.", validators=[Line(40)]
    )

    def offer(self, budgets: Choices) -> None:
        """Set the budgets it may stand under."""
        self.parent.choices = choices([("", "Nothing: it stands on top"), *budgets])

    @property
    def parent_id(self) -> int | None:
        """The budget chosen."""
        return int(self.parent.data) if self.parent.data else None


class BudgetForm(Addressed, FundForm, PlaceForm):
    """A new budget with its first points."""

    thing = "budget"
    name = StringField("Name", validators=[Filled("Enter a name."), Line(80)])
    purpose = SelectField(
        "Pays for", choices=choices((p.value, words) for p, words in PURPOSES.items())
    )
    department = SelectField("Department")
    starts_on = DateField("First day", validators=[InputRequired("Enter the first day.")])
    ends_on = DateField(
        "Last day", validators=[InputRequired("Enter the last day."), NotBefore("starts_on")]
    )

    def __init__(self, departments: Choices, budgets: Choices, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.department.choices = choices([("", "Everyone"), *departments])
        self.offer(budgets)


class RefillForm(PageForm):
    """By what rule a budget is refilled."""

    every = SelectField(
        "Refill", choices=choices([(NEVER, "Never"), *((e.value, e.label) for e in Every)])
    )
    points = WholeNumberField("Points each time", low=1)
    per_head = BooleanField("So many for each active person of its department")
    leftover = SelectField(
        "When it is refilled", choices=choices((one.value, one.label) for one in Leftover)
    )
    starts_on = DateField("First refill on", validators=[Optional()])

    def validate_points(self, field: WholeNumberField) -> None:
        """Points are needed when it is refilled at all."""
        if self.every.data != NEVER and field.data is None and not field.errors:
            raise ValidationError("Enter how many points.")

    def validate(self, extra_validators: Any = None) -> bool:
        """The first day is needed too, and an empty date stops its own validators."""
        is_valid = super().validate(extra_validators)
        if self.every.data == NEVER or self.starts_on.data or self.starts_on.errors:
            return is_valid
        self.starts_on.errors = ["Enter the day of the first refill."]
        return False


class TransferForm(PageForm):
    """Points to move from one budget to another."""

    giver = SelectField("From")
    taker = SelectField("To")
    points = WholeNumberField(
        "Points", low=1, validators=[Filled("Enter how many points to move.")]
    )
    reason = StringField(
        "Reason",
        description="The second person reads this.",
        validators=[Filled("Say why they should move."), Line(200)],
    )

    def __init__(self, budgets: Choices, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.giver.choices = choices(budgets)
        self.taker.choices = choices(budgets)


class DeclineForm(PageForm):
    """A no, with a word to the person who asked."""

    note = StringField(
        "Why not?",
        description="Who asked reads this.",
        validators=[Filled("Write a reason."), Line(200)],
    )
