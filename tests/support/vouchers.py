"""Vouchers in hand for the tests, and what is done with them at a desk."""

from datetime import timedelta

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.vouchers.desk.models import VoucherUse
from redemption.vouchers.desk.operations import book_use, undo_use
from redemption.vouchers.desk.policies import Use
from redemption.vouchers.models import Voucher
from redemption.vouchers.operations import Voiding, reveal_codes, void_voucher
from redemption.vouchers.states import ShownAs
from tests.support.catalog import stock_reward
from tests.support.people import actor, employ
from tests.support.redemption import ask_for, new_key

CANTEEN = "Canteen Lisbon"


def rosa_of_the_canteen() -> Actor:
    """Rosa Vidal, who takes vouchers at the canteen and nothing else."""
    return actor(employ("Rosa Vidal", department="Facilities", roles=(Role.VOUCHER_DESK,)))


def tom_of_the_kiosk() -> Actor:
    """Tom Keller, who takes vouchers at another desk."""
    return actor(employ("Tom Keller", department="Facilities", roles=(Role.VOUCHER_DESK,)))


def stock_swims(uses: int = 10, name: str = "Pool pass"):
    """Ten visits to the pool: a right with so many uses."""
    return stock_reward(
        name,
        kind=Kind.EXPERIENCE,
        points=3_000,
        variant={"label": f"{uses} visits", "attributes": {"Uses": str(uses)}},
    )


def shown_code(owner: Actor, reference: str) -> str:
    """The first code of a request, read by its owner."""
    with transaction():
        return reveal_codes(owner, reference, shown_as=ShownAs.PAGE, at=clock.now())[0].bare


def in_hand(owner: Actor, offer, queue) -> tuple[str, str, int]:
    """A voucher just asked for and shown: its request, its code, its id."""
    reference = ask_for(owner, offer)
    queue.run_due()
    return reference, shown_code(owner, reference), newest_voucher().id


def newest_voucher() -> Voucher:
    """The voucher issued last, read anew."""
    session().close()
    return session().scalars(sa.select(Voucher).order_by(Voucher.id.desc()).limit(1)).one()


def voucher_now(voucher_id: int) -> Voucher:
    """A voucher, read anew."""
    session().close()
    return session().get_one(Voucher, voucher_id)


def use(who: Actor, voucher_id: int, amount: int, *, place=CANTEEN, receipt="", key="") -> int:
    """Book a use in its own transaction; its id."""
    with transaction():
        return book_use(
            who,
            voucher_id,
            Use(amount, place, receipt),
            request_key=key or new_key(),
            at=clock.now(),
        )


def undo(who: Actor, use_id: int, reason: str = "", *, key: str = "") -> int:
    """Undo a use in its own transaction; the id of the undo."""
    with transaction():
        return undo_use(who, use_id, reason=reason, request_key=key or new_key(), at=clock.now())


def void(who: Actor, voucher_id: int, *, reissue: bool = False, reason: str = "Lost.") -> int:
    """Take a voucher out of use in its own transaction; what is kept."""
    with transaction():
        return void_voucher(
            who, voucher_id, Voiding(reason, reissue), request_key=new_key(), at=clock.now()
        )


def uses_written() -> list[tuple[int, int, bool]]:
    """Amount, left then, and whether it is an undo, of every row there is."""
    session().close()
    rows = session().scalars(sa.select(VoucherUse).order_by(VoucherUse.id))
    return [(row.amount, row.left_after, row.undoes_id is not None) for row in rows]


SIXTEEN_MINUTES = timedelta(minutes=16)
