"""What each section asks, what it shows besides, and how it is saved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from catalog.airports.errors import NoSuchAirport, SeveralAirports
from catalog.airports.queries import airport_meant, airports_like
from catalog.trips.queries.plan import Room, rooms_of
from marketplace.web.forms import PageForm
from redemption.travel.activities.queries import (
    choices_of,
    draw_facts,
    places_of,
    who_go_along,
    wishes_of,
)
from redemption.travel.registration import forms
from redemption.travel.registration.operations import filling
from redemption.travel.registration.policies import Wish, first_and_last
from redemption.travel.registration.queries import kept_of, room_wish, travel_wish
from redemption.travel.registration.states import Section
from redemption.travel.registration.views.doors import Door
from redemption.travel.registration.views.papers import in_the_way
from redemption.travel.vault.checks import Finding
from redemption.travel.vault.consent import CURRENT, TEXTS
from redemption.travel.vault.forms import KeepForm, PassportPart
from redemption.travel.vault.queries import KeptValue
from redemption.travel.vault.states import VaultField

Save = Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class Part:
    """A section before somebody's eyes. `save` answers what is still missing, in words."""

    form: PageForm
    save: Save
    shown: dict[str, Any] = field(default_factory=dict)


def _traveler(door: Door, at: datetime) -> Part:
    who, kept = kept_of(door.member)
    begun = {one.field for one in kept}
    data: dict[str, Any] = {}
    if door.member.is_guest:
        data["call_name"] = door.member.name
    elif VaultField.FAMILY_NAME not in begun:
        given, family = first_and_last(door.member.name)
        data |= {"given_names": given, "family_name": family}
    kind = forms.GuestForm if door.member.is_guest else forms.TravelerForm
    form = kind(kept, data=data)

    def save(at: datetime) -> str:
        if isinstance(form, forms.GuestForm):
            filling.call_guest(door.filling, form.call_name.data or "")
        return _missing(filling.save_passport(door.filling, Section.TRAVELER, form.values, at=at))

    shown = {"keeper": who, "kept": _masked(kept, form), "findings": wrong_with(door, form, at)}
    return Part(form, save, shown)


def _missing(fields: list[VaultField]) -> str:
    return ", ".join(one.label.lower() for one in fields)


def _masked(kept: list[KeptValue], form: KeepForm) -> list[KeptValue]:
    return [one for one in kept if one.field in form.parts]


def _documents(door: Door, at: datetime) -> Part:
    who, kept = kept_of(door.member)
    form = forms.DocumentsForm(kept)

    def save(at: datetime) -> str:
        return _missing(filling.save_passport(door.filling, Section.DOCUMENTS, form.values, at=at))

    shown = {"keeper": who, "kept": _masked(kept, form), "findings": wrong_with(door, form, at)}
    return Part(form, save, shown)


def wrong_with(door: Door, form: PageForm, at: datetime) -> list[Finding]:
    """What of the fields of a form is kept and does not do for this journey."""
    if not isinstance(form, PassportPart):
        return []
    return [one for one in in_the_way(door, today=at.date()) if one.field in form.parts]


def _travel(door: Door, _at: datetime) -> Part:
    party, wish = door.party, travel_wish(door.member.traveler_id)
    usual = {
        "outbound_on": party.starts_on,
        "return_on": party.ends_on,
        "outbound_part": "any",
        "return_part": "any",
    }
    form = forms.TravelForm(data=_as_data(wish) if wish else usual)

    def save(at: datetime) -> str:
        said = form.wish
        said = replace(said, from_place=_airport(said.from_place))
        filling.save_travel(door.filling, said, at=at)
        return ""

    said = form.from_place.data or ""
    return Part(form, save, {"suggested": airports_like(said, limit=5) if said else []})


def _as_data(wish: Wish) -> dict[str, Any]:
    return {name: getattr(wish, name) for name in Wish.__dataclass_fields__}


def _airport(said: str) -> str:
    """The airport somebody means, where the house knows it; otherwise what they wrote."""
    try:
        return airport_meant(said).short if said else said
    except (NoSuchAirport, SeveralAirports):
        return said


def _that_fit(door: Door, chosen: int | None) -> Sequence[Room]:
    """Kinds of room in which a party sleeps together, and the chosen one; else all there are."""
    rooms, most = rooms_of(door.party.variant_id), len(door.party.members)
    return [one for one in rooms if one.sleeps >= most or one.id == chosen] or rooms


def _room(door: Door, _at: datetime) -> Part:
    wish = room_wish(door.member.traveler_id)
    rooms = _that_fit(door, wish.room_type_id if wish else None)
    data = (
        {
            "room_type": str(wish.room_type_id or ""),
            "bed": wish.bed,
            "shares_with": wish.with_name or wish.with_text,
        }
        if wish
        else {}
    )
    form = forms.RoomForm(rooms, data=data)

    def save(at: datetime) -> str:
        filling.save_room(door.filling, form.chosen, at=at)
        return ""

    return Part(form, save, {"rooms": rooms, "wish": wish})


def _needs(door: Door, _at: datetime) -> Part:
    who, kept = kept_of(door.member)
    form = forms.KindForm(kept, data={"tells_hotel": door.member.tells_hotel})

    def save(at: datetime) -> str:
        filling.save_needs(door.filling, form.needs, at=at)
        return ""

    shown = {"keeper": who, "kept": _masked(kept, form), "text": TEXTS[CURRENT]}
    return Part(form, save, shown)


def _activities(door: Door, _at: datetime) -> Part:
    party, member = door.party, door.member
    offered = choices_of(party.variant_id)
    mine = wishes_of([member.traveler_id]).get(member.traveler_id, [])
    data = {f"wish_{rank}": str(item_id) for rank, item_id in enumerate(mine, start=1)}
    host = party.host if member.is_guest else ""
    if host:
        is_along = member.traveler_id in who_go_along([member.traveler_id])
        is_new = not member.section(Section.ACTIVITIES).is_done
        data["along"] = "same" if is_along or is_new else "own"
    form = forms.ActivitiesForm(offered, host, data=data)

    def save(at: datetime) -> str:
        filling.save_activities(door.filling, form.item_ids, along=form.goes_along, at=at)
        return ""

    places = places_of([member.traveler_id]).get(member.traveler_id, set())
    facts = draw_facts(party.variant_id)
    return Part(form, save, {"choices": offered, "places": places, "draw": facts, "mine": mine})


PARTS: dict[Section, Callable[[Door, datetime], Part]] = {
    Section.TRAVELER: _traveler,
    Section.DOCUMENTS: _documents,
    Section.TRAVEL: _travel,
    Section.ROOM: _room,
    Section.NEEDS: _needs,
    Section.ACTIVITIES: _activities,
}
