"""The form of what is asked when a reward is redeemed."""

import re
from datetime import date
from typing import Any

from wtforms import (
    BooleanField,
    DateField,
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional, ValidationError

from catalog.details import LONG, MOST_CHOICES, MOST_DETAILS, SHORT, Detail, DetailKind
from marketplace.web.forms import (
    Line,
    Lines,
    NotBefore,
    PageForm,
    WholeNumberField,
    choices,
    within_reach,
)


class DetailRow(Form):
    """One thing asked when a reward is redeemed."""

    name = HiddenField()
    label = StringField("What is asked", validators=[Line(80)])
    help = StringField("A word of help", validators=[Line(SHORT)])
    kind = SelectField("Answered by", choices=choices((k.value, k.label) for k in DetailKind))
    is_required = BooleanField("Must be answered", default=True)
    most = WholeNumberField(
        "Longest text",
        low=1,
        high=LONG,
        description="In characters. Empty: 200, or 2,000 in several lines.",
    )
    listed = TextAreaField("Choices", description="One a line.", validators=[Lines(4_000)])
    first_on = DateField("Earliest day", validators=[Optional(), within_reach])
    last_on = DateField("Latest day", validators=[Optional(), NotBefore("first_on"), within_reach])

    def validate_label(self, field: Field) -> None:
        """A row without a label is no row."""
        if not (field.data or "").strip():
            raise ValidationError("Enter what is asked, or take the row away.")

    def validate_listed(self, field: Field) -> None:
        """Two choices at least, where one chooses."""
        listed = choices_in(field.data)
        if self.kind.data == DetailKind.CHOICE and not 2 <= len(listed) <= MOST_CHOICES:
            raise ValidationError(f"Enter 2 to {MOST_CHOICES} choices, one a line.")
        if any(len(one) > SHORT for one in listed):
            raise ValidationError(f"Keep each choice under {SHORT} characters.")

    def detail(self, name: str) -> Detail:
        """The row as a detail with this name."""
        kind = DetailKind(self.kind.data)
        is_day = kind is DetailKind.DATE
        return Detail(
            name=name,
            label=" ".join((self.label.data or "").split()),
            kind=kind,
            help=" ".join((self.help.data or "").split()),
            is_required=self.is_required.data,
            most=min(self.most.data or kind.most, kind.most),
            choices=tuple(choices_in(self.listed.data)) if kind is DetailKind.CHOICE else (),
            first_on=self.first_on.data if is_day else None,
            last_on=self.last_on.data if is_day else None,
        )


def choices_in(text: str | None) -> list[str]:
    """The choices of a text, one a line, each once."""
    lines = (" ".join(line.split()) for line in (text or "").splitlines())
    return list(dict.fromkeys(line for line in lines if line))


class DetailsForm(PageForm):
    """Everything asked when a reward is redeemed, in its order."""

    rows = FieldList(FormField(DetailRow), max_entries=MOST_DETAILS)

    @property
    def details(self) -> list[Detail]:
        """The rows as details. A row keeps its name; a new one gets it from its label."""
        found: list[Detail] = []
        for entry in self.rows.entries:
            row: DetailRow = entry.form
            taken = {one.name for one in found}
            kept = row.name.data if re.fullmatch(r"[a-z0-9_]{1,40}", row.name.data or "") else ""
            found.append(row.detail(_free_name(kept or _name_from(row.label.data), taken)))
        return found


def _name_from(label: str | None) -> str:
    return "_".join(re.findall(r"[a-z0-9]+", (label or "").lower()))[:40] or "detail"


def _free_name(name: str, taken: set[str]) -> str:
    number, free = 2, name
    while free in taken:
        number, free = number + 1, f"{name[:36]}_{number}"
    return free


def row_data(detail: Detail) -> dict[str, Any]:
    """A detail as its row shows it."""
    days: dict[str, date | None] = {"first_on": detail.first_on, "last_on": detail.last_on}
    return {
        "name": detail.name,
        "label": detail.label,
        "help": detail.help,
        "kind": detail.kind.value,
        "is_required": detail.is_required,
        "most": detail.most if detail.most != detail.kind.most else None,
        "listed": "\n".join(detail.choices),
        **days,
    }
