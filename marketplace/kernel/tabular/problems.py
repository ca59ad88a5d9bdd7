"""What can be wrong with a table: the whole file, or one cell of it."""

from dataclasses import dataclass

from marketplace.kernel.errors import BadInput

LONGEST_SHOWN = 80


class CannotReadTable(BadInput):
    """The file as a whole can't be read; nothing of it was used."""

    code = "cannot_read_table"


class ProfileProblem(BadInput):
    """The profile asks for something that does not exist or contradicts itself."""

    code = "profile_problem"


@dataclass(frozen=True, slots=True)
class RowError:
    """One cell (or one whole row, when `field` is empty) that can't be used, or only with a doubt.

    `line` is the line of the file at which the row begins, counted from 1; in a spreadsheet the
    row number. `value` is what stood there, shortened and with control characters made visible;
    `problem` is the fact and `enter` what to enter instead.
    """

    line: int
    field: str
    value: str
    problem: str
    enter: str


def row_error(line: int, field: str, value: object, problem: str, enter: str) -> RowError:
    """A `RowError` whose value is safe to show."""
    return RowError(line, field, shown(value), problem, enter)


def shown(value: object) -> str:
    """A value cut to 80 characters, with control and other invisible characters as escapes."""
    text = "" if value is None else str(value)[: LONGEST_SHOWN + 1]
    if len(text) > LONGEST_SHOWN:
        text = text[: LONGEST_SHOWN - 1] + "…"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
