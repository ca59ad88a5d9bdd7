"""Forms of anniversaries: syntax only."""

from typing import Any

from wtforms import BooleanField, Form, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from marketplace.kernel.parsing import CannotRead, parse_whole_number
from marketplace.programs.forms import ProgramForm, RuleForm
from marketplace.recognition.anniversaries.models import LONGEST_SAYING
from marketplace.recognition.anniversaries.terms import (
    LONGEST_NAME,
    NAME,
    YEARS,
    AnniversaryTerms,
    YearPoints,
    filled,
    unknown_places,
)
from marketplace.recognition.models import LONGEST_MESSAGE
from marketplace.web.forms import Filled, Line, Lines, PageForm, WholeNumberField, choices

MOST_YEARS, MOST_POINTS, MOST_STEPS = 80, 1_000_000, 40
STANDARD = "1: 100\n5: 500\n10: 1000\n15: 1500\n20: 2000\n25: 2500"
SERVICE_WORDS = (
    "{name} has been with us for {years}. Thank you for everything you brought along, and for "
    "everyone you helped on the way."
)
BIRTHDAY_WORDS = "Happy birthday, {name}! May the year be kind to you."
LONGEST_WORDS = 2 * LONGEST_MESSAGE  # with the places that are filled, which may be longer
AT_ONCE, ASKS_FIRST = "at_once", "asks_first"


class TableField(TextAreaField):
    """Years of service and their points, one a line: `5: 500`."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        super().__init__(label, validators=[Lines(2_000)], **kwargs)
        self.table: tuple[YearPoints, ...] = ()

    def pre_validate(self, form: object) -> None:  # noqa: ARG002  WTForms passes it
        """Read the lines. Raises ValidationError naming the line that can't be read."""
        lines = [line for line in (self.data or "").splitlines() if line.strip()]
        if not lines:
            raise ValidationError("Enter at least one year and its points, as 5: 500.")
        if len(lines) > MOST_STEPS:
            raise ValidationError(f"Enter at most {MOST_STEPS} years.")
        found = [_step(line) for line in lines]
        years = [one.years for one in found]
        for year in years:
            if years.count(year) > 1:
                raise ValidationError(f"{year} years stand twice. Keep one of the lines.")
        self.table = tuple(sorted(found, key=lambda one: one.years))


def _step(line: str) -> YearPoints:
    years, _, points = line.partition(":")
    try:
        return YearPoints(
            parse_whole_number(years.strip(), low=1, high=MOST_YEARS),
            parse_whole_number(points.strip(), low=0, high=MOST_POINTS),
        )
    except CannotRead as unreadable:
        raise ValidationError(
            f"“{line.strip()[:40]}” can't be read. Write years (1 to {MOST_YEARS}), a colon and "
            f"points (at most {MOST_POINTS:,}): 5: 500"
        ) from unreadable


class TermsForm(Form):
    """What is celebrated, with how many points, in which words."""

    table = TableField(
        "Points for years of service",
        default=STANDARD,
        description="One a line: years, a colon, points. Years that are not here bring none.",
    )
    every_year = BooleanField("Celebrate every other year, too, without points")
    service_message = TextAreaField(
        "Words for years of service",
        default=SERVICE_WORDS,
        description="{name} and {years} are filled in: Maya Chen, 5 years.",
        validators=[
            Filled("Write what the company says to somebody who stayed."),
            Lines(LONGEST_WORDS),
        ],
    )
    birthday_points = WholeNumberField(
        "Points for a birthday",
        high=MOST_POINTS,
        description="0 celebrates it without points. Empty: birthdays are not celebrated.",
    )
    birthday_message = TextAreaField(
        "Words for a birthday",
        default=BIRTHDAY_WORDS,
        description="{name} is filled in.",
        validators=[Lines(LONGEST_WORDS)],
    )
    showing = SelectField(
        "Who sees it",
        choices=choices(
            [
                (AT_ONCE, "Everyone, unless the person likes recognition to stay private"),
                (ASKS_FIRST, "Nobody before the person says so"),
            ]
        ),
    )

    def validate_service_message(self, field: TextAreaField) -> None:
        """Only places that can be filled, and short enough with a long name."""
        _check_words(field, (NAME, YEARS))

    def validate_birthday_message(self, field: TextAreaField) -> None:
        """Words are needed where birthdays are celebrated."""
        if self.birthday_points.data is not None and not (field.data or "").strip():
            raise ValidationError("Write what the company says on a birthday.")
        _check_words(field, (NAME,))

    @property
    def terms(self) -> AnniversaryTerms:
        """What was entered, once the form is valid."""
        return AnniversaryTerms(
            table=self.table.table,
            service_message=_plain(self.service_message.data),
            every_year=bool(self.every_year.data),
            birthday_points=self.birthday_points.data,
            birthday_message=_plain(self.birthday_message.data),
            asks_first=self.showing.data == ASKS_FIRST,
        )

    def show_terms(self, terms: AnniversaryTerms) -> None:
        """Start from the terms that hold now."""
        self["table"].data = "\n".join(f"{one.years}: {one.points}" for one in terms.table)
        self["every_year"].data = terms.every_year
        self["service_message"].data = terms.service_message
        self["birthday_points"].data = terms.birthday_points
        self["birthday_message"].data = terms.birthday_message
        self["showing"].data = ASKS_FIRST if terms.asks_first else AT_ONCE


def _plain(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").strip()


def _check_words(field: TextAreaField, known: tuple[str, ...]) -> None:
    words = _plain(field.data)
    if unknown := unknown_places(words, known):
        raise ValidationError(f"Nothing fills {unknown[0][:40]}. Use {' or '.join(known)}.")
    length = len(filled(words, "x" * LONGEST_NAME, MOST_YEARS))
    if length > LONGEST_MESSAGE:
        raise ValidationError(
            f"Keep it under {LONGEST_MESSAGE} characters. With a long name there are {length}."
        )


class AnniversaryProgramForm(TermsForm, ProgramForm):
    """A new anniversary program."""


class AnniversaryRuleForm(TermsForm, RuleForm):
    """A new version of an anniversary program's rule."""


class CelebrationsForm(PageForm):
    """What I want celebrated, and how my name is said."""

    service = BooleanField("Celebrate my years with the company")
    birthday = BooleanField("Celebrate my birthday")
    say_name = StringField(
        "How my name is said",
        description="For whoever reads it aloud at a meeting: MY-ah CHEN, rhymes with pen.",
        validators=[Line(LONGEST_SAYING)],
    )
