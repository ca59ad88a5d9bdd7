"""Certificates for what was just fulfilled."""

from collections import Counter
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from catalog.models import Reward
from catalog.states import Kind
from marketplace.kernel.codes import new_number
from marketplace.kernel.db import session
from marketplace.kernel.faults import crashpoint
from marketplace.ledger.models import HoldLot, Lot, Transfer
from marketplace.people.queries import Person, person
from redemption.credentials.operations import issue_credentials
from redemption.models import RedemptionLine
from redemption.vouchers.models import Certificate
from redemption.vouchers.states import CertificateState


def issue_certificates(line: RedemptionLine, *, at: datetime) -> None:
    """One certificate for each unit of a line that was just fulfilled, with its credential."""
    asker, facts = person(line.employee_id), line.snapshot
    reason = session().scalar(sa.select(Reward.summary).where(Reward.id == line.reward_id))
    made = session().scalars(
        sa.insert(Certificate).returning(Certificate.id),
        [
            {
                "line_id": line.id,
                "unit_no": unit_no,
                "employee_id": asker.id,
                "reward_id": line.reward_id,
                "reference": line.reference,
                "number": new_number(),
                "kind": Kind(facts["kind"]),
                "slug": facts["slug"],
                "art": badge_art(facts["art"]),
                "title": facts["name"].removesuffix(" badge").removesuffix(" certificate"),
                "name": asker.name,
                "reason": " ".join(filter(None, (reason, _earned_with(line.hold_id)))),
                "signers": _signers(asker),
                "state": CertificateState.VALID,
                "issued_at": at,
            }
            for unit_no in range(1, line.quantity + 1)
        ],
    )
    issue_credentials(list(made))
    crashpoint("certificates.after_insert")


def badge_art(art: dict[str, Any]) -> dict[str, Any]:
    """The options of the badge on a certificate; none where its reward shows something else."""
    return art if art.get("kind") == "badge" else {"kind": "badge"}


def _earned_with(hold_id: int) -> str:
    """Where most of the points came from: `Earned with Campaign orders and Closed orders`."""
    rows = session().execute(
        sa.select(Transfer.reason, HoldLot.amount)
        .join(Lot, Lot.transfer_id == Transfer.id)
        .join(HoldLot, HoldLot.lot_id == Lot.id)
        .where(HoldLot.hold_id == hold_id)
        .order_by(Lot.id)
    )
    points: Counter[str] = Counter()
    for reason, amount in rows:
        program, colon, _rest = reason.partition(":")
        if colon:
            points[program] += amount
    names = [name for name, _points in points.most_common(2)]
    return f"Earned with {' and '.join(names)}." if names else ""


def _signers(asker: Person) -> list[str]:
    """The manager and the one above, as they stand on the signature lines."""
    found: list[str] = []
    seen, next_id = {asker.id}, asker.manager_id
    while next_id is not None and next_id not in seen and len(found) < 2:
        seen.add(next_id)
        above = person(next_id)
        if above.is_active:
            found.append(f"{above.name}, {above.title}" if above.title else above.name)
        next_id = above.manager_id
    return found
