"""What letters to those who decide are about stands in their keys, so that nobody is told twice."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.mail import Letter


def mark_of(line_id: int, gate: int) -> str:
    """A line at one of its gates."""
    return f"{line_id}.{gate}"


def marked_key(notice: str, marks: Iterable[str], who_id: int) -> str:
    """The key of one letter to somebody about all of these."""
    return f"{notice}:{'+'.join(marks)}:{who_id}"


def told_before(notice: str, who_id: int, *, since: datetime) -> set[str]:
    """The marks of all that such letters told somebody of since then."""
    keys = session().scalars(
        sa.select(Letter.key).where(
            Letter.employee_id == who_id,
            Letter.key.startswith(f"{notice}:", autoescape=True),
            Letter.written_at >= since,
        )
    )
    return {mark for key in keys for mark in key.split(":")[1].split("+")}
