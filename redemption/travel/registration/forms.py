"""Forms of registrations: syntax only. What stands in a passport is never shown in them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import BooleanField, DateField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import ValidationError

from catalog.trips.queries.plan import Room
from marketplace.web.filters import day
from marketplace.web.forms import Filled, Line, Lines, NotBefore, PageForm, choices, within_reach
from redemption.travel.activities.queries import Choice
from redemption.travel.registration.policies import Again, Needs, RoomChosen, Wish
from redemption.travel.registration.states import Bed, DayPart, Section
from redemption.travel.vault.forms import NeedsForm, PassportForm, PassportPart
from redemption.travel.vault.states import VaultField

_F = VaultField
RANKS = 6


class TravelerForm(PassportPart):
    """Who travels, as in the passport."""

    parts = (_F.FAMILY_NAME, _F.GIVEN_NAMES, _F.BIRTH_DATE, _F.SEX, _F.NATIONALITY)
    family_name = PassportForm.family_name
    given_names = PassportForm.given_names
    birth_date = PassportForm.birth_date
    sex = PassportForm.sex
    nationality = PassportForm.nationality


class GuestForm(TravelerForm):
    """The same of a guest, with what to call them."""

    call_name = StringField(
        "What do we call you?",
        description="On lists and on the badge, so that you are no “guest of”.",
        validators=[Filled("Enter a name, a first name is enough."), Line(60)],
    )


class ReplaceForm(PageForm):
    """Another guest."""

    name = StringField(
        "Who comes along instead?",
        description="A first name is enough: they enter the rest themselves.",
        validators=[Filled("Enter a name, a first name is enough."), Line(60)],
    )


class DocumentsForm(PassportPart):
    """The passport itself."""

    parts = (_F.PASSPORT_NUMBER, _F.ISSUED_ON, _F.EXPIRES_ON, _F.ISSUING_COUNTRY)
    passport_number = PassportForm.passport_number
    issued_on = PassportForm.issued_on
    expires_on = PassportForm.expires_on
    issuing_country = PassportForm.issuing_country


_PARTS = [(part.value, part.label) for part in DayPart]


class TravelForm(PageForm):
    """How a party would like to travel."""

    own_way = BooleanField("We come and go by ourselves and need no ticket")
    from_place = StringField(
        "From where", description="An airport or a town: LIS, or Lisbon.", validators=[Line(120)]
    )
    outbound_on = DateField("Leave on", validators=[Filled("Enter the day."), within_reach])
    outbound_part = SelectField("Time of day", choices=choices(_PARTS))
    return_on = DateField(
        "Come back on",
        validators=[
            Filled("Enter the day."),
            within_reach,
            NotBefore("outbound_on", "Enter a day that is not before the one you leave on."),
        ],
    )
    return_part = SelectField("Time of day", choices=choices(_PARTS))
    note = TextAreaField(
        "Anything about it?",
        description="A day longer, a seat at the window, a frequent flyer program.",
        validators=[Lines(300)],
    )

    def validate_from_place(self, field: StringField) -> None:
        """Where a ticket is needed it begins somewhere."""
        if not self.own_way.data and not (field.data or "").strip():
            raise ValidationError("Enter an airport or a town, or tick that you need no ticket.")

    @property
    def wish(self) -> Wish:
        """What was said."""
        assert self.outbound_on.data is not None
        assert self.return_on.data is not None
        return Wish(
            own_way=bool(self.own_way.data),
            from_place=" ".join((self.from_place.data or "").split()),
            outbound_on=self.outbound_on.data,
            outbound_part=DayPart(self.outbound_part.data),
            return_on=self.return_on.data,
            return_part=DayPart(self.return_part.data),
            note=(self.note.data or "").strip(),
        )


class RoomForm(PageForm):
    """How a party would like to sleep."""

    room_type = RadioField("Kind of room", default="")
    bed = RadioField("Beds", choices=choices((one.value, one.label) for one in Bed), default="any")
    shares_with = StringField(
        "Share with a colleague",
        description="Their name or e-mail address. It counts once they name you, too.",
        validators=[Line(120)],
    )

    def __init__(self, rooms: Sequence[Room], **given: Any) -> None:
        super().__init__(**given)
        offered = [("", "Whatever fits")]
        offered += [(str(one.id), f"{one.name}, for {one.sleeps}") for one in rooms]
        self.room_type.choices = choices(offered)

    @property
    def chosen(self) -> RoomChosen:
        """What was said."""
        room_type = self.room_type.data
        return RoomChosen(
            int(room_type) if room_type else None, Bed(self.bed.data), self.shares_with.data or ""
        )


class KindForm(NeedsForm):
    """The one kind question, or telling the hotel oneself."""

    tells_hotel = BooleanField(
        "I tell the hotel myself",
        description="Then nothing about food and access is kept here.",
    )

    def validate_tells_hotel(self, field: BooleanField) -> None:
        """One of both."""
        if field.data and ((self.diet.data or "") + (self.access_needs.data or "")).strip():
            raise ValidationError("Leave food and access empty, or let us tell the hotel.")

    @property
    def needs(self) -> Needs:
        """What was answered; who tells the hotel themselves takes out what was kept."""
        values = self.values
        if self.tells_hotel.data:
            offered: Any = self.take_out.choices or ()
            kept = {choice.value for choice in offered}
            values |= {one: "" for one in (_F.DIET, _F.ACCESS_NEEDS) if one.value in kept}
        agreed = (self.text_version.data or "") if self.agree.data else ""
        return Needs(values, agreed, bool(self.tells_hotel.data))


def _nth(rank: int) -> SelectField:
    words = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth")
    return SelectField(f"{words[rank - 1]} choice", default="")


class ActivitiesForm(PageForm):
    """What somebody would like to do, the best first."""

    along = RadioField("Whose wishes", default="own")
    wish_1 = _nth(1)
    wish_2 = _nth(2)
    wish_3 = _nth(3)
    wish_4 = _nth(4)
    wish_5 = _nth(5)
    wish_6 = _nth(6)

    def __init__(self, offered: Sequence[Choice], host: str = "", **given: Any) -> None:
        super().__init__(**given)
        if host:
            same = f"The same as {host}, together or not at all"
            self.along.choices = choices([("same", same), ("own", "A list of my own")])
        else:
            del self.along
        listed = [("", "–"), *((str(one.item_id), _in_words(one)) for one in offered)]
        for rank in range(1, RANKS + 1):
            if rank > len(offered):
                del self[f"wish_{rank}"]
                continue
            field: Any = self[f"wish_{rank}"]
            field.choices = choices(listed)

    @property
    def wishes(self) -> list[Any]:
        """The fields of the list."""
        return [field for field in self if field.name.startswith("wish_")]

    @property
    def goes_along(self) -> bool:
        """Whether a guest does what the employee does."""
        return "along" in self and self.along.data == "same"

    @property
    def item_ids(self) -> list[int]:
        """What was chosen, in order."""
        return [int(field.data) for field in self.wishes if field.data]

    def validate(self, extra_validators: Any = None) -> bool:
        """Nothing twice."""
        if not super().validate(extra_validators):
            return False
        seen: set[str] = set()
        for field in self.wishes:
            if field.data and field.data in seen:
                field.errors = ["This stands further up already. Choose something else, or “–”."]
                return False
            seen.add(field.data)
        return True


def _in_words(one: Choice) -> str:
    when = f"{day(one.on)}, {one.hours}" if one.hours else day(one.on)
    seats = f", {one.seats} seats" if one.seats is not None else ""
    return f"{one.name} ({when}{seats})"


def _last_day(section: Section) -> DateField:
    label = section.name_at_the_desk.capitalize()
    return DateField(label, validators=[within_reach])  # pyright: ignore[reportReturnType]


class DeadlinesForm(PageForm):
    """The last day of each section for everyone on a departure."""

    traveler = _last_day(Section.TRAVELER)
    documents = _last_day(Section.DOCUMENTS)
    travel = _last_day(Section.TRAVEL)
    room = _last_day(Section.ROOM)
    needs = _last_day(Section.NEEDS)
    activities = _last_day(Section.ACTIVITIES)

    def __init__(self, usual: Mapping[Section, date], **given: Any) -> None:
        super().__init__(**given)
        for section, on in usual.items():
            self[section.value].description = f"Empty: {day(on)}, as usual."

    @property
    def days(self) -> dict[Section, date | None]:
        """What was entered; none: the usual day."""
        return {section: self[section.value].data for section in Section}


class ReopenForm(PageForm):
    """Open a section again for one traveler."""

    section = SelectField("Section")
    until_on = DateField(
        "Until when", validators=[Filled("Enter the last day they may change it."), within_reach]
    )
    reason = TextAreaField(
        "Why",
        description="The person reads it.",
        validators=[Filled("Say why, in a sentence."), Lines(300)],
    )

    def __init__(self, sections: Sequence[Section], **given: Any) -> None:
        super().__init__(**given)
        self.section.choices = choices(
            (one.value, one.name_at_the_desk.capitalize()) for one in sections
        )

    @property
    def again(self) -> Again:
        """What was said."""
        assert self.until_on.data is not None
        return Again(
            Section(self.section.data), self.until_on.data, (self.reason.data or "").strip()
        )
