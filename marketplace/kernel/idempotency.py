"""The same request twice is one deed: a key row is the first statement of the business transaction.

It lives and dies with the work: a crash takes both back, a rival with the same key waits for the
first to end and then reads its answer.
"""

import hashlib
import json
from datetime import datetime
from functools import cache

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.db import Model, engine_name, insert_or_skip, said_again, session
from marketplace.kernel.errors import BadInput, KeyUsedDifferently


class RequestKey(Model):
    """A key one person sent, the fingerprint of what came with it, and the answer given."""

    __tablename__ = "request_keys"

    actor_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]
    answer: Mapped[str | None]
    created_at: Mapped[datetime]


def fingerprint(**body: object) -> str:
    """A digest of what is asked, the same for the same values in any order."""
    text = json.dumps(body, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def claim_key(actor_id: int, key: str, *, at: datetime, **body: object) -> str | None:
    """Claim `key` for this transaction; the answer already given when it was used before.

    Raises KeyUsedDifferently when the key came before with another body, BadInput when it is not a
    key of 8 to 64 characters.
    """
    if not 8 <= len(key) <= 64:
        raise BadInput("This form has lost its request key. Open the page again and send it anew.")
    digest = fingerprint(**body)
    row = {"actor_id": actor_id, "key": key, "fingerprint": digest, "created_at": at}
    if said_again(_claim(engine_name()), row).first() is not None:
        return None
    stored = (
        session()
        .execute(
            sa.select(RequestKey.fingerprint, RequestKey.answer).where(
                RequestKey.actor_id == actor_id, RequestKey.key == key
            )
        )
        .one()
    )
    if stored.fingerprint != digest:
        raise KeyUsedDifferently
    return stored.answer or ""


@cache
def _claim(_engine: str) -> sa.Insert:
    return insert_or_skip(RequestKey).on_conflict_do_nothing().returning(RequestKey.key)


def answer_key(actor_id: int, key: str, answer: str) -> None:
    """Keep what the first request answered, for its repeats."""
    said_again(_ANSWER, {"who": actor_id, "which": key, "answer": answer})


_ANSWER = sa.update(RequestKey).where(
    RequestKey.actor_id == sa.bindparam("who"), RequestKey.key == sa.bindparam("which")
)


def kept_answer(actor_id: int, key: str, **body: object) -> str | None:
    """What was answered to this key with this body; None where there is no such answer (yet)."""
    return session().scalar(
        sa.select(RequestKey.answer).where(
            RequestKey.actor_id == actor_id,
            RequestKey.key == key,
            RequestKey.fingerprint == fingerprint(**body),
        )
    )
