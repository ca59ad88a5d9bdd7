"""Forms of being away: syntax only."""

from typing import Any

from wtforms import DateField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from catalog.forms_variants import in_capitals
from catalog.states import Kind
from marketplace.web.forms import (
    Filled,
    Line,
    Lines,
    NotBefore,
    PageForm,
    WholeNumberField,
    choices,
    within_reach,
)
from redemption.approvals.amounts import MostMoney
from redemption.approvals.away.policies import Days, Limits
from redemption.approvals.away.queries import AbsenceRow

_KINDS = [(kind.value, kind.label) for kind in Kind]


def _stand_in(label: str) -> StringField:
    who = "Name, e-mail or employee number. Empty: new requests go to whoever is next."
    return StringField(label, description=who, validators=[Line(120)])


def _note(description: str) -> TextAreaField:
    return TextAreaField("Note", description=description, validators=[Lines(300)])


class AwayForm(MostMoney, PageForm):
    """On which days somebody is away, and who answers for them up to what."""

    first_day = DateField("First day", validators=[Filled("Enter the first day."), within_reach])
    last_day = DateField(
        "Last day",
        description="The last day on which somebody else answers.",
        validators=[Filled("Enter the last day."), within_reach, NotBefore("first_day")],
    )
    stand_in = _stand_in("Who answers for you")
    kinds = SelectMultipleField("Only these kinds of rewards", choices=choices(_KINDS))
    most_points = WholeNumberField("Up to so many points", low=1, high=10**9)
    most_money = StringField("Up to so much money", validators=[Line(20)])
    currency = StringField("Currency", filters=[in_capitals], validators=[Line(40)])
    note = _note("For yourself and who answers for you, for example what to look at.")

    def validate_stand_in(self, field: StringField) -> None:
        """Somebody, where there are limits."""
        has_limits = self.kinds.data or self.most_points.data or self.has_money
        if has_limits and not (field.data or "").strip():
            raise ValidationError("Enter who answers, or leave the limits out.")

    @property
    def days(self) -> Days:
        """The days entered."""
        first, last = self.first_day.data, self.last_day.data
        assert first is not None, "the form was judged"
        assert last is not None, "the form was judged"
        return Days(first, last)

    @property
    def limits(self) -> Limits:
        """Up to what the stand-in answers."""
        return Limits(frozenset(self.kinds.data or ()), self.most_points.data, self.most)


class AwayForOtherForm(AwayForm):
    """The same of somebody else, and why one says so for them."""

    who = StringField(
        "Who is away",
        description="Name, e-mail or employee number.",
        validators=[Filled("Enter who is away."), Line(120)],
    )
    reason = StringField(
        "Why you say so for them",
        description="They and the audit read it: on sick leave.",
        validators=[Filled("Write why, for example: on sick leave."), Line(200)],
    )
    stand_in = _stand_in("Who answers for them")
    note = _note("For them and who answers, for example what to look at.")


class EndForm(PageForm):
    """Ending an absence before its last day."""


def data_of(row: AbsenceRow, stand_in: str, amount: str) -> dict[str, Any]:
    """An absence as the fields of its form show it; `stand_in` as one would enter them."""
    most = row.limits.most_money
    return {
        "first_day": row.first_day,
        "last_day": row.last_day,
        "stand_in": stand_in,
        "kinds": sorted(row.limits.kinds),
        "most_points": row.limits.most_points,
        "most_money": amount,
        "currency": most.currency if most else "",
        "note": row.note,
        "reason": row.reason,
    }
