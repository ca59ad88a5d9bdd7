"""What somebody entered, as they look at it once more before they send it."""

from markupsafe import Markup, escape

from catalog.trips.queries.plan import rooms_of
from marketplace.web.filters import day
from redemption.travel.activities.queries import choices_of, who_go_along, wishes_of
from redemption.travel.registration.queries import kept_of, room_wish, travel_wish
from redemption.travel.registration.states import DayPart, Section
from redemption.travel.registration.views.doors import Door
from redemption.travel.vault.queries import KeptValue
from redemption.travel.vault.states import VaultField

Row = tuple[str, str | Markup, str]
_SHOWN = {
    Section.DOCUMENTS: (VaultField.PASSPORT_NUMBER, VaultField.EXPIRES_ON),
    Section.NEEDS: (VaultField.DIET, VaultField.ACCESS_NEEDS, VaultField.CONTACT_NAME),
}


def summary_of(door: Door) -> list[Row]:
    """Label, what was said, and the page to change it, for each section."""
    _, kept = kept_of(door.member)
    return [
        (
            row.section.label,
            _said(door, row.section, kept) if row.is_done else Markup("<em>Not yet</em>"),
            door.page(row.section),
        )
        for row in door.member.sections
    ]


def _said(door: Door, section: Section, kept: list[KeptValue]) -> str | Markup:
    if section is Section.TRAVELER:
        return "Kept, encrypted"
    if section in _SHOWN:
        return _kept(door, section, kept)
    if section is Section.TRAVEL:
        return _travel(door)
    return _room(door) if section is Section.ROOM else _activities(door)


def _kept(door: Door, section: Section, kept: list[KeptValue]) -> str:
    """Only that it is there: what stands in the vault is never shown by the way."""
    there = [one for one in kept if one.field in _SHOWN[section]]
    said = [f"{one.field.label}: {one.shown}" for one in there]
    if section is Section.NEEDS and door.member.tells_hotel:
        said.append("You tell the hotel yourself")
    return ", ".join(said) or "Nothing to know"


def _travel(door: Door) -> str:
    wish = travel_wish(door.member.traveler_id)
    if wish is None:
        return "–"
    there = _when(wish.outbound_on, wish.outbound_part), _when(wish.return_on, wish.return_part)
    way = "By yourselves" if wish.own_way else f"From {wish.from_place}"
    return f"{way}: {there[0]} to {there[1]}" + (f". {wish.note}" if wish.note else "")


def _when(on: object, part: DayPart) -> str:
    said = day(on)  # pyright: ignore[reportArgumentType]
    return said if part is DayPart.ANY else f"{said} ({part.label.lower()})"


def _room(door: Door) -> str:
    wish = room_wish(door.member.traveler_id)
    if wish is None:
        return "–"
    rooms = rooms_of(door.party.variant_id)
    kind = next((one.name for one in rooms if one.id == wish.room_type_id), "Whatever fits")
    shared = wish.with_name or wish.with_text
    return f"{kind}, {wish.bed.label.lower()}" + (f", with {shared}" if shared else "")


def _activities(door: Door) -> str | Markup:
    member = door.member
    if member.is_guest and who_go_along([member.traveler_id]):
        return f"The same as {door.party.host}"
    names = {one.item_id: one.name for one in choices_of(door.party.variant_id)}
    mine = wishes_of([member.traveler_id]).get(member.traveler_id, [])
    listed = [
        f"{rank}. {names[item_id]}" for rank, item_id in enumerate(mine, 1) if item_id in names
    ]
    return Markup("<br>").join(map(escape, listed)) if listed else "Nothing in particular"
