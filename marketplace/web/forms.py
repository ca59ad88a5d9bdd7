"""Forms: syntax of input only, with messages that say what to enter."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from flask_wtf import FlaskForm
from wtforms import (
    Field,
    FieldList,
    FormField,
    HiddenField,
    SelectChoice,  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs
    StringField,
)
from wtforms.validators import Length, Optional, Regexp, StopValidation, ValidationError
from wtforms.widgets import TextInput

from marketplace.kernel.parsing import hidden_sign, parse_whole_number
from marketplace.kernel.taken import PAGES


def new_request_key() -> str:
    """A key that makes one sending of a form one deed, however often it arrives."""
    return secrets.token_urlsafe(18)


class PageForm(FlaskForm):
    """Base of every form that writes: CSRF token and request key come with it."""

    is_secret: ClassVar[bool] = False
    """What is entered leaves no digest that can be worked out without our key."""

    request_key = HiddenField(default=new_request_key, validators=[Length(min=8, max=64)])

    @property
    def key(self) -> str:
        """The request key as text."""
        return self.request_key.data or ""


_UNSEEN = ("HiddenField", "CSRFTokenField")
_GROUPS = ("RadioField", "SelectMultipleField")


def errors_of(form: Any) -> list[tuple[str | None, str]]:
    """What has to be corrected in a form and the forms inside it: id of the field, message."""
    found = [error for field in form for error in _errors_of_field(field)]
    return found + [(None, message) for message in form.form_errors]


def _errors_of_field(field: Any) -> list[tuple[str | None, str]]:
    if isinstance(field, FormField):
        return errors_of(field.form)
    if isinstance(field, FieldList):
        inside = [error for entry in field.entries for error in _errors_of_field(entry)]
        return inside + [(field.id, text) for text in field.errors if isinstance(text, str)]
    if not field.errors:
        return []
    place = None if field.type in _UNSEEN else field.name if field.type in _GROUPS else field.id
    return [(place, field.errors[0])]


def needs_eyes(fields: Iterable[Any]) -> bool:
    """Whether any of these fields has an error or says something other than it does by itself."""
    return any(_needs_eyes(field) for field in fields)


def _needs_eyes(field: Any) -> bool:
    if field.errors or getattr(field, "process_errors", ()):
        return True
    if isinstance(field, FormField):
        return needs_eyes(field.form)
    if isinstance(field, FieldList):
        return needs_eyes(field.entries)
    usual = field.default() if callable(field.default) else field.default
    if usual is None and field.type == "SelectField" and field.choices:
        usual = next(iter(field.iter_choices())).value  # what a browser sends untouched
    return (field.data or usual or None) != (usual or None)


def choices(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    """What a SelectField offers: the value sent and the words shown."""
    return [SelectChoice(value, label) for value, label in pairs]


class Filled:
    """Something other than blanks must be entered; the message says what.

    What was entered but cannot be read keeps the more exact message of its field.
    """

    field_flags: ClassVar[dict[str, bool]] = {"required": True}

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: object, field: Field) -> None:
        if not (field.raw_data and str(field.raw_data[0]).strip()):
            field.errors = []
            raise StopValidation(self.message)


class Line(Length):
    """At most `most` characters in one line, none of them hidden."""

    lines = False
    rule = "Use letters, digits and signs only, in one line."

    def __init__(self, most: int, *, too_long: str = "") -> None:
        super().__init__(max=most, message=too_long or f"Keep it under {most:,} characters.")

    def __call__(self, form: Any, field: Any) -> None:
        """Refuse what is too long, then what the eye would miss."""
        super().__call__(form, field)
        hidden = hidden_sign((field.data or "").strip(), lines=self.lines)
        if hidden:
            raise ValidationError(f"{self.rule} This holds the invisible sign {hidden}.")


class Lines(Line):
    """The same in any number of lines."""

    lines = True
    rule = "Use letters, digits and signs only."


class WholeNumberField(Field):
    """A whole number in plain digits, from `low` to `high`. Empty is None."""

    widget = TextInput()

    def __init__(self, label: str, *, low: int = 0, high: int = 999_999_999, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.low, self.high = low, high

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[Any]) -> None:
        if not valuelist or not str(valuelist[0]).strip():
            self.data = None
            return
        self.data = None  # stays so when the text can't be read
        self.data = parse_whole_number(str(valuelist[0]), low=self.low, high=self.high)


# What stands where addresses are made up.


def in_capitals(text: str | None) -> str | None:
    """A filter for codes that are written in capitals: eur is EUR."""
    return text.strip().upper() if text else text


class Slug(Regexp):
    """What may stand in an address: lower-case letters, digits and single hyphens."""

    def __init__(self) -> None:
        words = "Use lower-case letters, digits, hyphens."
        super().__init__(r"[a-z0-9]+(-[a-z0-9]+)*\Z", message=words)

    def __call__(self, form: Any, field: Any, message: str | None = None) -> Any:
        """Refuse the addresses of pages that stand beside it, too."""
        if field.data in PAGES:
            raise ValidationError(f"“{field.data}” is the address of a page. Choose another.")
        return super().__call__(form, field, message)


def address_field(label: str, use: str) -> StringField:
    """The field of an address that may be left empty; `use` says how it looks or who reads it."""
    return StringField(
        label,
        description=f"{use} Empty: made from the name.",
        validators=[Optional(), Slug(), Length(min=2, max=60)],
    )


class Addressed:
    """Of a form that asks for a name: the address of the new thing, made from it if left empty."""

    thing: ClassVar[str] = ""
    """What stands for a name that makes no address by itself."""

    name: StringField
    slug = address_field("Address", "Lower-case letters, digits and hyphens.")

    @property
    def address(self) -> str:
        """The address entered, or one made from the name."""
        return (self.slug.data or "").strip() or address_from(self.name.data or "", self.thing)


def address_from(name: str, thing: str) -> str:
    """A name as an address: “Été launch!” becomes ete-launch, and “New” program-new."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    address = "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-")
    return address if address and address not in PAGES else f"{thing}-{address}".strip("-")


class NotBefore:
    """A last day may not come before the first, which another field of the form has."""

    def __init__(
        self, first: str, message: str = "Enter a last day that is not before the first."
    ) -> None:
        self.first = first
        self.message = message

    def __call__(self, form: Mapping[str, Field], field: Field) -> None:
        first = form[self.first].data
        if first and field.data and field.data < first:
            raise ValidationError(self.message)


FIRST_YEAR, LAST_YEAR = 2000, 2199


def within_reach(_form: object, field: Field) -> None:
    """A day that can be counted on from, both ways; another year is a slip of the keyboard."""
    if field.data and not FIRST_YEAR <= field.data.year <= LAST_YEAR:
        raise ValidationError(f"Enter a day between the years {FIRST_YEAR} and {LAST_YEAR}.")


class OneOf:
    """The value must be one of the choices at hand."""

    def __init__(self, choices: set[str], message: str) -> None:
        self.choices, self.message = choices, message

    def __call__(self, _form: object, field: Field) -> None:
        if field.data not in self.choices:
            raise StopValidation(self.message)
