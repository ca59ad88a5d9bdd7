"""Whether somebody works here."""

from enum import StrEnum


class EmployeeStatus(StrEnum):
    """`LEFT` ends sign-in; the row, its points and its history stay."""

    ACTIVE = "active"
    LEFT = "left"


class SessionEnd(StrEnum):
    """Why a sign-in session is over."""

    SIGNED_OUT = "signed_out"
    RENEWED = "renewed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105  a reason, not a password
    LEFT = "left"
    ENDED_ELSEWHERE = "ended_elsewhere"


class Verdict(StrEnum):
    """What is kept about a row of a people file; `NONE` without an `employee_id` is a newcomer."""

    NONE = "none"
    NEW = "new"  # has been given an id
    CHANGED = "changed"
    ERROR = "error"
