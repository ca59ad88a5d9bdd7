"""Who works here, who they report to, and how they sign in."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.access.roles import Role
from marketplace.kernel.db import Model, whole
from marketplace.people.states import EmployeeStatus, SessionEnd, Verdict


class Department(Model):
    """A part of the organization. `name_key` is the name as compared: no case, no extra spaces."""

    __tablename__ = "departments"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    name_key: Mapped[str] = mapped_column(unique=True)


class Employee(Model):
    """One person. `external_id` is what the organization's own system calls them.

    `name` is as typed and never split. `source` names the import profile the person came with
    (empty: entered by hand), so that a file can only miss people it once brought. Of a birthday
    only month and day are kept, never the year.
    """

    __tablename__ = "employees"
    __table_args__ = (
        sa.CheckConstraint("email IS NULL OR email = lower(email)", name="email_lower_case"),
        sa.CheckConstraint("manager_id IS NULL OR manager_id <> id", name="not_own_manager"),
        sa.CheckConstraint("name <> '' AND external_id <> ''", name="named"),
        sa.CheckConstraint("country IS NULL OR length(country) = 2", name="country_of_two_letters"),
        sa.CheckConstraint("status = 'active' OR left_on IS NOT NULL", name="leaver_has_a_day"),
        sa.CheckConstraint("(birth_month IS NULL) = (birth_day IS NULL)", name="birthday_is_whole"),
        *whole("birth_month", 1, 12),
        *whole("birth_day", 1, 31),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    external_id: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    email: Mapped[str | None] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(default="", server_default="")
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("departments.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    site: Mapped[str] = mapped_column(default="", server_default="")
    country: Mapped[str | None]
    hired_on: Mapped[date | None]
    birth_month: Mapped[int | None]
    birth_day: Mapped[int | None]
    status: Mapped[EmployeeStatus] = mapped_column(default=EmployeeStatus.ACTIVE)
    left_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(default="", server_default="")


class EmployeeKey(Model):
    """Another system's key for a person: a superseded row, a seller number. Many may mean one."""

    __tablename__ = "employee_keys"

    source: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)


class EmployeeRole(Model):
    """A role somebody holds beside being an employee."""

    __tablename__ = "employee_roles"

    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(primary_key=True, index=True)
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    granted_at: Mapped[datetime]


class Credential(Model):
    """A password, as argon2id keeps it."""

    __tablename__ = "credentials"

    employee_id: Mapped[int] = mapped_column(
        sa.ForeignKey("employees.id"), primary_key=True, autoincrement=False
    )
    password_hash: Mapped[str]
    changed_at: Mapped[datetime]


class SignInSession(Model):
    """One browser signed in. The cookie holds a random token, this row only its SHA-256."""

    __tablename__ = "sign_in_sessions"
    __table_args__ = (
        sa.CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="end_has_a_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    employee_id: Mapped[int] = mapped_column(sa.ForeignKey("employees.id"), index=True)
    address: Mapped[str]
    device: Mapped[str]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    ended_because: Mapped[SessionEnd | None]


class SignInAttempt(Model):
    """How often an account or an address was tried lately, and until when it has to wait.

    One row a subject (`account:…`, `address:…`), so counting is one locked row and not a guess.
    """

    __tablename__ = "sign_in_attempts"
    __table_args__ = (*whole("failures", 0),)

    subject: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(index=True)
    wait_until: Mapped[datetime | None]


class StagedPerson(Model):
    """A row of a people file on its way in, kept until the import is done or forgotten.

    `check` fills the last four: who the row is, who the manager is (a row of the file, or somebody
    here who is not in it), and a verdict where there is one to keep. Everything else follows from
    these, because writing a row costs more than reading it: no `employee_id` means new, no verdict
    unchanged.
    """

    __tablename__ = "staged_people"
    __table_args__ = (sa.Index(None, "run_id", "external_id"),)

    run_id: Mapped[int] = mapped_column(
        sa.ForeignKey("import_runs.id"), primary_key=True, autoincrement=False
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    is_current: Mapped[bool]
    external_id: Mapped[str]
    row_key: Mapped[str | None]
    name: Mapped[str]
    email: Mapped[str | None]
    title: Mapped[str]
    department: Mapped[str]
    department_key: Mapped[str | None]
    site: Mapped[str]
    country: Mapped[str | None]
    hired_on: Mapped[date | None]
    left_on: Mapped[date | None]
    birth_month: Mapped[int | None]
    birth_day: Mapped[int | None]
    manager: Mapped[str | None]
    employee_id: Mapped[int | None]
    manager_line: Mapped[int | None]
    manager_id: Mapped[int | None]
    verdict: Mapped[Verdict]
