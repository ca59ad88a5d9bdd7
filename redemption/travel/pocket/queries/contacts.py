"""Whom the travelers of a departure can turn to."""

from dataclasses import dataclass, fields

import sqlalchemy as sa

from marketplace.kernel.db import session
from redemption.travel.pocket.models import TripContact


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """Somebody to turn to; see `models.TripContact`."""

    name: str
    role: str = ""
    phone: str = ""
    email: str = ""
    is_emergency: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(NewContact):
    """The same with its number."""

    id: int

    @property
    def dialed(self) -> str:
        """The telephone number as a phone dials it."""
        return "".join(sign for sign in self.phone if sign.isdecimal() or sign == "+")


def contacts_of(variant_id: int) -> tuple[Contact, ...]:
    """All of a departure, those for emergencies first."""
    rows = session().execute(
        sa.select(*(getattr(TripContact, one.name) for one in fields(Contact)))
        .where(TripContact.variant_id == variant_id)
        .order_by(TripContact.is_emergency.desc(), TripContact.id)
    )
    return tuple(Contact(**row._asdict()) for row in rows)
