"""Handing a list over: what stands in it, whether its receiver may see that, and the note of it."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from catalog.operations.deeds import variant_named
from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import in_batches, insert_row, session
from marketplace.kernel.errors import BadInput
from marketplace.kernel.secrets import key_for
from marketplace.kernel.tabular.writing import OutValue
from redemption.travel.desk.manifests.files import file_of, latin
from redemption.travel.desk.manifests.models import Handover, HandoverRow
from redemption.travel.desk.manifests.policies import (
    FORMS,
    ListRow,
    Order,
    cancelled_row,
    gone,
    people_in,
    status_of,
)
from redemption.travel.desk.manifests.queries import (
    last_marks,
    made_of,
    names_behind,
    rows_of_list,
    subjects_on,
)
from redemption.travel.desk.manifests.states import RowStatus
from redemption.travel.vault.documents import TravelDocuments
from redemption.travel.vault.operations.lists import reveal_for_list


@dataclass(frozen=True, slots=True)
class Handed:
    """A list that was handed over, as a file."""

    id: int
    content: bytes
    name: str
    rows: int


def hand_over(actor: Actor, order: Order, *, at: datetime) -> Handed:
    """Make a list with the fields its receiver may see, and remember that it left.

    What the vault holds is opened by a reading of each person, with the receiver as the reason.
    Raises NotAllowed for who may not read it, BadInput without a receiver or for an empty list.
    """
    if not order.receiver.strip():
        raise BadInput("Say who gets the list.", field="receiver")
    made = made_of(order.variant_id, _opened(actor, order, at))
    rows = rows_of_list(order.kind, made)
    if not rows:
        raise BadInput("There is nothing to put into this list yet. Nothing was handed over.")
    before = last_marks(order.variant_id, order.kind)
    marks = {row.key: _mark(row) for row in rows}
    cells = _with_status(order, rows, marks, before)
    form = FORMS[order.kind]
    content = file_of(order.file_kind, cells, form.all_headings, order.kind.label)
    handover_id = _note(actor, order, rows, marks, content, at)
    return Handed(handover_id, content, _file_name(order, handover_id), len(cells))


def _file_name(order: Order, handover_id: int) -> str:
    """`rooming-lisbon-together-1-42.xlsx`: which list of which departure, and which hand-over."""
    kind, sku = order.kind.value.replace("_", "-"), variant_named(order.variant_id).sku.lower()
    return f"{kind}-{sku}-{handover_id}.{order.file_kind.value}"


def _opened(actor: Actor, order: Order, at: datetime) -> dict[int, TravelDocuments]:
    fields = FORMS[order.kind].opens
    if not fields:
        return {}
    subjects = subjects_on(order.variant_id)
    reason = f"{order.kind.label} for {order.receiver.strip()}: {order.reason.strip()}"
    shown = reveal_for_list(actor, subjects.values(), fields, reason=reason, at=at)
    return {who: shown[subject] for who, subject in subjects.items() if subject in shown}


def _with_status(
    order: Order,
    rows: Sequence[ListRow],
    marks: Mapping[str, str],
    before: Mapping[str, str] | None,
) -> list[tuple[OutValue, ...]]:
    off = gone(rows, before)
    known = names_behind(off)
    found = [(status_of(row, marks[row.key], before), row) for row in rows]
    found += [(RowStatus.CANCELLED, cancelled_row(order.kind, key, known.get(key))) for key in off]
    written = [(status.label, *row.cells) for status, row in found]
    return [latin(cells) for cells in written] if order.is_latin else written


def _mark(row: ListRow) -> str:
    """What stood in a row, keyed: without the secret nobody finds it by trying."""
    said = "\x1f".join("" if cell is None else str(cell) for cell in row.cells)
    return hmac.new(
        key_for("handover-rows"), f"{row.key}\x1f{said}".encode(), hashlib.sha256
    ).hexdigest()


def _note(
    actor: Actor,
    order: Order,
    rows: Sequence[ListRow],
    marks: Mapping[str, str],
    content: bytes,
    at: datetime,
) -> int:
    facts = {
        "kind": order.kind,
        "file_kind": order.file_kind,
        "receiver": order.receiver.strip(),
        "rows": len(rows),
        "people": people_in(rows),
        "is_latin": order.is_latin,
        "digest": hashlib.sha256(content).hexdigest(),
    }
    handover_id = insert_row(
        Handover,
        variant_id=order.variant_id,
        reason=order.reason.strip(),
        fields=list(FORMS[order.kind].all_headings),
        actor_id=actor.employee_id,
        at=at,
        **facts,
    )
    kept = [{"handover_id": handover_id, "key": key, "mark": mark} for key, mark in marks.items()]
    for batch in in_batches(kept, 500):
        session().execute(sa.insert(HandoverRow), list(batch))
    about = f"variant:{order.variant_id}"
    audit.record(
        actor.employee_id, "manifests.hand_over", about, at=at, handover=handover_id, **facts
    )
    return handover_id
