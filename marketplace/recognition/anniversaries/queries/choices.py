"""What people want celebrated."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from marketplace.kernel.db import in_batches, session
from marketplace.recognition.anniversaries.models import CelebrationChoice


@dataclass(frozen=True, slots=True)
class Celebrations:
    """What one person wants celebrated, and how they say their name."""

    service: bool = True
    birthday: bool = True
    say_name: str = ""


def celebrations_of(employee_id: int) -> Celebrations:
    """What somebody chose; both when they never did."""
    kept = session().get(CelebrationChoice, employee_id)
    return Celebrations(kept.service, kept.birthday, kept.say_name) if kept else Celebrations()


def sayings(employee_ids: Collection[int]) -> dict[int, str]:
    """How these people say their names, as far as they told."""
    found: dict[int, str] = {}
    for batch in in_batches(sorted(set(employee_ids))):
        rows = session().execute(
            sa.select(CelebrationChoice.employee_id, CelebrationChoice.say_name).where(
                CelebrationChoice.employee_id.in_(batch), CelebrationChoice.say_name != ""
            )
        )
        found |= {row.employee_id: row.say_name for row in rows}
    return found
