"""Codes in stock for the tests: Nimbus Cinema over $15, bought in bulk, and Maya who wants one."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import sqlalchemy as sa

from catalog.offers import Offer
from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from redemption.codes.models import CodePool, CodeWait, StockCode
from redemption.codes.operations import batches, loading
from redemption.codes.operations.batches import Upload
from redemption.codes.operations.pools import open_pool
from redemption.codes.policies import Purchase, Terms
from redemption.codes.reading import Manner
from redemption.codes.states import CodeState
from redemption.vouchers.models import Voucher
from redemption.vouchers.operations import ShownCode, reveal_codes
from redemption.vouchers.states import ShownAs
from tests.support.catalog import stock_reward
from tests.support.redemption import House, ask_for, line_of, stock_of

CINEMA = "Nimbus Cinema gift card"


def csv(*rows: str, head: str = "code") -> bytes:
    """A file of codes."""
    return "\n".join((head, *rows)).encode()


def stock_cinema(*, points: int = 1_500, name: str = CINEMA, **text: Any) -> Offer:
    """A gift card over $15 on the shelf, as many as are asked for."""
    worth = {"label": "$15", "cash_minor": 1_500, "currency": "USD"}
    facts = {"tier": "starter", **text}
    return stock_reward(name, kind=Kind.GIFT_CARD, points=points, variant=worth, **facts)


@dataclass(frozen=True, slots=True)
class Cinema:
    """A pool of codes, and who asks for them."""

    house: House
    offer: Offer
    pool_id: int

    @property
    def maya(self) -> Actor:
        return self.house.maya

    @property
    def priya(self) -> Actor:
        return self.house.priya

    def load(self, *rows: str, head: str = "code", **more: Any) -> int:
        """Load codes; the batch."""
        return load(self.priya, self.pool_id, csv(*rows, head=head), **more)

    def ask(self, **changes: Any) -> str:
        """Maya asks for a card; the reference of her request."""
        return ask_for(self.maya, self.offer, **changes)

    def stock(self) -> tuple[int | None, int, int]:
        """Capacity, reserved, sold."""
        return stock_of(self.offer.variant_id)

    def pool(self) -> CodePool:
        """The pool, read anew."""
        session().close()
        return session().get_one(CodePool, self.pool_id)


def open_cinema(house: Any, *, name: str = CINEMA, **terms: Any) -> Cinema:
    """A pool for a card over $15."""
    offer = stock_cinema(name=name)
    with transaction():
        pool_id = open_pool(house.priya, offer.variant_id, Terms(**terms), at=clock.now())
    return Cinema(house, offer, pool_id)


def upload(
    content: bytes, *, name: str = "codes.csv", manner: Manner | None = None, **bought: Any
) -> Upload:
    """A file as somebody sends it."""
    return Upload(
        file_name=name,
        file=BytesIO(content),
        manner=manner or Manner(),
        purchase=Purchase(**bought),
    )


def check(actor: Actor, pool_id: int, content: bytes, **more: Any) -> int:
    """Have a file checked; the batch."""
    with transaction():
        return batches.check_file(actor, pool_id, upload(content, **more), at=clock.now())


def load(actor: Actor, pool_id: int, content: bytes, **more: Any) -> int:
    """Check a file and load what is good of it; the batch."""
    batch_id = check(actor, pool_id, content, **more)
    with transaction():
        loading.load_batch(actor, batch_id, at=clock.now())
    return batch_id


def withdraw(actor: Actor, batch_id: int, reason: str = "Sent to us by mistake.") -> int:
    """Take what is free of a file out; how many."""
    with transaction():
        return loading.withdraw_batch(actor, batch_id, reason=reason, at=clock.now())


def codes(*states: CodeState) -> list[StockCode]:
    """Codes, all or in these states, read anew."""
    session().close()
    rows = sa.select(StockCode).order_by(StockCode.id)
    if states:
        rows = rows.where(StockCode.state.in_(states))
    return list(session().scalars(rows))


def states_now() -> dict[str, str]:
    """Where each code is, by its last four signs."""
    return {code.last4: code.state.value for code in codes()}


def waits() -> list[tuple[int, int]]:
    """Line and unit of whoever waits, the oldest first."""
    session().close()
    rows = session().execute(
        sa.select(CodeWait.line_id, CodeWait.unit_no).order_by(CodeWait.since, CodeWait.line_id)
    )
    return [(row[0], row[1]) for row in rows]


def show(actor: Actor, reference: str) -> list[ShownCode]:
    """Read the codes of a request."""
    with transaction():
        return reveal_codes(actor, reference, shown_as=ShownAs.PAGE, at=clock.now())


def shown(actor: Actor, reference: str) -> list[str]:
    """The same as text."""
    return [one.card.credentials[0].value for one in show(actor, reference) if one.card]


def voucher_of(reference: str, unit_no: int = 1) -> Voucher:
    """The newest voucher of a unit."""
    line_id = line_of(reference).id
    rows = sa.select(Voucher).where(Voucher.line_id == line_id, Voucher.unit_no == unit_no)
    return session().scalars(rows.order_by(Voucher.issue.desc()).limit(1)).one()


def last_fours(found: Sequence[StockCode]) -> list[str]:
    """The last four signs of codes."""
    return [code.last4 for code in found]
