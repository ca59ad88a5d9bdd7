"""For which time the books are looked at, and up to which day they are closed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from werkzeug.datastructures import MultiDict
from wtforms import DateField, Form, TimeField
from wtforms.validators import Optional, ValidationError

from marketplace.insights.books.policies import Stretch
from marketplace.kernel.clock import midnight
from marketplace.ledger.operations.closing import end_of
from marketplace.web.forms import Filled, PageForm

SECOND = timedelta(seconds=1)


class MomentForm(Form):
    """A day, and if wanted a second of it: what was so at its end."""

    until = DateField("Up to and with", validators=[Filled("Enter the last day.")])
    time = TimeField(
        "Second of that day",
        format=["%H:%M:%S", "%H:%M"],
        description="UTC, as in 14:05:09. Empty: all of the day.",
        validators=[Optional()],
    )

    def validate_until(self, field: DateField) -> None:
        """Nobody knows the books of a day to come."""
        if field.data and field.data > self.now.date():
            raise ValidationError(f"Enter {self.now.date()} or an earlier day.")

    def __init__(self, given: Mapping[str, str], *, now: datetime, **usual: date) -> None:
        super().__init__(MultiDict({name: str(one) for name, one in {**usual, **given}.items()}))
        self.now = now

    @property
    def moment(self) -> datetime:
        """The first instant that does not count any more, at most now."""
        assert self.until.data is not None
        if self.time.data is None:
            return min(end_of(self.until.data), self.now)
        return min(datetime.combine(self.until.data, self.time.data, UTC) + SECOND, self.now)


class StretchForm(MomentForm):
    """The days of a roll-forward."""

    since = DateField("From", validators=[Filled("Enter the first day.")])

    def validate_since(self, field: DateField) -> None:
        """The first day comes first."""
        if field.data and self.until.data and field.data > self.until.data:
            raise ValidationError("Enter a day that is not after the last one.")

    @property
    def stretch(self) -> Stretch:
        """From the begin of the first day to the moment, UTC."""
        assert self.since.data is not None
        return Stretch(midnight(self.since.data), self.moment)


class CloseForm(PageForm):
    """Up to which day the books are closed for good."""

    through = DateField(
        "Close up to and with",
        description="The end of that day, UTC. Nothing is posted into that time any more.",
        validators=[Filled("Enter the last day of the period.")],
    )
