"""People for `/search`: those at work, whose pages everyone may open."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import url_for

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.people.models import Department, Employee
from marketplace.people.states import EmployeeStatus
from marketplace.recognition.handles import handle_of
from marketplace.web.search import Finder, add_finder, has_all_words


def people(_actor: Actor, text: str, _at: datetime) -> sa.Select[*tuple[Any, ...]]:
    """People at work by words of their name, or by how their e-mail address begins.

    What stands behind the @ is the same for everyone and finds nobody.
    """
    department = sa.func.coalesce(Department.name, "")
    return (
        sa.select(
            Employee.name.label("title"),
            department.label("note"),
            sa.cast(Employee.id, sa.Text).label("key"),
            sa.literal(0).label("rank"),
        )
        .outerjoin(Department, Department.id == Employee.department_id)
        .where(
            Employee.status == EmployeeStatus.ACTIVE,
            sa.or_(
                has_all_words(text, Employee.name),
                Employee.email.istartswith(text, autoescape=True),
            ),
        )
    )


add_finder(
    Finder(
        "People",
        20,
        Permission.RECOGNIZE,
        people,
        lambda key: url_for("recognition.person", handle=handle_of("", int(key))),
    )
)
