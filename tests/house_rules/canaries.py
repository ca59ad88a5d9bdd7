"""The story of the canaries: what people do with travel data, and where it may be seen then.

Maya and her guest go to the Azores, Grace and hers to the northern lights. Each deed goes through
pages; `RIGHTS` says for each what may be seen of whom, and where. Nothing else may.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import NoReturn

import pytest
import sqlalchemy as sa

from marketplace.app import job_scope
from marketplace.kernel.db import db, session
from marketplace.kernel.jobs import SCHEDULES, Job, use_queue
from marketplace.kernel.jobs_engine import DbosQueue, run_handler
from marketplace.people.queries import actor_of
from redemption.travel.desk.manifests import operations as manifests
from redemption.travel.desk.manifests.states import FileKind, ListKind
from redemption.travel.desk.messages.policies import FIELDS
from redemption.travel.desk.messages.queries import EVERYONE
from redemption.travel.registration.links import token_for
from redemption.travel.registration.operations import filling
from redemption.travel.registration.queries import Party, parties_on
from redemption.travel.registration.states import Section
from redemption.travel.vault import views as vault_views
from redemption.travel.vault.models import VaultSubject
from redemption.travel.vault.states import NEEDS, VaultField
from tests.support.canaries import Canary
from tests.support.houses import House
from tests.support.journeys import Visitor
from tests.support.registration import fill, send
from tests.support.watching import Sighting

F = VaultField
MAYA, GRACE, TYPED = "maya", "grace", "typed"
HER_GUEST, GRACES_GUEST = "maya’s guest", "grace’s guest"
BIRDS = {
    MAYA: Canary("Zyqma", "73108411", date(1961, 7, 23), date(2021, 3, 19), date(2031, 3, 18)),
    HER_GUEST: Canary("Zyqmg", "73208422", date(1962, 8, 24), date(2017, 7, 20), date(2027, 7, 19)),
    GRACE: Canary("Zyqgr", "73308433", date(1963, 9, 25), date(2022, 5, 16), date(2032, 5, 15)),
    GRACES_GUEST: Canary(
        "Zyqgg", "73408444", date(1964, 6, 26), date(2023, 4, 27), date(2033, 4, 26)
    ),
    TYPED: Canary("Zyqty", "73508455", date(1965, 11, 27), date(2024, 8, 28), date(2034, 8, 27)),
}
"""The last was only typed where it was refused, so it is kept of nobody."""
OWN = "/settings/travel-data"
WHY = "Tickets are bought today."
UNTOUCHED = {"nationality": "NZ", "issuing_country": "NZ", "sex": "X", "call_name": "Robin"}
ASKS_SERVERS = ("ordering.", "providers.")  # by the clock: no test asks a server of the story


class AlsoKept:
    """The queue of a house that is run by hand, and the tables from which a worker takes jobs."""

    def __init__(self, house: House) -> None:
        self.by_hand, self.tables = house.queue, DbosQueue(db.engine)
        use_queue(house.app, self)

    def put(self, job: Job) -> None:
        self.by_hand.put(job)
        self.tables.put(job)


def party(house: House, handle: str, variant_id: int) -> Party:
    """Somebody's booking on a departure."""
    mine = house.story.people[handle]
    found = next(one for one in parties_on(variant_id) if one.employee_id == mine)
    session().close()
    return found


def mayas(house: House) -> Party:
    """Maya's booking on the Azores."""
    return party(house, "maya.chen", house.story.tour["booked"]["variant_id"])


def graces(house: House) -> Party:
    """Grace's on the northern lights."""
    return party(house, "grace.kim", house.story.tour["variant_id"])


def by_link(of: Party) -> str:
    """The page of a guest, by their link."""
    return f"/guests/{token_for(of.member(2).traveler_id, 1)}"


def desk(house: House) -> str:
    """The desk of the northern lights."""
    return "/manage/trips/{slug}/{variant_id}/desk".format(**house.story.tour)


def subjects(house: House) -> dict[int, str]:
    """Whose data lies under which id of the vault."""
    session().close()
    found = {}
    for who, guest, one in ((MAYA, HER_GUEST, mayas(house)), (GRACE, GRACES_GUEST, graces(house))):
        own = sa.select(VaultSubject.id).where(
            VaultSubject.employee_id == one.employee_id, VaultSubject.erased_at.is_(None)
        )
        found[session().scalars(own).one()] = who
        found[one.member(2).subject_id or 0] = guest
    session().close()
    return found


def handle_of(house: House, who: str) -> str:
    """What somebody's data is called in addresses."""
    subject_id = next(key for key, name in subjects(house).items() if name == who)
    found = session().get_one(VaultSubject, subject_id).handle
    session().close()
    return found


def _enter(visitor: Visitor, address: str, who: str, button: str = "Continue") -> None:
    visitor.open(address)
    form, _, _ = visitor.form_with(button)
    values = {field.value: text for field, text in BIRDS[who].values.items()}
    values |= UNTOUCHED | {"agree": "y"}
    visitor.press(button, **{name: values[name] for name in form.kinds if name in values})
    assert visitor.here.status == 200, visitor.here.words


def entering(house: House) -> None:
    """Each enters everything: Maya for a trip, Grace in her settings, their guests by links."""
    maya, grace, nobody = (house.visitor(who) for who in ("maya.chen", "grace.kim", ""))
    for section in ("traveler", "documents", "needs"):
        _enter(maya, f"/trips/bookings/{mayas(house).reference}/1/{section}", MAYA)
        _enter(nobody, f"{by_link(mayas(house))}/{section}", HER_GUEST)
        _enter(nobody, f"{by_link(graces(house))}/{section}", GRACES_GUEST)
    for page in ("passport", "needs"):
        _enter(grace, f"{OWN}/{page}", GRACE, "Save")


def writing(house: House) -> None:
    """Everything is done that letters are written about, and by the clock; all of it is sent."""
    priya, grace = house.visitor("priya.nair"), graces(house)
    maya, reference = actor_of(house.story.people["maya.chen"]), mayas(house).reference
    fill(maya, reference, Section.TRAVEL, Section.ROOM)
    assert send(maya, reference)
    trip = desk(house).removesuffix("/desk")
    again = {"section": "documents", "until_on": "2026-12-24", "reason": "Another passport?"}
    open_again = f"{trip}/registrations/{grace.member(1).traveler_id}/reopen"
    assert priya.post(open_again, again).status == 303
    words = ", ".join(f"{{{name}}}" for name in FIELDS)
    message = {"audience": EVERYONE, "subject": "News for {name}", "text": words}
    assert priya.post(f"{desk(house)}/messages/new", message).status == 303
    house.queue.run_due()
    for name in SCHEDULES:
        if not name.startswith(ASKS_SERVERS):
            with job_scope(house.app):
                run_handler(name, {})
    house.queue.run_due()


def showing_own(house: House) -> None:
    """Maya looks at her own in clear."""
    assert house.visitor("maya.chen").post(f"{OWN}/show").status == 200


def reading(house: House) -> None:
    """Priya reads two things of Maya's guest, and says why."""
    asked = {"fields": ["passport_number", "diet"], "reason": WHY}
    page = f"/manage/travel-data/{handle_of(house, HER_GUEST)}/read"
    assert house.visitor("priya.nair").post(page, asked).status == 200


def handing(kind: ListKind, file_kind: FileKind, **more: str) -> Callable[[House], None]:
    """Priya hands a list over."""

    def hand_over(house: House) -> None:
        asked = {"receiver": "Fjord Air", "reason": WHY, "file_kind": file_kind.value} | more
        priya = house.visitor("priya.nair")
        answer = priya.post(f"{desk(house)}/lists/{kind.value}", asked)
        assert answer.status == 200, answer.words

    return hand_over


def mistyping(house: House) -> None:
    """What can't be is refused, and what was typed stands in the form of who typed it."""
    maya, nobody = house.visitor("maya.chen"), house.visitor()
    booking, guest = f"/trips/bookings/{mayas(house).reference}/1", by_link(mayas(house))
    passport, needs = (BIRDS[TYPED].entered(needs=one) | UNTOUCHED for one in (False, True))
    for visitor, page in ((maya, OWN), (maya, booking), (nobody, guest)):
        names = ("passport",) if page == OWN else ("traveler", "documents")
        wrong = {"issued_on": "the third", "sex": "all"}
        for name in names:
            assert visitor.post(f"{page}/{name}", passport | wrong).status == 422, name
        call_me = {"contact_phone": "call me"}
        assert visitor.post(f"{page}/needs", needs | call_me).status == 422


def telling_in_reasons(house: House) -> None:
    """Priya writes a value into a reason: it is hers to correct, and not kept."""
    priya = house.visitor("priya.nair")
    told = {"reason": f"Is it {BIRDS[GRACE].values[F.PASSPORT_NUMBER]}?"}
    page = f"/manage/travel-data/{handle_of(house, GRACE)}/read"
    assert priya.post(page, {"fields": ["passport_number"]} | told).status == 422
    to_airline = {"receiver": "Fjord Air", "file_kind": "csv"} | told
    assert priya.post(f"{desk(house)}/lists/flights", to_airline).status == 422


def straying(house: House) -> None:
    """Forms that are too large, too old, sent by others, or sent elsewhere."""
    maya, jonas, nobody = (house.visitor(who) for who in ("maya.chen", "jonas.lind", ""))
    typed = BIRDS[TYPED].entered(needs=False) | BIRDS[TYPED].entered(needs=True) | UNTOUCHED
    page = f"/trips/bookings/{mayas(house).reference}/1/documents"
    assert maya.post(page, typed | {"note": "x" * 2_000_000}).status == 413
    assert maya.request("POST", page, data=typed).status == 400
    assert maya.request("PUT", page, data=typed).status == 405
    assert maya.post(f"{page}/more", typed).status == 404
    assert jonas.post(page, typed).status == 404
    assert jonas.post(f"/manage/travel-data/{handle_of(house, MAYA)}/read", typed).status == 403
    assert nobody.post(page, typed).status == 303
    assert nobody.post(f"/guests/{'0' * 64}/documents", typed).status == 404


def _leaks(*_args: object, **_more: object) -> NoReturn:
    raise RuntimeError("The roof is leaking.")


def failing(house: House) -> None:
    """Everything breaks with values in hand: as they are kept, shown, and handed over."""
    maya, priya = house.visitor("maya.chen"), house.visitor("priya.nair")
    typed = BIRDS[TYPED].entered(needs=False) | UNTOUCHED
    read = {"fields": ["passport_number", "diet"], "reason": WHY}
    to_airline = {"receiver": "Fjord Air", "reason": WHY, "file_kind": "csv"}
    booking = f"/trips/bookings/{mayas(house).reference}/1"
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr(filling, "_end", _leaks)
        broken.setattr(vault_views, "_in_words", _leaks)
        broken.setattr(manifests, "file_of", _leaks)
        assert maya.post(f"{booking}/documents", typed).status == 500
        assert maya.post(f"{OWN}/show").status == 500
        page = f"/manage/travel-data/{handle_of(house, MAYA)}/read"
        assert priya.post(page, read).status == 500
        assert priya.post(f"{desk(house)}/lists/flights", to_airline).status == 500


def _at(endpoint: str, status: int, who: str, fields: Iterable[VaultField]) -> set[Sighting]:
    return {(endpoint, status, who, field) for field in fields}


PASSPORT = frozenset(set(BIRDS[MAYA].values) - NEEDS)
NAMES = {F.FAMILY_NAME, F.GIVEN_NAMES, F.BIRTH_DATE}
BOOK = {F.PASSPORT_NUMBER, F.EXPIRES_ON}
OF_AIRLINES = NAMES | BOOK
WRITTEN = NEEDS - {F.CONTACT_PHONE}
IN_LISTS = {
    kind: {
        sighting
        for who in (GRACE, GRACES_GUEST)
        for sighting in _at("manifests.hand_over", 200, who, OF_AIRLINES)
        if kind is ListKind.FLIGHTS
    }
    for kind in ListKind
}
HANDED = [kind for kind in ListKind if kind is not ListKind.ACTIVITIES]
"""Lists of the story: nobody has a seat on an activity before the draw."""
DEEDS: dict[str, tuple[Callable[[House], None], set[Sighting]]] = {
    "they enter it": (entering, set()),
    "letters are written and sent": (writing, set()),
    "Maya looks at her own": (
        showing_own,
        _at("travel_data.show_own", 200, MAYA, BIRDS[MAYA].values),
    ),
    "Priya reads with a reason": (
        reading,
        _at("travel_data_manage.read", 200, HER_GUEST, {F.PASSPORT_NUMBER, F.DIET}),
    ),
    **{
        f"a receiver gets the {kind.label.lower()} as {file_kind.label}": (
            handing(kind, file_kind),
            IN_LISTS[kind],
        )
        for kind in HANDED
        for file_kind in FileKind
    },
    "an airline gets Latin letters": (
        handing(ListKind.FLIGHTS, FileKind.CSV, is_latin="y"),
        IN_LISTS[ListKind.FLIGHTS],
    ),
    "they mistype": (
        mistyping,
        _at("travel_data.passport", 422, TYPED, PASSPORT - {F.ISSUED_ON})
        | _at("travel_data.needs", 422, TYPED, WRITTEN)
        | _at("registration.section", 422, TYPED, OF_AIRLINES | WRITTEN)
        | _at("guest_registration.section", 422, TYPED, OF_AIRLINES | WRITTEN),
    ),
    "Priya tells a value in a reason": (
        telling_in_reasons,
        _at("travel_data_manage.read", 422, GRACE, {F.PASSPORT_NUMBER})
        | _at("manifests.hand_over", 422, GRACE, {F.PASSPORT_NUMBER}),
    ),
    "forms go astray": (straying, set()),
    "the roof leaks": (failing, set()),
}
RIGHTS = {name: right for name, (_deed, right) in DEEDS.items()}


def rooms(house: House) -> Iterator[str]:
    """The addresses of all that is about these people and their departures."""
    for handle in (handle_of(house, who) for who in BIRDS if who != TYPED):
        yield from (f"/manage/travel-data/{handle}{page}" for page in ("", "/erase"))
    for one in (mayas(house), graces(house)):
        plan = f"/manage/trips/{one.slug}/{one.variant_id}"
        yield from (f"{plan}/registrations/{who.traveler_id}" for who in one.members)
        yield from (f"{plan}/desk/lists/{kind.value}" for kind in ListKind)
        pages = ("", "/rooms", "/flights", "/transfers", "/lists", "/messages", "/run-sheet.pdf")
        yield from (f"{plan}/desk{page}" for page in pages)
        parts = ["send", *(section.value for section in Section)]
        for part in parts:
            yield from (f"/trips/bookings/{one.reference}/{n}/{part}" for n in (1, 2))
            yield f"{by_link(one)}/{part}"
        yield from (f"/trips/bookings/{one.reference}", by_link(one))
