"""The company's reward fund, one for each currency: what is in it, and each change."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.funds.states import EntryKind
from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import HOT_ROWS, LARGEST_AMOUNT, Model, one_of, whole


class Fund(Model):
    """What is there of one currency, in its smallest units.

    It may fall below zero only by what the bank already did: money given back at Stripe's pages.
    `low_since`: there has been less than `low_minor` since then, and finance was told.
    """

    __tablename__ = "funds"
    __table_args__ = (
        *whole("balance_minor", -LARGEST_AMOUNT),
        *whole("low_minor", 0),
        sa.CheckConstraint("length(currency) = 3", name="currency_of_three_letters"),
        HOT_ROWS,
    )

    currency: Mapped[str] = mapped_column(primary_key=True)
    balance_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    low_minor: Mapped[int] = mapped_column(default=0, server_default="0")
    low_since: Mapped[datetime | None]


class FundEntry(Model):
    """One change of a fund; the same kind and reference happen once. Never changed."""

    __tablename__ = "fund_entries"
    __table_args__ = (
        sa.UniqueConstraint("kind", "reference"),
        one_of("kind", EntryKind),
        *whole("minor", -LARGEST_AMOUNT),
        sa.CheckConstraint("(kind = 'given_back') = (minor < 0) AND minor <> 0", name="direction"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    currency: Mapped[str] = mapped_column(sa.ForeignKey("funds.currency"), index=True)
    kind: Mapped[EntryKind]
    minor: Mapped[int]
    reference: Mapped[str]
    payment_id: Mapped[int] = mapped_column(sa.ForeignKey("payments.id"), index=True)
    reason: Mapped[str] = mapped_column(default="", server_default="")
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    at: Mapped[datetime]


append_only(Model.metadata.tables["fund_entries"])
