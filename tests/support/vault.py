"""Travel data of the tests, all of it invented, and each value told from everything else."""

from datetime import date, datetime

from marketplace.access.actor import Actor
from marketplace.kernel import clock
from redemption.travel.vault.consent import CURRENT
from redemption.travel.vault.operations import agreeing, forgetting, keeping, reading, subjects
from redemption.travel.vault.states import VaultField as F
from tests.support.transactions import in_transaction

HOME_ON = date(2027, 5, 12)
PASSPORT = {
    F.FAMILY_NAME: "Chen-Quillfeather",
    F.GIVEN_NAMES: "Maya Ottoline",
    F.PASSPORT_NUMBER: "ZQ7719384",
    F.NATIONALITY: "NZ",
    F.BIRTH_DATE: "1991-07-23",
    F.SEX: "F",
    F.ISSUED_ON: "2024-01-17",
    F.EXPIRES_ON: "2034-01-16",
    F.ISSUING_COUNTRY: "NZ",
}
NEEDS = {
    F.DIET: "No buckwheat, ever: hives",
    F.ACCESS_NEEDS: "A room near the liftshaft",
    F.CONTACT_NAME: "Barnaby Quillfeather",
    F.CONTACT_PHONE: "+64217719384",
}
CANARIES = [
    *(PASSPORT[field] for field in (F.FAMILY_NAME, F.GIVEN_NAMES, F.PASSPORT_NUMBER, F.BIRTH_DATE)),
    *(PASSPORT[field] for field in (F.ISSUED_ON, F.EXPIRES_ON)),
    *NEEDS.values(),
    "Quillfeather",
    "buckwheat",
    "liftshaft",
]
WHY = "Tickets to Lisbon are bought today."


def traveler(who: Actor, *, ends_on: date = HOME_ON, at: datetime | None = None) -> int:
    """Keep data of somebody for a trip that ends on a day; the subject's id."""
    moment = at or clock.now()

    def work() -> int:
        subject_id = subjects.subject_for(who.id, at=moment)
        keeping.keep_until(subject_id, "booking:1", ends_on=ends_on)
        return subject_id

    return in_transaction(work)


def guest(*, ends_on: date = HOME_ON) -> int:
    """The same of a guest."""

    def work() -> int:
        subject_id = subjects.new_guest(at=clock.now())
        keeping.keep_until(subject_id, "booking:1", ends_on=ends_on)
        return subject_id

    return in_transaction(work)


def enter(who: Actor, subject_id: int, values: dict[F, str]) -> list[F]:
    """Put values in."""
    return in_transaction(lambda: keeping.put(who, subject_id, values, at=clock.now()))


def agree(who: Actor, subject_id: int) -> bool:
    """Agree that special needs are kept."""
    return in_transaction(
        lambda: agreeing.agree(who, subject_id, text_version=CURRENT, at=clock.now())
    )


def everything_of(who: Actor) -> int:
    """Somebody with a passport and needs, for a trip; the subject's id."""
    subject_id = traveler(who)
    agree(who, subject_id)
    enter(who, subject_id, PASSPORT | NEEDS)
    return subject_id


def read(who: Actor, subject_id: int, *fields: F, reason: str = WHY):
    """Read values in clear, all where none is named."""
    return in_transaction(
        lambda: reading.reveal(who, subject_id, fields or list(F), reason=reason, at=clock.now())
    )


def erase(who: Actor, subject_id: int) -> list[F]:
    """Erase all of it."""
    return in_transaction(lambda: forgetting.erase(who, subject_id, at=clock.now()))
