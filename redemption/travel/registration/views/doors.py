"""By which door somebody comes to a registration: as the employee, or as a guest by a link."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from flask import request, url_for

from marketplace.access.actor import Actor
from marketplace.kernel.db import session, transaction
from redemption.travel.registration.errors import GuestChanged, LinkIsOver
from redemption.travel.registration.operations.rows import Filling, Hand
from redemption.travel.registration.queries import Member, Party, my_party, party_by_link
from redemption.travel.registration.states import Section
from redemption.vouchers.operations import count_lookup
from redemption.vouchers.policies import Looked

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Door:
    """One traveler's registration, and the addresses it has for who came in. `token`: by link."""

    filling: Filling
    token: str = ""

    @property
    def party(self) -> Party:
        """With whom they go."""
        return self.filling.party

    @property
    def member(self) -> Member:
        """Whose registration it is."""
        return self.filling.member

    @property
    def is_own(self) -> bool:
        """Whether people fill in their own, not that of their guest."""
        return bool(self.token) or not self.member.is_guest

    @property
    def keys_of(self) -> int:
        """Under whose id request keys lie; a guest's under the negative of theirs as a traveler."""
        return -self.member.traveler_id if self.token else self.filling.hand.actor.id

    @property
    def home(self) -> str:
        """The list of what is to be done."""
        if self.token:
            return url_for("guest_registration.show", token=self.token)
        return url_for("registration.show", reference=self.party.reference)

    def to(self, member: Member) -> "Door":
        """The same hand's door to another on the booking."""
        return Door(replace(self.filling, member=member), self.token)

    def page(self, section: Section) -> str:
        """The page of a section."""
        return self._of("section", section=section.value)

    @property
    def sending(self) -> str:
        """The page that shows everything once more."""
        return self._of("send")

    @property
    def drawn_list(self) -> str:
        """The list of the draw, without names."""
        if self.token:
            return url_for("guest_registration.drawn_list", token=self.token)
        return url_for("registration.drawn_list", reference=self.party.reference)

    def seat(self, deed: str, item_id: int) -> str:
        """Where a seat is taken or left."""
        return self._of(f"{deed}_seat", item_id=item_id)

    def _of(self, endpoint: str, **values: Any) -> str:
        if self.token:
            return url_for(f"guest_registration.{endpoint}", token=self.token, **values)
        here: dict[str, Any] = values | {"position": self.member.position}
        return url_for(f"registration.{endpoint}", reference=self.party.reference, **here)


def still_meant(member: Member) -> None:
    """Refuse a form that was made for the guest before. Raises GuestChanged."""
    made_for = request.form.get("guest")
    if made_for is not None and made_for != str(member.guest):
        raise GuestChanged


def own_door(actor: Actor, reference: str, position: int) -> Door:
    """The employee's, to their own or that of a guest. Raises NoSuchRegistration."""
    party = my_party(actor, reference)
    return Door(Filling(Hand(actor), party, party.member(position)))


def guest_door(token: str, *, at: datetime) -> Door:
    """A guest's. Raises LinkIsOver."""
    party, member = by_link(party_by_link, token, at=at)
    return Door(Filling(Hand.guest(), party, member), token)


def by_link(find: Callable[..., Found], token: str, *, at: datetime) -> Found:
    """What the link of a guest leads to; tokens that lead nowhere are counted.

    Raises LinkIsOver as `find` does, TooManyLookups.
    """
    try:
        return find(token, at=at)
    except LinkIsOver:
        session().close()
        with transaction():
            count_lookup(request.remote_addr or "", at=at, of=Looked.GUEST_LINK)
        raise
