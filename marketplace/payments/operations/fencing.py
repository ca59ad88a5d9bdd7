"""Rows that are asked about while no transaction is open: taken by their version, and their keys.

Touching a row takes it for this transaction, and its version is the fence: an answer that comes
after somebody else touched it changes nothing.
"""

from typing import TypeVar

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.payments.models import Payment, PaymentRefund

Fenced = TypeVar("Fenced", Payment, PaymentRefund)


def touched(model: type[Fenced], *which: sa.ColumnElement[bool], **values: object) -> Fenced | None:
    """Take a row for this transaction, if it is as said."""
    return (
        session()
        .scalars(
            sa.update(model)
            .where(*which)
            .values(version=model.version + 1, **values)
            .returning(model),
            execution_options={"synchronize_session": False, "populate_existing": True},
        )
        .one_or_none()
    )


def key_of(reference: str, attempt: int) -> str:
    """The idempotency key under which something is asked for the so-manieth time."""
    return f"laurel-{reference}-{attempt}"
