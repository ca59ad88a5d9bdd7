"""Sign-in sessions: started with a random token, ended by sign-out, new password or farewell."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from marketplace.kernel.db import rows_changed, session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import SignInSession
from marketplace.people.states import SessionEnd

_IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Browser:
    """Where somebody signs in from, as shown back to them."""

    address: str
    device: str


def token_hash(token: str) -> str:
    """What is stored of a session token."""
    return hashlib.sha256(token.encode()).hexdigest()


def start_session(
    employee_id: int, browser: Browser, *, at: datetime, lasts: timedelta, replaces: str = ""
) -> str:
    """Start a session and answer its token, shown to the browser only.

    A session the browser had before (`replaces`, a token) ends: a planted one is worth nothing.
    """
    if replaces:
        end_session(replaces, because=SessionEnd.RENEWED, at=at)
    token = secrets.token_urlsafe(32)
    session().execute(
        sa.insert(SignInSession).values(
            token_hash=token_hash(token),
            employee_id=employee_id,
            address=browser.address[:64],
            device=browser.device[:200],
            started_at=at,
            expires_at=at + lasts,
        )
    )
    return token


def end_session(token: str, *, because: SessionEnd, at: datetime) -> bool:
    """End the session of this token; False when it was over."""
    ended = session().execute(
        sa.update(SignInSession)
        .where(SignInSession.token_hash == token_hash(token), SignInSession.ended_at.is_(None))
        .values(ended_at=at, ended_because=because)
    )
    return rows_changed(ended) == 1


def end_own_session(employee_id: int, session_id: int, *, at: datetime) -> None:
    """End one of somebody's sessions from another browser. Raises NotFound."""
    ended = session().execute(
        sa.update(SignInSession)
        .where(
            SignInSession.id == session_id,
            SignInSession.employee_id == employee_id,
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=at, ended_because=SessionEnd.ENDED_ELSEWHERE)
    )
    if not rows_changed(ended):
        raise NotFound("This browser is signed out already.")


def end_sessions(
    employee_ids: Sequence[int], *, because: SessionEnd, at: datetime, but_token: str = ""
) -> int:
    """End every session of these people, except the one of `but_token`; how many ended."""
    ended = 0
    for start in range(0, len(employee_ids), _IDS_AT_ONCE):
        result = session().execute(
            sa.update(SignInSession)
            .where(
                SignInSession.employee_id.in_(employee_ids[start : start + _IDS_AT_ONCE]),
                SignInSession.ended_at.is_(None),
                SignInSession.token_hash != token_hash(but_token),
            )
            .values(ended_at=at, ended_because=because)
        )
        ended += rows_changed(result)
    return ended


def forget_old_sessions(*, before: datetime) -> int:
    """Delete sessions that were over or expired before that moment; how many went."""
    gone = session().execute(
        sa.delete(SignInSession).where(
            sa.or_(SignInSession.ended_at < before, SignInSession.expires_at < before)
        )
    )
    return rows_changed(gone)
