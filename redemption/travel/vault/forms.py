"""Forms of travel data: syntax, and what a passport can hold. They never show what is kept."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, ClassVar

from wtforms import (
    BooleanField,
    DateField,
    Field,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional, ValidationError

from catalog.audiences.names import countries
from marketplace.kernel import clock
from marketplace.kernel.parsing import CannotRead
from marketplace.web.forms import Filled, Line, Lines, PageForm, choices
from redemption.travel.vault.consent import CURRENT
from redemption.travel.vault.policies import (
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_TEXT,
    read_value,
    reason_problem,
)
from redemption.travel.vault.queries import KeptValue
from redemption.travel.vault.states import Purpose, VaultField, fields_of

_NO_DATE = "Enter the day as in the passport, such as 31 March 2031."
_COUNTRIES = (VaultField.NATIONALITY, VaultField.ISSUING_COUNTRY)


class Readable:
    """A value has to be one that its field can hold; the message says what to enter instead."""

    def __call__(self, _form: object, field: Field) -> None:
        text = field.data.isoformat() if isinstance(field.data, date) else field.data or ""
        try:
            read_value(VaultField(field.short_name), text, today=clock.today())
        except CannotRead as unreadable:
            raise ValidationError(unreadable.enter) from None


def _line(field: VaultField, hint: str = "", most: int = LONGEST_NAME) -> StringField:
    return StringField(field.label, description=hint, validators=[Line(most), Readable()])


def _day(field: VaultField) -> DateField:
    return DateField(field.label, validators=[Optional(), Readable()])


def _country(field: VaultField) -> SelectField:
    return SelectField(field.label, validators=[Readable()])


class KeepForm(PageForm):
    """Values of the fields in `parts`. What is left empty stays; what is ticked is taken out."""

    is_secret: ClassVar[bool] = True
    parts: ClassVar[Sequence[VaultField]]
    take_out = SelectMultipleField("Is deleted when you save")

    def __init__(self, kept: Collection[KeptValue], **given: Any) -> None:
        super().__init__(**given)
        mine = [one for one in kept if one.field in self.parts]
        self.take_out.choices = choices((one.field.value, one.field.label) for one in mine)
        for one in mine:
            stays = f"Kept: {one.shown}. Leave it empty to keep it."
            self[one.field.value].description = stays

    @property
    def values(self) -> dict[VaultField, str]:
        """What is entered, and what is taken out as empty."""
        filled = {field: _text(self[field.value].data) for field in self.parts}
        gone = {VaultField(name): "" for name in self.take_out.data or ()}
        return gone | {field: text for field, text in filled.items() if text}


def _text(data: object) -> str:
    return data.isoformat() if isinstance(data, date) else str(data or "").strip()


class PassportPart(KeepForm):
    """Some of what stands in a passport."""

    def __init__(self, kept: Collection[KeptValue], **given: Any) -> None:
        super().__init__(kept, **given)
        offered = [("", "Choose a country"), *((one.value, one.name) for one in countries())]
        for part in self.parts:
            field = self[part.value]
            if part in _COUNTRIES and isinstance(field, SelectField):
                field.choices = choices(offered)
            if isinstance(field, DateField) and field.process_errors:
                field.process_errors = [_NO_DATE]


class PassportForm(PassportPart):
    """All that stands in one."""

    parts = fields_of(Purpose.IDENTITY)
    family_name = _line(VaultField.FAMILY_NAME, "As in the passport, in Latin letters.")
    given_names = _line(VaultField.GIVEN_NAMES, "All of them. Empty, if it has only one name.")
    passport_number = _line(VaultField.PASSPORT_NUMBER, "At the top right of its photo page.")
    nationality = _country(VaultField.NATIONALITY)
    birth_date = _day(VaultField.BIRTH_DATE)
    sex = SelectField(
        VaultField.SEX.label,
        choices=choices([("", "Not said"), ("F", "F"), ("M", "M"), ("X", "X")]),
        validators=[Readable()],
    )
    issued_on = _day(VaultField.ISSUED_ON)
    expires_on = _day(VaultField.EXPIRES_ON)
    issuing_country = _country(VaultField.ISSUING_COUNTRY)


class NeedsForm(KeepForm):
    """What somebody needs on a trip, and the agreement that it is kept."""

    parts = fields_of(Purpose.NEEDS)
    diet = TextAreaField(
        VaultField.DIET.label,
        description="What the kitchen has to know.",
        validators=[Lines(LONGEST_TEXT), Readable()],
    )
    access_needs = TextAreaField(
        VaultField.ACCESS_NEEDS.label,
        description="What makes rooms, buses and activities work for you.",
        validators=[Lines(LONGEST_TEXT), Readable()],
    )
    contact_name = _line(VaultField.CONTACT_NAME, "Whom we call if something happens to you.")
    contact_phone = _line(VaultField.CONTACT_PHONE, "With its country: +351 912 345 678.", 40)
    agree = BooleanField("I agree")
    text_version = HiddenField(default=CURRENT)


class ReadForm(PageForm):
    """What somebody needs to see in clear, and why."""

    fields = SelectMultipleField("What you need to see")
    reason = StringField(
        "What you need it for",
        description="The person reads it word for word.",
        validators=[Filled("Write what you need it for."), Line(LONGEST_REASON)],
    )

    def __init__(self, kept: Collection[KeptValue], **given: Any) -> None:
        super().__init__(**given)
        self.fields.choices = choices((one.field.value, one.field.label) for one in kept)

    def validate_fields(self, field: SelectMultipleField) -> None:
        """At least one."""
        if not field.data:
            raise ValidationError("Choose what you need to see.")

    def validate_reason(self, field: StringField) -> None:
        """A sentence."""
        if problem := reason_problem(field.data or ""):
            raise ValidationError(problem)

    @property
    def chosen(self) -> list[VaultField]:
        """The fields."""
        return [VaultField(name) for name in self.fields.data or ()]
