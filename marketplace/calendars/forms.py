"""Forms of calendars: syntax only."""

from typing import Any
from zoneinfo import available_timezones

from wtforms import SelectMultipleField, StringField, TextAreaField
from wtforms.validators import ValidationError

from marketplace.calendars.policies import Hours, holidays_in, minute_of, time_said
from marketplace.calendars.states import Weekday
from marketplace.calendars.working_time import WorkCalendar
from marketplace.kernel.errors import BadInput
from marketplace.web.forms import Filled, Line, Lines, PageForm, choices


class HoursForm(PageForm):
    """When a site works."""

    days = SelectMultipleField(
        "Working days", choices=choices((one.value, one.value.capitalize()) for one in Weekday)
    )
    opens = StringField(
        "From", validators=[Filled("Enter when work begins, for example 09:00."), Line(5)]
    )
    closes = StringField(
        "To", validators=[Filled("Enter when work ends, for example 17:00."), Line(5)]
    )
    time_zone = StringField(
        "Time zone",
        description="As in Europe/Lisbon or Asia/Tokyo.",
        validators=[Filled("Enter a time zone, for example Europe/Lisbon."), Line(60)],
    )

    def validate_days(self, field: SelectMultipleField) -> None:
        """There is work at all."""
        if not field.data:
            raise ValidationError("Choose one working day at least.")

    def validate_opens(self, field: StringField) -> None:
        """A time of day."""
        _minute(field)

    def validate_closes(self, field: StringField) -> None:
        """A time of day after the beginning."""
        ends = _minute(field)
        try:
            begins = minute_of(self.opens.data or "")
        except BadInput:
            return  # said at the beginning
        if ends <= begins:
            raise ValidationError("Enter an end that is later than the beginning.")

    def validate_time_zone(self, field: StringField) -> None:
        """One there is."""
        if (field.data or "").strip() not in available_timezones():
            raise ValidationError("There is no such time zone. Enter one like Europe/Lisbon.")

    @property
    def hours(self) -> Hours:
        """What was entered."""
        return Hours(
            time_zone=(self.time_zone.data or "").strip(),
            days=tuple(Weekday(one) for one in self.days.data or ()),
            opens_minute=minute_of(self.opens.data or ""),
            closes_minute=minute_of(self.closes.data or ""),
        )


class HolidaysForm(PageForm):
    """Holidays, a line each."""

    lines = TextAreaField(
        "Holidays to add",
        description="One a line, the day first: 2026-12-25 Christmas Day.",
        validators=[
            Filled("Enter a day and its name, for example 2026-12-25 Christmas Day."),
            Lines(20_000),
        ],
    )

    def validate_lines(self, field: TextAreaField) -> None:
        """Each line can be read."""
        try:
            holidays_in(field.data or "")
        except BadInput as unreadable:
            raise ValidationError(unreadable.message) from unreadable


def _minute(field: Any) -> int:
    try:
        return minute_of(field.data or "")
    except BadInput as unreadable:
        raise ValidationError(unreadable.message) from unreadable


def data_of(calendar: WorkCalendar) -> dict[str, Any]:
    """A calendar as `HoursForm` shows it."""
    return {
        "days": [one.value for one in Weekday if one.number in calendar.days],
        "opens": time_said(calendar.opens_minute),
        "closes": time_said(calendar.closes_minute),
        "time_zone": calendar.time_zone,
    }
