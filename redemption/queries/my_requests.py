"""What people see of everything they asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from catalog.states import Kind
from marketplace.access.actor import Actor
from marketplace.kernel.db import rows_of, session
from marketplace.kernel.utc_day import utc_day
from marketplace.ledger.models import PointValueRate
from marketplace.ledger.queries import RATE, PointValue, rate_holds, rate_of
from marketplace.ledger.worth import about_words
from marketplace.people.models import Employee
from redemption.gifts.given import NOT_TAKEN
from redemption.models import Redemption, RedemptionLine
from redemption.queries.names_asked import Asked, asked_about
from redemption.queries.under_way import is_under_way
from redemption.roll_up import ON_ITS_WAY, Standing, in_a_word, rolled_up
from redemption.states import LineState
from redemption.story import TONES


def waits_for_approval(reference: str) -> bool:
    """Whether somebody has to say yes to a request that was just made, or to a part of it."""
    states = rows_of(_STATES_OF, {"reference": reference})
    return any(row.state is LineState.PENDING_APPROVAL for row in states)


_STATES_OF = (
    sa.select(RedemptionLine.state)
    .join(Redemption, Redemption.id == RedemptionLine.redemption_id)
    .where(Redemption.reference == sa.bindparam("reference"))
)


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a request as its owner sees it among others."""

    reference: str
    name: str
    label: str
    kind: str
    slug: str
    brand: str
    cash_minor: int | None
    currency: str | None
    art: dict[str, Any]
    photo: dict[str, Any]
    gift_to: str  # the colleague it is given to; empty where it is for oneself
    quantity: int
    points: int
    about: str  # what they were worth on the day it was asked for
    state: LineState  # what needed no approval is being prepared and was never approved
    waits_for: tuple[str, ...]
    question_from: str  # who asks something and has no answer yet
    is_under_way: bool = False  # it left and has not arrived yet

    @property
    def title(self) -> str:
        """`Laurel mug × 2`."""
        return self.name + (f" × {self.quantity:,}" if self.quantity > 1 else "")

    @property
    def sort(self) -> Kind:
        """What kind of thing it is, with its word and icon."""
        return Kind(self.kind)

    @property
    def standing(self) -> str:
        """Where it is, in words."""
        if self.gift_to and self.state is LineState.APPROVED:
            return NOT_TAKEN
        return ON_ITS_WAY if self.is_under_way else self.state.label

    @property
    def tone(self) -> str:
        """The color of its state."""
        return "info" if self.is_under_way else TONES[self.state]

    @property
    def where(self) -> Standing:
        """The same for a sentence about several."""
        return Standing(self.state, self.waits_for, self.is_under_way)


@dataclass(frozen=True, slots=True)
class RequestRow:
    """One request in the list of its owner, with its lines in their order."""

    id: int
    reference: str
    submitted_at: datetime
    lines: tuple[LineRow, ...]
    about: str

    @property
    def first(self) -> LineRow:
        """The line that stands for the request where there is no room for all."""
        return self.lines[0]

    @property
    def points(self) -> int:
        """What all of it costs."""
        return sum(line.points for line in self.lines)

    @property
    def title(self) -> str:
        """`Laurel mug and 2 more`."""
        more = len(self.lines) - 1
        return f"{self.first.title} and {more:,} more" if more else self.first.title

    @property
    def standing(self) -> str:
        """Where its lines are, where there are several: `1 of 3 ready, 2 being prepared`."""
        if len(self.lines) == 1:
            return ""
        return rolled_up([line.where for line in self.lines])

    @property
    def state_word(self) -> str:
        """Where it is, in a word or two."""
        return self._in_a_word[0]

    @property
    def tone(self) -> str:
        """The color of that word."""
        return self._in_a_word[1]

    @property
    def _in_a_word(self) -> tuple[str, str]:
        if len(self.lines) == 1:
            return self.first.standing, self.first.tone
        return in_a_word([line.where for line in self.lines])

    @property
    def waits_for(self) -> tuple[str, ...]:
        """Who is asked about a request of one line; of several the standing says it."""
        return self.first.waits_for if len(self.lines) == 1 else ()

    @property
    def question_from(self) -> str:
        """Who asks something about one of its lines and has no answer yet."""
        return next((line.question_from for line in self.lines if line.question_from), "")


def my_requests(actor: Actor, *, before_id: int | None = None, limit: int = 24) -> list[RequestRow]:
    """The actor's requests, newest first."""
    own = sa.select(Redemption.id).where(Redemption.employee_id == actor.employee_id)
    if before_id is not None:
        own = own.where(Redemption.id < before_id)
    newest = own.order_by(Redemption.id.desc()).limit(limit).subquery()
    return requests_where(Redemption.id.in_(sa.select(newest.c.id)))


def requests_where(*conditions: sa.ColumnElement[bool]) -> list[RequestRow]:
    """Requests with their lines, newest first, in two statements."""
    wanted = (
        sa.select(Redemption, RedemptionLine, is_under_way(), *RATE)
        .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
        .join(Employee, Employee.id == Redemption.employee_id)
        .outerjoin(PointValueRate, rate_holds(Employee.country, utc_day(Redemption.submitted_at)))
        .where(*conditions)
        .order_by(Redemption.id.desc(), RedemptionLine.position)
    )
    rows = session().execute(wanted).all()
    lines = [row.RedemptionLine for row in rows]
    asked = asked_about([one.id for one in lines if one.state is LineState.PENDING_APPROVAL])
    by_request = groupby(rows, key=lambda row: row.Redemption)
    return [_request_row(whole, list(found), asked) for whole, found in by_request]


def _request_row(whole: Redemption, rows: Sequence[Any], asked: dict[int, Asked]) -> RequestRow:
    value = rate_of(rows[0])
    return RequestRow(
        id=whole.id,
        reference=whole.reference,
        submitted_at=whole.submitted_at,
        lines=tuple(_line_row(row, value, asked) for row in rows),
        about=about_words(value, whole.total_points),
    )


_AS_ASKED = (
    *("gift_to", "name", "label", "kind", "slug"),
    *("brand", "cash_minor", "currency", "art"),
)


def _line_row(row: Any, value: PointValue | None, asked: dict[int, Asked]) -> LineRow:
    line: RedemptionLine = row.RedemptionLine
    who = asked.get(line.id, Asked())
    needed_nobody = line.decide_before is None and line.recipient_id is None
    is_plain = line.state is LineState.APPROVED and needed_nobody
    return LineRow(
        reference=line.reference,
        **{name: line.snapshot[name] for name in _AS_ASKED},
        photo=line.snapshot.get("photo", {}),
        quantity=line.quantity,
        points=line.points,
        about=about_words(value, line.points),
        state=LineState.FULFILLING if is_plain else line.state,
        waits_for=who.names,
        question_from=who.question_from,
        is_under_way=row.is_under_way,
    )
