"""What people want celebrated."""

from dataclasses import dataclass

from marketplace.kernel.db import session
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
