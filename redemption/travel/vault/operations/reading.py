"""Values in clear, each reading remembered for ever."""

from collections.abc import Collection
from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import insert_row
from marketplace.kernel.errors import BadInput
from redemption.travel.vault.documents import TravelDocuments
from redemption.travel.vault.errors import NothingKept
from redemption.travel.vault.keys import opened
from redemption.travel.vault.models import VaultReading
from redemption.travel.vault.operations.subjects import locked_subject
from redemption.travel.vault.policies import is_own, reason_problem, tells_value
from redemption.travel.vault.states import VaultField


def reveal(
    actor: Actor,
    subject_id: int,
    fields: Collection[VaultField],
    *,
    reason: str = "",
    at: datetime,
) -> TravelDocuments:
    """Show values in clear to who reads them for a reason; one's own need none.

    Raises NoTraveler, BadInput without fields or a reason, or with a reason that holds what it
    asks for, NothingKept when none of it is there.
    """
    subject = locked_subject(actor, subject_id)
    if not fields:
        raise BadInput("Choose what you need to see.", field="fields")
    why = reason.strip()
    if not is_own(actor, subject.employee_id) and (problem := reason_problem(why)):
        raise BadInput(problem, field="reason")
    shown = opened(subject, fields)
    if not shown:
        raise NothingKept
    if tells_value(why, shown.values()):
        raise BadInput("Leave what stands in the passport out of the reason.", field="reason")
    read = [field.value for field in shown]
    reading_id = insert_row(
        VaultReading,
        subject_id=subject.id,
        reader_id=actor.employee_id,
        fields=read,
        reason=why,
        at=at,
    )
    about = f"vault_subject:{subject.id}"
    audit.record(actor.employee_id, "vault.read", about, at=at, fields=read, reading=reading_id)
    return shown
