"""Values of many in clear, for a list that leaves the company: each reading remembered."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.access.roles import Permission
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotAllowed
from redemption.travel.vault.documents import TravelDocuments
from redemption.travel.vault.keys import opened_each
from redemption.travel.vault.models import VaultReading, VaultSubject
from redemption.travel.vault.policies import reason_problem, tells_value
from redemption.travel.vault.states import VaultField


def reveal_for_list(
    actor: Actor,
    subject_ids: Collection[int],
    fields: Collection[VaultField],
    *,
    reason: str,
    at: datetime,
) -> dict[int, TravelDocuments]:
    """Show values of many by their subject; who has none of them, or was erased, is not in it.

    Raises NotAllowed for who may not read travel documents, BadInput for a reason that is none, or
    that holds a number or a day of what it asks for: everyone on the list reads it. Names may stand
    in it, as among many people some are called like a word.
    """
    if not actor.may(Permission.TRAVEL_DOCUMENTS):
        raise NotAllowed(
            "This list holds what stands in passports or what people need. Ask somebody who may "
            f"read it (“{Permission.TRAVEL_DOCUMENTS.value}”) to hand it over. Nothing was read."
        )
    why = reason.strip()
    if problem := reason_problem(why):
        raise BadInput(problem, field="reason")
    shown = opened_each(_locked(subject_ids), fields)
    numbers = (value for values in shown.values() for value in values.values() if _counts(value))
    if tells_value(why, numbers):
        raise BadInput("Leave what stands in passports out of the reason.", field="reason")
    if shown:
        _remember(actor, shown, why, at)
    return shown


def _remember(actor: Actor, shown: dict[int, TravelDocuments], why: str, at: datetime) -> None:
    same = {"reader_id": actor.employee_id, "reason": why, "at": at}
    session().execute(
        sa.insert(VaultReading),
        [
            {"subject_id": subject_id, "fields": [field.value for field in values], **same}
            for subject_id, values in shown.items()
        ],
    )
    read = sorted({field.value for values in shown.values() for field in values})
    audit.record(actor.employee_id, "vault.list", "vault", at=at, fields=read, people=len(shown))


def _counts(value: str) -> bool:
    return any(sign.isdigit() for sign in value)


def _locked(subject_ids: Collection[int]) -> list[VaultSubject]:
    rows = session().scalars(
        sa.select(VaultSubject)
        .where(VaultSubject.id.in_(subject_ids), VaultSubject.erased_at.is_(None))
        .order_by(VaultSubject.id)
        .with_for_update(),
        execution_options={"populate_existing": True},
    )
    return list(rows)
