"""What an evaluation of a program starts from: its rule, its days and its people."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.programs.earning import Run
from marketplace.programs.models import Program, ProgramDepartment
from marketplace.programs.queries.rules import current_rule


def run_of(
    program: Program, *, at: datetime, groups: Collection[str] | None = None, is_final: bool = False
) -> Run:
    """An evaluation of a program by the rule that holds now, for the people it is for now."""
    return Run(
        program=program,
        rule=current_rule(program),
        at=at,
        today=at.date(),
        groups=groups,
        members=members_of(program.id),
        is_final=is_final,
    )


def members_of(program_id: int) -> frozenset[int] | None:
    """Who a program is for: the people of its departments, or None for everyone.

    Who has earned in it once stays in it, whatever department they are in by now.
    """
    departments = (
        session()
        .scalars(
            sa.select(ProgramDepartment.department_id).where(
                ProgramDepartment.program_id == program_id
            )
        )
        .all()
    )
    if not departments:
        return None
    there = sa.select(Employee.id).where(Employee.department_id.in_(departments))
    earned = sa.select(Award.employee_id).where(Award.program_id == program_id)
    return frozenset(session().scalars(there.union(earned)))
