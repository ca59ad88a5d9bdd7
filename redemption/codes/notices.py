"""Letters about codes in stock: few are left, somebody waits, a code works after all."""

from datetime import datetime

from marketplace.access.roles import Role
from marketplace.kernel.db import session
from marketplace.people.queries import holders_of_one_of
from marketplace.web.letters import write_letter
from redemption.codes.models import CodeReport
from redemption.codes.queries.pools import PoolRow, pool_row
from redemption.codes.states import Outcome
from redemption.notices import about_line


def write_low(pool_id: int, since: datetime, *, at: datetime) -> None:
    """Tell who buys codes that few are left, once for each time that it became so."""
    row = pool_row(pool_id, at=at)
    if row.low_since is None:
        return
    _tell(row, f"codes_low:{pool_id}:{since.isoformat()}", at)


def write_empty(pool_id: int, *, at: datetime) -> None:
    """Tell who buys codes that people wait for some, once a day."""
    row = pool_row(pool_id, at=at)
    if row.waiting:
        _tell(row, f"codes_empty:{pool_id}:{at.date().isoformat()}", at)


def _tell(row: PoolRow, key: str, at: datetime) -> None:
    for who in holders_of_one_of(_WHO_BUYS):
        write_letter("codes_low", to=who, key=f"{key}:{who.id}", at=at, row=row)


_WHO_BUYS = (Role.PROGRAM_MANAGER, Role.FULFILLMENT)


def write_works(report_id: int, *, at: datetime) -> None:
    """Tell a person that their code does work, and how."""
    report = session().get_one(CodeReport, report_id)
    if report.outcome is not Outcome.WORKS:
        return
    about = about_line(report.line_id)
    key = f"code_works:{report_id}"
    write_letter("code_works", to=about.holder, key=key, at=at, about=about, answer=report.answer)
