"""The values of the company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.recognition.models import CompanyValue, Recognition
from marketplace.recognition.states import RecognitionState


def has_values() -> bool:
    """Whether there is a value to thank people for."""
    standing = sa.select(CompanyValue.id).where(CompanyValue.retired_at.is_(None)).limit(1)
    return session().scalar(standing) is not None


def values_to_choose() -> Sequence[CompanyValue]:
    """The values that are not retired, in their order."""
    return (
        session()
        .scalars(
            sa.select(CompanyValue)
            .where(CompanyValue.retired_at.is_(None))
            .order_by(CompanyValue.position, CompanyValue.name)
        )
        .all()
    )


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A value as its managers see it, and how often people were thanked for it."""

    slug: str
    name: str
    sentence: str
    icon: str
    hue: int
    position: int
    retired_at: datetime | None
    recognitions: int


def value_rows() -> list[ValueRow]:
    """Every value with how often it was recognized, retired ones last."""
    count = (
        sa.select(sa.func.count())
        .where(
            Recognition.value_id == CompanyValue.id,
            Recognition.state == RecognitionState.STANDING,
        )
        .correlate(CompanyValue)
        .scalar_subquery()
    )
    rows = session().execute(
        sa.select(
            CompanyValue.slug,
            CompanyValue.name,
            CompanyValue.sentence,
            CompanyValue.icon,
            CompanyValue.hue,
            CompanyValue.position,
            CompanyValue.retired_at,
            count,
        ).order_by(CompanyValue.retired_at.is_not(None), CompanyValue.position, CompanyValue.name)
    )
    return [ValueRow(*row) for row in rows]


def value_named(slug: str) -> CompanyValue:
    """The value at an address. Raises NotFound."""
    found = session().scalar(sa.select(CompanyValue).where(CompanyValue.slug == slug))
    if found is None:
        raise NotFound("There is no such value.")
    return found
