"""Events of the Stripe of the tests: signed, and delivered as badly as it was said."""

import hashlib
import hmac
import itertools
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from marketplace.kernel import clock
from tests.support.stripe.faults import Fault, Faults
from tests.support.stripe.state import Thing, seconds, told

Door = Callable[[bytes, str], Any]


def signature(body: bytes, secret: str, *, at: int | None = None) -> str:
    """The header `Stripe-Signature` of a body."""
    moment = seconds(clock.now()) if at is None else at
    digest = hmac.new(secret.encode(), str(moment).encode() + b"." + body, hashlib.sha256)
    return f"t={moment},v1={digest.hexdigest()}"


@dataclass(slots=True)
class Outbox:
    """What Stripe has to tell. Nothing is sent before `deliver`, as a test decides when."""

    secret: str
    faults: Faults
    livemode: bool = False
    waiting: list[bytes] = field(default_factory=list)
    late: list[bytes] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def note(self, kind: str, thing: Thing) -> None:
        """Something happened: keep its event, as the thing is now."""
        body = self.event(kind, thing)
        if self.faults.comes(Fault.HOOK_LOST):
            return
        times = 2 if self.faults.comes(Fault.HOOK_DOUBLED) else 1
        heap = self.late if self.faults.comes(Fault.HOOK_LATE) else self.waiting
        heap.extend([body] * times)

    def event(self, kind: str, thing: Thing) -> bytes:
        """The body of an event about a thing."""
        event = {
            "id": f"evt_test_{next(self._numbers):06d}",
            "object": "event",
            "type": kind,
            "created": seconds(clock.now()),
            "livemode": self.livemode,
            "data": {"object": told(thing)},
        }
        return json.dumps(event).encode()

    def deliver(self, door: Door, *, shuffled: random.Random | None = None) -> list[Any]:
        """Hand over what waits, in order or shuffled; what the door answered."""
        bodies, self.waiting = self.waiting, []
        if shuffled:
            shuffled.shuffle(bodies)
        return [door(body, signature(body, self.secret)) for body in bodies]

    def let_late_come(self) -> None:
        """What was held up is on its way now."""
        self.waiting, self.late = self.waiting + self.late, []
