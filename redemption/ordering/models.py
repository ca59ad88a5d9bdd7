"""Orders at providers, the accounts they draw on, and what providers told us without being asked.

A delivered code lies sealed in its order until every unit of the line is there; then it becomes a
voucher, and the order keeps only the digest that finds it a second time.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.kernel.append_only import append_only
from marketplace.kernel.db import Model, whole
from redemption.ordering.states import GONE, Difference, HookVerdict, OrderState

_STANDS = sa.text(f"state NOT IN ({', '.join(repr(s.value) for s in sorted(GONE))})")


class ProviderAccount(Model):
    """How a provider is ordered from, what we have there, and whether it answers.

    `open_until`: nobody asks before, because it failed `failures` times or asked us to wait.
    `a_minute`: no more orders are asked for in a minute (none: as many as there are); `free_at` is
    the first turn that nobody has.
    `low_since`: there has been less than `low_minor` since then, and those who pay were told.
    """

    __tablename__ = "provider_accounts"
    __table_args__ = (
        *whole("low_minor", 0),
        *whole("balance_minor", -1_000_000_000_000),
        *whole("failures", 0, 1_000_000),
        *whole("refused_hooks", 0),
        *whole("a_minute", 1, 60_000),
    )

    provider_id: Mapped[int] = mapped_column(
        sa.ForeignKey("providers.id"), primary_key=True, autoincrement=False
    )
    adapter: Mapped[str]
    address: Mapped[str]
    account: Mapped[str]
    customer: Mapped[str]
    currency: Mapped[str]
    low_minor: Mapped[int] = mapped_column(default=0)
    balance_minor: Mapped[int | None]
    balance_at: Mapped[datetime | None]
    low_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    open_until: Mapped[datetime | None]
    refused_hooks: Mapped[int] = mapped_column(default=0)
    a_minute: Mapped[int | None]
    free_at: Mapped[datetime | None]


class ProviderOrder(Model):
    """One unit of a line, ordered once. `issue` grows when a refused order is followed by another.

    `replaces_id`: the order whose card did not work, and for which the provider makes this one.

    `client_ref` is ours, the same for the same unit and issue for ever, and never another's.
    `item` is what was ordered in the words of that day, with what can be done with it. `turn_at` is
    its turn where its provider takes so many a minute; `quoted_minor` of the account's currency are
    what it should cost us.
    """

    __tablename__ = "provider_orders"
    __table_args__ = (
        sa.UniqueConstraint("line_id", "unit_no", "issue"),
        sa.Index(
            "uq_provider_orders_unit_that_stands",
            "line_id",
            "unit_no",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        sa.Index("ix_provider_orders_due", "state", "next_at"),
        *whole("unit_no", 1, 1000),
        *whole("issue", 1, 1000),
        *whole("minor", 1),
        *whole("charged_minor", 0),
        *whole("quoted_minor", 0),
        *whole("tries", 0, 1_000_000),
        *whole("revision", 0),
        sa.CheckConstraint(
            "state NOT IN ('delivered', 'replaced') "
            "OR (fingerprint IS NOT NULL AND provider_ref IS NOT NULL)",
            name="delivered_is_known",
        ),
        sa.CheckConstraint(
            "state NOT IN ('held', 'refused', 'quarantined') OR reason <> ''", name="says_why"
        ),
        sa.CheckConstraint(
            "state <> 'quarantined' OR (cipher IS NULL AND fingerprint IS NULL)",
            name="quarantined_keeps_no_code",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("redemption_lines.id"))
    unit_no: Mapped[int]
    issue: Mapped[int] = mapped_column(default=1)
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("provider_orders.id"), index=True)
    client_ref: Mapped[str] = mapped_column(unique=True)
    provider_id: Mapped[int] = mapped_column(sa.ForeignKey("providers.id"), index=True)
    sku: Mapped[str]
    minor: Mapped[int]
    currency: Mapped[str]
    item: Mapped[dict[str, Any]]
    state: Mapped[OrderState]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    turn_at: Mapped[datetime | None]
    quoted_minor: Mapped[int | None]
    quoted_currency: Mapped[str | None]
    provider_ref: Mapped[str | None]
    charged_minor: Mapped[int | None]
    charged_currency: Mapped[str | None]
    fingerprint: Mapped[str | None] = mapped_column(unique=True)
    cipher: Mapped[bytes | None]
    revision: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    since: Mapped[datetime]  # since when it is where it is
    version: Mapped[int] = mapped_column(default=1)


class ProviderOrderEvent(Model):
    """One move of one order: from where, to where, by whom, when and why. Never changed."""

    __tablename__ = "provider_order_events"
    __table_args__ = (sa.UniqueConstraint("order_id", "seq"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("provider_orders.id"))
    seq: Mapped[int]
    from_state: Mapped[OrderState | None]
    to_state: Mapped[OrderState]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("employees.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]


class ProviderHook(Model):
    """An event whose signature was right, once per event id. `body` is sealed: it may hold a code.

    What was signed wrongly is only counted, so that strangers fill no disk. Never changed.
    """

    __tablename__ = "provider_hooks"
    __table_args__ = (sa.UniqueConstraint("provider_id", "event_id"), *whole("revision", 0))

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(sa.ForeignKey("providers.id"))
    event_id: Mapped[str]
    kind: Mapped[str]
    client_ref: Mapped[str] = mapped_column(index=True)
    revision: Mapped[int]
    verdict: Mapped[HookVerdict]
    body: Mapped[bytes]
    received_at: Mapped[datetime]


class Reconciliation(Model):
    """One comparison of a provider's list with ours. `problem`: the list could not be had."""

    __tablename__ = "reconciliations"
    __table_args__ = (
        sa.Index("ix_reconciliations_newest", "provider_id", "id"),
        *whole("ours", 0),
        *whole("theirs", 0),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    provider_id: Mapped[int] = mapped_column(sa.ForeignKey("providers.id"))
    since: Mapped[datetime]
    ran_at: Mapped[datetime]
    ours: Mapped[int]
    theirs: Mapped[int]
    problem: Mapped[str] = mapped_column(default="", server_default="")


class ReconciledDifference(Model):
    """One order over which both lists differ, with what either says. Never changed."""

    __tablename__ = "reconciled_differences"

    id: Mapped[int] = mapped_column(primary_key=True)
    reconciliation_id: Mapped[int] = mapped_column(sa.ForeignKey("reconciliations.id"), index=True)
    kind: Mapped[Difference]
    client_ref: Mapped[str]
    provider_ref: Mapped[str]
    here: Mapped[str]
    there: Mapped[str]


for _table in ("provider_order_events", "provider_hooks", "reconciled_differences"):
    append_only(Model.metadata.tables[_table])
