"""Who is who: people as frozen rows, and the actor behind a request."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel.db import rows_of, session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import (
    Credential,
    Department,
    Employee,
    EmployeeKey,
    EmployeeRole,
    SignInSession,
)
from marketplace.people.states import EmployeeStatus

_IDS_AT_ONCE = 500
_Report = aliased(Employee)


@dataclass(frozen=True, slots=True)
class Person:
    """One employee as others see them. `country` is a two-letter code."""

    id: int
    name: str
    email: str | None
    title: str
    department_id: int | None
    department: str
    manager_id: int | None
    site: str
    country: str | None
    hired_on: date | None
    external_id: str
    is_active: bool


_PERSON = (
    sa.select(
        Employee.id,
        Employee.name,
        Employee.email,
        Employee.title,
        Employee.department_id,
        sa.func.coalesce(Department.name, ""),
        Employee.manager_id,
        Employee.site,
        Employee.country,
        Employee.hired_on,
        Employee.external_id,
        Employee.status == EmployeeStatus.ACTIVE,
    )
    .select_from(Employee)
    .outerjoin(Department, Department.id == Employee.department_id)
)


def _people(rows: Iterable[Any]) -> list[Person]:
    return [Person(*row[:-1], is_active=bool(row[-1])) for row in rows]


def person(employee_id: int) -> Person:
    """One person. Raises NotFound."""
    found = _people(rows_of(_ONE_PERSON, {"employee_id": employee_id}))
    if not found:
        raise NotFound("There is no such person here.")
    return found[0]


_ONE_PERSON = _PERSON.where(Employee.id == sa.bindparam("employee_id"))


def people_by_id(ids: Collection[int]) -> dict[int, Person]:
    """The people of these ids; ids nobody has are left out."""
    wanted = sorted(set(ids))
    found: dict[int, Person] = {}
    for start in range(0, len(wanted), _IDS_AT_ONCE):
        batch = wanted[start : start + _IDS_AT_ONCE]
        rows = session().execute(_PERSON.where(Employee.id.in_(batch)))
        found |= {person.id: person for person in _people(rows)}
    return found


def people_above(manager_id: int, *, most: int) -> list[Person]:
    """The person of this id and those above them, the nearest first, at most so many.

    In a circle of managers they come again and again.
    """
    return _people(rows_of(_above(), {"manager_id": manager_id, "most": most}))


@lru_cache(maxsize=1)
def _above() -> sa.Select[*tuple[Any, ...]]:
    chain = (
        sa.select(Employee.id, Employee.manager_id, sa.literal_column("1").label("height"))
        .where(Employee.id == sa.bindparam("manager_id"))
        .cte("chain", recursive=True)
    )
    above = (
        sa.select(Employee.id, Employee.manager_id, chain.c.height + 1)
        .join(chain, Employee.id == chain.c.manager_id)
        .where(chain.c.height < sa.bindparam("most", type_=sa.Integer))
    )
    chain = chain.union_all(above)
    return _PERSON.join(chain, chain.c.id == Employee.id).order_by(chain.c.height)


def person_named(text: str) -> Person:
    """Find one person by external id or e-mail, as commands and hand entry name them.

    Raises NotFound.
    """
    wanted = text.strip()
    rows = session().execute(
        _PERSON.where(
            sa.or_(Employee.external_id == wanted, Employee.email == normal_email(wanted))
        ).order_by((Employee.external_id == wanted).desc())
    )
    found = _people(rows)
    if not found:
        raise NotFound(f"Nobody here has the id or e-mail {wanted!r}. Look with: people list.")
    return found[0]


def people_list(*, text: str = "", limit: int = 50, at_work: bool = False) -> list[Person]:
    """People in the order of their ids, those with `text` in name, e-mail or external id.

    With `at_work` only those who did not leave.
    """
    wanted = _PERSON.order_by(Employee.id).limit(limit)
    if at_work:
        wanted = wanted.where(Employee.status == EmployeeStatus.ACTIVE)
    if text.strip():
        part = text.strip()
        wanted = wanted.where(
            sa.or_(
                Employee.name.icontains(part, autoescape=True),
                Employee.email.icontains(part, autoescape=True),
                Employee.external_id == part,
            )
        )
    return _people(session().execute(wanted))


def people_where(*wanted: sa.ColumnElement[bool]) -> list[Person]:
    """The people on whom conditions on `Employee` hold, by name."""
    return _people(session().execute(_PERSON.where(*wanted).order_by(Employee.name, Employee.id)))


def holders_of(role: Role) -> list[Person]:
    """The people at work who hold a role, by name. For Role.EMPLOYEE that is everyone."""
    wanted = _PERSON.where(Employee.status == EmployeeStatus.ACTIVE).order_by(
        Employee.name, Employee.id
    )
    if role is not Role.EMPLOYEE:
        wanted = wanted.join(EmployeeRole, EmployeeRole.employee_id == Employee.id).where(
            EmployeeRole.role == role
        )
    return _people(session().execute(wanted))


def holders_of_any(roles: Collection[Role]) -> dict[Role, list[Person]]:
    """The people at work who hold each of some roles, by name: one statement for all of them."""
    found: dict[Role, list[Person]] = {role: [] for role in roles}
    for row in rows_of(_HOLDERS, {"roles": list(roles)}):
        found[row[-1]].extend(_people([row[:-1]]))
    return found


_HOLDERS = (
    _PERSON.add_columns(EmployeeRole.role)
    .join(EmployeeRole, EmployeeRole.employee_id == Employee.id)
    .where(
        Employee.status == EmployeeStatus.ACTIVE,
        EmployeeRole.role.in_(sa.bindparam("roles", expanding=True)),
    )
    .order_by(Employee.name, Employee.id)
)


def holders_of_one_of(roles: Collection[Role]) -> list[Person]:
    """The people at work who hold at least one of some roles, each once, by name."""
    held = sa.exists().where(EmployeeRole.employee_id == Employee.id, EmployeeRole.role.in_(roles))
    wanted = _PERSON.where(Employee.status == EmployeeStatus.ACTIVE, held)
    return _people(session().execute(wanted.order_by(Employee.name, Employee.id)))


def roles_of(employee_id: int) -> list[Role]:
    """The roles somebody holds beside being an employee."""
    return list(
        session().scalars(
            sa.select(EmployeeRole.role)
            .where(EmployeeRole.employee_id == employee_id)
            .order_by(EmployeeRole.role)
        )
    )


_ROLE_NAMES = (
    sa.select(sa.func.aggregate_strings(sa.cast(EmployeeRole.role, sa.Text), ","))
    .where(EmployeeRole.employee_id == Employee.id)
    .correlate(Employee)
    .scalar_subquery()
)
_ACTOR = sa.select(
    Employee.id,
    Employee.name,
    _ROLE_NAMES.label("role_names"),
    Employee.email,
    Employee.department_id,
    Employee.manager_id,
    Employee.site,
    Employee.country,
).where(Employee.status == EmployeeStatus.ACTIVE)


def _actor(row: Any) -> Actor:
    names = row.role_names.split(",") if row.role_names else []
    return Actor(
        employee_id=row.id,
        name=row.name,
        roles=frozenset({Role.EMPLOYEE, *map(Role, names)}),
        email=row.email,
        department_id=row.department_id,
        manager_id=row.manager_id,
        site=row.site or None,
        country=row.country,
    )


def actor_of(employee_id: int) -> Actor:
    """The person as one who acts. Raises NotFound for nobody and for people who left."""
    row = session().execute(_ACTOR.where(Employee.id == employee_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such person here.")
    return _actor(row)


def actor_named(text: str) -> Actor:
    """The person behind an external id or an e-mail address as one who acts. Raises NotFound."""
    return actor_of(person_named(text).id)


# Every page asks this, so it is made only once.
_ACTOR_OF_SESSION = _ACTOR.join(SignInSession, SignInSession.employee_id == Employee.id).where(
    SignInSession.token_hash == sa.bindparam("token"),
    SignInSession.ended_at.is_(None),
    SignInSession.expires_at > sa.bindparam("at"),
)


def actor_of_session(token_hash: str, *, at: datetime) -> Actor | None:
    """The person behind a sign-in session that is neither over nor expired, in one statement."""
    found = rows_of(_ACTOR_OF_SESSION, {"token": token_hash, "at": at})
    return _actor(found[0]) if found else None


@dataclass(frozen=True, slots=True)
class StoredPassword:
    """Somebody at work and the hash of their password."""

    employee_id: int
    name: str
    email: str | None
    password_hash: str
    changed_at: datetime


_STORED_PASSWORD = (
    sa.select(
        Employee.id, Employee.name, Employee.email, Credential.password_hash, Credential.changed_at
    )
    .join(Credential, Credential.employee_id == Employee.id)
    .where(Employee.status == EmployeeStatus.ACTIVE)
)


def password_behind(email: str) -> StoredPassword | None:
    """The password kept for an e-mail address; None for strangers, leavers and who has none."""
    wanted = _STORED_PASSWORD.where(Employee.email == normal_email(email))
    row = session().execute(wanted).one_or_none()
    return None if row is None else StoredPassword(*row)


def own_password(employee_id: int) -> StoredPassword | None:
    """The password somebody has, or None."""
    row = session().execute(_STORED_PASSWORD.where(Employee.id == employee_id)).one_or_none()
    return None if row is None else StoredPassword(*row)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser somebody is signed in with."""

    id: int
    device: str
    address: str
    started_at: datetime
    is_this: bool


def open_sessions(employee_id: int, this_token_hash: str, *, at: datetime) -> list[OpenSession]:
    """Where somebody is signed in, this browser first, then the newest."""
    is_this = SignInSession.token_hash == this_token_hash
    rows = session().execute(
        sa.select(
            SignInSession.id,
            SignInSession.device,
            SignInSession.address,
            SignInSession.started_at,
            is_this,
        )
        .where(
            SignInSession.employee_id == employee_id,
            SignInSession.ended_at.is_(None),
            SignInSession.expires_at > at,
        )
        .order_by(is_this.desc(), SignInSession.started_at.desc(), SignInSession.id.desc())
        .limit(50)
    )
    return [OpenSession(*row[:-1], is_this=bool(row[-1])) for row in rows]


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody the demo lets you be, and what makes them interesting."""

    id: int
    name: str
    title: str
    department: str
    duties: str


def personas(limit: int = 12) -> list[Persona]:
    """The people of the demo who hold a role or have a password, in the order they came."""
    reports = (
        sa.select(sa.func.count())
        .select_from(_Report)
        .where(_Report.manager_id == Employee.id, _Report.status == EmployeeStatus.ACTIVE)
        .correlate(Employee)
        .scalar_subquery()
    )
    rows = session().execute(
        sa.select(Employee.id, Employee.name, Employee.title, Department.name, _ROLE_NAMES, reports)
        .outerjoin(Department, Department.id == Employee.department_id)
        .outerjoin(Credential, Credential.employee_id == Employee.id)
        .where(
            Employee.status == EmployeeStatus.ACTIVE,
            sa.or_(Credential.employee_id.is_not(None), _ROLE_NAMES.is_not(None)),
        )
        .order_by(Employee.id)
        .limit(limit)
    )
    return [Persona(*row[:3], row[3] or "", _duties(row[4], row[5])) for row in rows]


def _duties(role_names: str | None, reports: int) -> str:
    words = [Role(name).label for name in sorted((role_names or "").split(",")) if name]
    if reports:
        words.append(f"Manager of {reports}")
    return ", ".join(words) or "Employee"


def employee_ids_by_key(source: str | None = None) -> dict[str, int]:
    """Ids by what a file may call people.

    `source` None: external ids. `email`: e-mail addresses. `row_key`: keys of any source that mean
    one person only. Any other: the keys that came with that source (superseded rows, seller
    numbers).
    """
    wanted: Any
    if source is None:
        wanted = sa.select(Employee.external_id, Employee.id)
    elif source == "email":
        wanted = sa.select(Employee.email, Employee.id).where(Employee.email.is_not(None))
    elif source == "row_key":
        wanted = (
            sa.select(EmployeeKey.key, sa.func.min(EmployeeKey.employee_id))
            .group_by(EmployeeKey.key)
            .having(sa.func.count(EmployeeKey.employee_id.distinct()) == 1)
        )
    else:
        wanted = sa.select(EmployeeKey.key, EmployeeKey.employee_id).where(
            EmployeeKey.source == source
        )
    rows: Any = session().execute(wanted)
    return {str(key): int(employee_id) for key, employee_id in rows}


def normal_email(text: str) -> str:
    """An address as stored and compared: no blanks around it, lower case."""
    return text.strip().lower()


def department_choices() -> list[tuple[str, str]]:
    """Departments to choose from: id as text, and name."""
    rows = session().execute(sa.select(Department.id, Department.name).order_by(Department.name))
    return [(str(department_id), name) for department_id, name in rows]
