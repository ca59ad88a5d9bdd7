"""The same deed for several vouchers: each in a transaction of its own, what can't be is listed."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from marketplace.access.actor import Actor
from marketplace.kernel.db import transaction
from marketplace.kernel.errors import DomainError
from marketplace.web.filters import so_many
from redemption.vouchers.operations import Voiding, void_voucher
from redemption.vouchers.validity.operations import extend_voucher
from redemption.vouchers.validity.policies import Longer


@dataclass(slots=True)
class Told:
    """How it went: for how many it is done, and how often which reason stood in the way."""

    deed: str
    done: int = 0
    refused: Counter[str] = field(default_factory=Counter[str])

    @property
    def said(self) -> str:
        """`12 vouchers extended. 2 were not: This voucher is void, …`."""
        words = f"{so_many(self.done, 'voucher')} {self.deed}."
        for reason, times in self.refused.most_common():
            words += f" {times:,} {'was' if times == 1 else 'were'} not: {reason}"
        return words


def extend_several(
    actor: Actor, voucher_ids: Iterable[int], longer: Longer, *, key: str, at: datetime
) -> Told:
    """Extend each of these vouchers, once for this key."""

    def extend(voucher_id: int) -> None:
        extend_voucher(actor, voucher_id, longer, request_key=f"{key}:{voucher_id}", at=at)

    return _each(voucher_ids, extend, Told("extended"))


def void_several(
    actor: Actor, voucher_ids: Iterable[int], voiding: Voiding, *, key: str, at: datetime
) -> Told:
    """Take each of these vouchers out of use, once for this key."""

    def void(voucher_id: int) -> None:
        void_voucher(actor, voucher_id, voiding, request_key=f"{key}:{voucher_id}", at=at)

    return _each(voucher_ids, void, Told("replaced" if voiding.reissue else "taken out of use"))


def _each(voucher_ids: Iterable[int], work: Callable[[int], None], told: Told) -> Told:
    for voucher_id in voucher_ids:
        try:
            with transaction():
                work(voucher_id)
        except DomainError as refusal:
            told.refused[refusal.message] += 1
        else:
            told.done += 1
    return told
