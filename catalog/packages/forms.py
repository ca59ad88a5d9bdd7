"""The form of a package's terms: syntax only."""

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import ValidationError

from catalog.forms_variants import known_country
from catalog.packages.models import MOST_AHEAD, MOST_NIGHTS, MOST_TRAVELERS
from catalog.packages.terms import MOST_BLACKOUTS, Blackout, PackageTerms
from marketplace.kernel.parsing import CannotRead, parse_date
from marketplace.web.forms import Filled, Line, Lines, PageForm, WholeNumberField, in_capitals


class TermsForm(PageForm):
    """What people may ask for."""

    place = StringField(
        "Place",
        description="As people read it.",
        validators=[Filled("Enter the place."), Line(120)],
    )
    country = StringField(
        "Country",
        filters=[in_capitals],
        description="Two letters, as in PT.",
        validators=[Line(40), known_country],
    )
    nights_from = WholeNumberField(
        "Nights at least", low=1, high=MOST_NIGHTS, validators=[Filled("Enter a number from 1.")]
    )
    nights_to = WholeNumberField(
        "Nights at most", low=1, high=MOST_NIGHTS, validators=[Filled("Enter a number from 1.")]
    )
    travelers_most = WholeNumberField(
        "Travelers for the price",
        low=1,
        high=MOST_TRAVELERS,
        description="2 when it is for two.",
        validators=[Filled("Enter a number from 1.")],
    )
    notice_days = WholeNumberField(
        "Days ahead at least",
        high=365,
        description="From asking to the first night.",
        validators=[Filled("Enter a number of days, 0 for none.")],
    )
    ahead_days = WholeNumberField(
        "Days ahead at most",
        description="No first night after that.",
        low=1,
        high=MOST_AHEAD,
        validators=[Filled("Enter a number of days, usually 365.")],
    )
    guarantee_days = WholeNumberField(
        "Days the price holds",
        low=1,
        high=365,
        description="For who asked. After that the desk asks them again.",
        validators=[Filled("Enter a number of days, usually 30.")],
    )
    blackouts = TextAreaField(
        "Nights on which nobody goes",
        description="One span a line: 2026-12-20 to 2027-01-06, the hotel is closed",
        validators=[Lines(4_000)],
    )
    seen = HiddenField("Version")

    def validate_nights_to(self, field: WholeNumberField) -> None:
        """The most is not less than the least."""
        if field.data and self.nights_from.data and field.data < self.nights_from.data:
            raise ValidationError("Enter as many nights as the least, or more.")

    def validate_ahead_days(self, field: WholeNumberField) -> None:
        """There are days between the first and the last."""
        if field.data and field.data <= (self.notice_days.data or 0):
            raise ValidationError("Enter more days than it takes at least.")

    def validate_blackouts(self, field: TextAreaField) -> None:
        """Each line is a span of nights."""
        lines = _lines(field.data)
        if len(lines) > MOST_BLACKOUTS:
            raise ValidationError(f"Enter {MOST_BLACKOUTS} lines at most; these are {len(lines)}.")
        for line in lines:
            try:
                read_blackout(line)
            except CannotRead as unread:
                raise ValidationError(f"“{line[:40]}”: {unread.enter}") from unread

    @property
    def terms(self) -> PackageTerms:
        """The terms in it."""
        return PackageTerms(
            place=(self.place.data or "").strip(),
            country=self.country.data or None,
            nights_from=self.nights_from.data or 1,
            nights_to=self.nights_to.data or 1,
            travelers_most=self.travelers_most.data or 1,
            notice_days=self.notice_days.data or 0,
            ahead_days=self.ahead_days.data or 1,
            guarantee_days=self.guarantee_days.data or 1,
            blackouts=tuple(sorted(map(read_blackout, _lines(self.blackouts.data)), key=_first)),
        )


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def _first(one: Blackout) -> tuple[object, object]:
    return one.first, one.last


def read_blackout(line: str) -> Blackout:
    """A span of nights as `2026-12-20 to 2027-01-06, why`, or one night. Raises CannotRead."""
    span, _, why = line.partition(",")
    first, _, last = span.partition(" to ")
    begins = parse_date(first.strip())
    ends = parse_date(last.strip()) if last.strip() else begins
    if ends < begins:
        raise CannotRead("Enter a last night that is not before the first.")
    if len(why.strip()) > 80:
        raise CannotRead("Keep what stands after the comma under 80 characters.")
    return Blackout(begins, ends, why.strip())


def written(blackouts: tuple[Blackout, ...]) -> str:
    """Spans of nights as they are entered."""
    return "\n".join(
        f"{one.first.isoformat()} to {one.last.isoformat()}" + (f", {one.why}" if one.why else "")
        for one in blackouts
    )
