"""Signing in: tries are counted before a password is looked at, so parallel guesses count too."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.kernel import audit
from marketplace.kernel.db import insert_or_skip, rows_changed, session
from marketplace.kernel.errors import DomainError
from marketplace.kernel.networks import counted_as
from marketplace.kernel.secrets import fingerprint
from marketplace.people.models import Credential, SignInAttempt
from marketplace.people.operations.sessions import Browser, end_sessions, start_session
from marketplace.people.policies import ACCOUNT_TRIES, ADDRESS_TRIES, failures_now, wait_after
from marketplace.people.queries import normal_email
from marketplace.people.states import SessionEnd


class TooManyTries(DomainError):
    """Too many sign-ins failed for this account or from this address; the same for unknown ones."""

    status = 429
    code = "too_many_tries"

    def __init__(self, wait: timedelta) -> None:
        minutes = max(1, -(-int(wait.total_seconds()) // 60))
        super().__init__(
            f"Too many tries in a row. Wait {minutes} minute{'s' if minutes > 1 else ''} and try "
            "again, or ask the person who looks after Laurel for a new password.",
            minutes=minutes,
        )


@dataclass(frozen=True, slots=True)
class Try:
    """One try to sign in: whose account by what was typed, and from which address."""

    account: str
    address: str

    @property
    def subjects(self) -> list[tuple[str, int]]:
        """What is counted, with the number of failures that go without a wait."""
        account = fingerprint(normal_email(self.account), "sign-in account")
        address = counted_as(self.address)
        return [(f"account:{account}", ACCOUNT_TRIES), (f"address:{address}", ADDRESS_TRIES)]


def count_try(attempt: Try, *, at: datetime) -> None:
    """Count a try as failed before it is judged. Raises TooManyTries while a wait lasts."""
    for subject, tries in attempt.subjects:
        row = _locked(subject, at)
        if row.wait_until is not None and row.wait_until > at:
            raise TooManyTries(row.wait_until - at)
        failures = failures_now(row.failures, row.last_at, at=at) + 1
        wait = wait_after(failures, tries)
        row.failures, row.last_at = failures, at
        row.wait_until = at + wait if wait else None
    session().flush()


def _locked(subject: str, at: datetime) -> SignInAttempt:
    session().execute(
        insert_or_skip(SignInAttempt)
        .values(subject=subject, failures=0, last_at=at)
        .on_conflict_do_nothing()
    )
    wanted = sa.select(SignInAttempt).where(SignInAttempt.subject == subject)
    return session().scalars(wanted.with_for_update()).one()


def forgive_try(attempt: Try, *, at: datetime) -> None:
    """Take a try back that was right: the account starts anew, the address counts one less."""
    (account_subject, _), (address_subject, _) = attempt.subjects
    account, address = _locked(account_subject, at), _locked(address_subject, at)
    account.failures, account.wait_until = 0, None
    address.failures = max(address.failures - 1, 0)
    if address.failures < ADDRESS_TRIES:
        address.wait_until = None
    session().flush()


def sign_in(
    employee_id: int, browser: Browser, *, at: datetime, lasts: timedelta, replaces: str
) -> str:
    """Start a session for somebody who has shown who they are; answers its token."""
    token = start_session(employee_id, browser, at=at, lasts=lasts, replaces=replaces)
    audit.record(employee_id, "people.sign_in", f"employee:{employee_id}", at=at)
    return token


def still_has(employee_id: int, password_hash: str) -> bool:
    """Whether the hash that was just looked at is still the one kept; nobody changes it from here.

    A password is judged before the transaction, because that takes long; it may be old by now.
    """
    kept = session().scalar(
        sa.select(Credential.password_hash)
        .where(Credential.employee_id == employee_id)
        .with_for_update()
    )
    return kept == password_hash


def keep_password(employee_id: int, password_hash: str) -> None:
    """Store a fresh hash of the password somebody has already; sessions go on."""
    session().execute(
        sa.update(Credential)
        .where(Credential.employee_id == employee_id)
        .values(password_hash=password_hash)
    )


def set_password(
    employee_id: int, password_hash: str, *, actor_id: int | None, at: datetime
) -> int:
    """Give somebody a password and end all their sessions; answers how many ended."""
    values = {"password_hash": password_hash, "changed_at": at}
    session().execute(
        insert_or_skip(Credential)
        .values(employee_id=employee_id, **values)
        .on_conflict_do_update(index_elements=["employee_id"], set_=values)
    )
    audit.record(actor_id, "people.set_password", f"employee:{employee_id}", at=at)
    return end_sessions([employee_id], because=SessionEnd.PASSWORD_CHANGED, at=at)


def forget_old_tries(*, before: datetime) -> int:
    """Delete what was counted before that moment; how many rows went."""
    gone = session().execute(sa.delete(SignInAttempt).where(SignInAttempt.last_at < before))
    return rows_changed(gone)
