"""Hiring, leaving, reporting lines and roles, one person at a time. Files come in by `roster`."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, lock_table, rows_changed, session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.people.models import Department, Employee, EmployeeRole
from marketplace.people.operations.sessions import end_sessions
from marketplace.people.queries import normal_email
from marketplace.people.states import EmployeeStatus, SessionEnd


class PersonKnown(BadInput):
    """The external id or the e-mail belongs to somebody already."""

    code = "person_known"


class ManagerCycle(BadInput):
    """Somebody would report to himself through others."""

    code = "manager_cycle"

    def __init__(self, name: str, manager: str) -> None:
        super().__init__(
            f"{manager} reports to {name}, directly or through others, so {name} can't report to "
            f"{manager}. Choose another manager.",
            name=name,
            manager=manager,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEmployee:
    """Who starts here. `department` is a name; it is made when it is new.

    `birthday` is month and day; nobody keeps the year.
    """

    external_id: str
    name: str
    email: str | None = None
    title: str = ""
    department: str = ""
    manager_id: int | None = None
    site: str = ""
    country: str | None = None
    hired_on: date | None = None
    birthday: tuple[int, int] | None = None


def lock_roster() -> None:
    """Let nobody else change people meanwhile, so that no two changes make a ring."""
    lock_table(Employee)


def name_key(name: str) -> str:
    """A name as compared: one blank between words, no case."""
    return " ".join(name.split()).casefold()


def department_named(name: str) -> int:
    """The id of the department of this name, made when it is new."""
    key = name_key(name)
    if not key:
        raise BadInput("Enter the name of the department.")
    session().execute(
        insert_or_skip(Department)
        .values(name=" ".join(name.split()), name_key=key)
        .on_conflict_do_nothing(index_elements=["name_key"])
    )
    return session().scalars(sa.select(Department.id).where(Department.name_key == key)).one()


def employ(new: NewEmployee, *, actor: Actor, at: datetime) -> int:
    """Add a person and answer the id. Raises PersonKnown."""
    email = normal_email(new.email) if new.email else None
    lock_roster()
    same_person = Employee.external_id == new.external_id
    if email:
        same_person |= Employee.email == email
    known = session().scalar(sa.select(Employee.external_id).where(same_person))
    if known is not None:
        raise PersonKnown(
            f"{new.external_id} or {email or 'this e-mail'} belongs to somebody already ({known}). "
            "Enter another, or change that person.",
            known=known,
        )
    employee_id = (
        session()
        .scalars(
            sa.insert(Employee)
            .values(
                external_id=new.external_id,
                name=new.name,
                email=email,
                title=new.title,
                department_id=department_named(new.department) if new.department else None,
                manager_id=new.manager_id,
                site=new.site,
                country=new.country,
                hired_on=new.hired_on,
                birth_month=new.birthday[0] if new.birthday else None,
                birth_day=new.birthday[1] if new.birthday else None,
                status=EmployeeStatus.ACTIVE,
            )
            .returning(Employee.id)
        )
        .one()
    )
    audit.record(actor.employee_id, "people.employ", f"employee:{employee_id}", at=at)
    return employee_id


def assign_manager(employee_id: int, manager_id: int | None, *, actor: Actor, at: datetime) -> None:
    """Say whom somebody reports to. Raises ManagerCycle, NotFound."""
    lock_roster()
    names = _names_of(employee_id, manager_id)
    if manager_id is not None and employee_id in _chain_above(manager_id):
        raise ManagerCycle(names[employee_id], names[manager_id])
    session().execute(
        sa.update(Employee).where(Employee.id == employee_id).values(manager_id=manager_id)
    )
    audit.record(
        actor.employee_id,
        "people.assign_manager",
        f"employee:{employee_id}",
        at=at,
        manager_id=manager_id,
    )


def _names_of(*ids: int | None) -> dict[int, str]:
    wanted = {i for i in ids if i is not None}
    found = session().execute(sa.select(Employee.id, Employee.name).where(Employee.id.in_(wanted)))
    names = {row.id: row.name for row in found}
    if names.keys() != wanted:
        raise NotFound("There is no such person here.")
    return names


def _chain_above(employee_id: int) -> set[int]:
    """The person and everyone above, up to the root."""
    chain = (
        sa.select(Employee.id, Employee.manager_id)
        .where(Employee.id == employee_id)
        .cte("chain", recursive=True)
    )
    above = sa.select(Employee.id, Employee.manager_id).join(
        chain, Employee.id == chain.c.manager_id
    )
    return set(session().scalars(sa.select(chain.union(above).c.id)))


def mark_left(employee_id: int, *, on: date, actor: Actor, at: datetime) -> bool:
    """Note that somebody left: sessions end at once, points and history stay. False when known."""
    left = session().execute(
        sa.update(Employee)
        .where(Employee.id == employee_id, Employee.status == EmployeeStatus.ACTIVE)
        .values(status=EmployeeStatus.LEFT, left_on=on)
    )
    if not rows_changed(left):
        return False
    end_sessions([employee_id], because=SessionEnd.LEFT, at=at)
    audit.record(
        actor.employee_id, "people.left", f"employee:{employee_id}", at=at, on=on.isoformat()
    )
    return True


def grant_role(employee_id: int, role: Role, *, actor: Actor, at: datetime) -> bool:
    """Give somebody a role; False when they hold it. Raises NotFound, BadInput."""
    if role is Role.EMPLOYEE:
        raise BadInput("Everyone is an employee already. Choose another role.")
    if session().get(Employee, employee_id) is None:
        raise NotFound("There is no such person here.")
    granted = session().scalar(
        insert_or_skip(EmployeeRole)
        .values(employee_id=employee_id, role=role, granted_by_id=actor.employee_id, granted_at=at)
        .on_conflict_do_nothing()
        .returning(EmployeeRole.employee_id)
    )
    if granted is None:
        return False
    audit.record(
        actor.employee_id, "people.grant_role", f"employee:{employee_id}", at=at, role=role.value
    )
    return True


def revoke_role(employee_id: int, role: Role, *, actor: Actor, at: datetime) -> bool:
    """Take a role away; False when it was not held."""
    revoked = session().execute(
        sa.delete(EmployeeRole).where(
            EmployeeRole.employee_id == employee_id, EmployeeRole.role == role
        )
    )
    if not rows_changed(revoked):
        return False
    audit.record(
        actor.employee_id, "people.revoke_role", f"employee:{employee_id}", at=at, role=role.value
    )
    return True
