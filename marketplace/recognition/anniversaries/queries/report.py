"""What anniversaries and birthdays brought whom, apart from all other points: for tax."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.kernel.parsing import in_units
from marketplace.kernel.tabular.writing import OutValue
from marketplace.ledger.queries import point_values
from marketplace.ledger.worth import Money
from marketplace.people.models import Employee
from marketplace.programs.models import Program
from marketplace.programs.states import ProgramKind

COLUMNS = (
    "external_id",
    "name",
    "country",
    "program",
    "occasion",
    "on_day",
    "points",
    "worth",
    "currency",
)


@dataclass(frozen=True, slots=True)
class TaxRow:
    """What one occasion brought one person, with its worth by today's point value.

    `worth` is None where the person's country has no point value.
    """

    external_id: str
    name: str
    country: str
    program: str
    occasion: str
    on_day: date
    points: int
    worth: Money | None

    @property
    def cells(self) -> tuple[OutValue, ...]:
        """The row for a file, in the order of `COLUMNS`."""
        money = _written(self.worth) if self.worth else ("", "")
        return (
            self.external_id,
            self.name,
            self.country,
            self.program,
            self.occasion,
            self.on_day,
            self.points,
            *money,
        )


def _written(worth: Money) -> tuple[Decimal, str]:
    return in_units(worth.minor, worth.currency), worth.currency


def tax_report(
    first: date, last: date, *, at: datetime, program_id: int | None = None
) -> Sequence[TaxRow]:
    """What was granted and stands for occasions between two days, by person and day."""
    points = sa.cast(sa.func.sum(Award.points), sa.BigInteger)
    on_day = sa.func.max(Award.occurred_on)
    query = (
        sa.select(
            Employee.external_id,
            Employee.name,
            sa.func.coalesce(Employee.country, ""),
            Program.name,
            Award.subject,
            on_day,
            points,
        )
        .join(Employee, Employee.id == Award.employee_id)
        .join(Program, Program.id == Award.program_id)
        .where(Program.kind == ProgramKind.ANNIVERSARY)
        .group_by(Employee.id, Program.id, Award.subject)
        .having(points != 0, on_day.between(first, last))
        .order_by(Employee.name, on_day, Award.subject)
    )
    if program_id is not None:
        query = query.where(Program.id == program_id)
    rows = session().execute(query).all()
    values = point_values({row[2] for row in rows}, at=at)
    found = []
    for external_id, name, country, program, subject, day, brought in rows:
        value = values.get(country)
        worth = value.worth(brought) if value else None
        words = occasion_words(subject)
        found.append(TaxRow(external_id, name, country, program, words, day, brought, worth))
    return found


def occasion_words(subject: str) -> str:
    """A subject in words: 5 years of service, birthday 2026."""
    what, _, number = subject.partition(":")
    if what == "birthday":
        return f"birthday {number}"
    return f"{number} year{'' if number == '1' else 's'} of service"
