"""Values: made, worded anew, ordered, retired and taken up again."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel import audit
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput
from marketplace.recognition.models import CompanyValue
from marketplace.recognition.queries.values import value_named


@dataclass(frozen=True, slots=True)
class ValueWords:
    """How a value is called and looks: `hue` in degrees, the lowest `position` first."""

    name: str
    sentence: str
    icon: str
    hue: int
    position: int


def add_value(actor: Actor, slug: str, words: ValueWords, *, at: datetime) -> int:
    """Make a value. Raises BadInput for a short name in use."""
    if session().scalar(sa.select(CompanyValue.id).where(CompanyValue.slug == slug)):
        raise BadInput(f"A value “{slug}” exists. Choose another short name.")
    value = CompanyValue(slug=slug, created_at=at, **_columns(words))
    session().add(value)
    session().flush()
    audit.record(actor.employee_id, "recognition.add_value", f"value:{slug}", at=at)
    return value.id


def change_value(actor: Actor, slug: str, words: ValueWords, *, at: datetime) -> None:
    """Word a value anew; thanks given for it before show the new words."""
    value = value_named(slug)
    for name, new in _columns(words).items():
        setattr(value, name, new)
    audit.record(actor.employee_id, "recognition.change_value", f"value:{slug}", at=at)


def retire_value(actor: Actor, slug: str, *, is_retired: bool, at: datetime) -> None:
    """Offer a value no longer, or again; thanks given for it keep it."""
    value = value_named(slug)
    value.retired_at = at if is_retired else None
    audit.record(
        actor.employee_id,
        "recognition.retire_value" if is_retired else "recognition.revive_value",
        f"value:{slug}",
        at=at,
    )


def _columns(words: ValueWords) -> dict[str, str | int]:
    return {
        "name": words.name,
        "sentence": words.sentence,
        "icon": words.icon,
        "hue": words.hue,
        "position": words.position,
    }
