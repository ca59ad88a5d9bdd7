"""How programs are called where the catalog asks for their points."""

from collections.abc import Collection

import sqlalchemy as sa

from catalog.audiences.names import Named, ids_of, names
from catalog.states import AudienceAttribute
from marketplace.kernel.db import session
from marketplace.programs.models import Program, ProgramDepartment
from marketplace.programs.queries.pages import SEEN_BY_EMPLOYEES
from marketplace.programs.states import ProgramState

_TO_CHOOSE = frozenset(ProgramState) - {ProgramState.DRAFT, ProgramState.DISCARDED}


@names(AudienceAttribute.PROGRAM)
def _programs(values: Collection[str] | None) -> list[Named]:
    one, theirs = Program, ProgramDepartment
    wanted = sa.select(one.id, one.name, one.slug, one.state, theirs.department_id)
    wanted = wanted.outerjoin(theirs, theirs.program_id == one.id)
    if values is None:
        wanted = wanted.where(one.state.in_(_TO_CHOOSE))
    else:
        wanted = wanted.where(one.id.in_(ids_of(values)))
    departments: dict[tuple[str, str, str], set[int]] = {}
    for row in session().execute(wanted):
        path = f"/programs/{row.slug}" if row.state in SEEN_BY_EMPLOYEES else ""
        found = departments.setdefault((str(row.id), row.name, path), set())
        found |= {row.department_id} - {None}
    return [Named(*facts, frozenset(found)) for facts, found in departments.items()]
