"""Travel packages in each place where they may be when somebody opens the demo."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from catalog.models import Reward, Variant
from catalog.packages.queries import package_of
from catalog.packages.wishes import Wish
from catalog.queries import offer
from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.evidence import clean_file
from marketplace.ledger.queries import points_of
from marketplace.people.queries import actor_of
from redemption.approvals.models import ApprovalAssignee, ApprovalStep
from redemption.approvals.operations.deciding import Answer, apply_decision, decide
from redemption.approvals.states import StepState, Verdict
from redemption.fulfillment.models import FulfillmentTask
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.journeys.booked import Booked
from redemption.journeys.operations.booking import record_booking
from redemption.journeys.operations.changing import ask_about_price, ask_other_dates
from redemption.models import RedemptionLine
from redemption.operations.submit import submit_redemption
from redemption.policies import as_offered

HILLS, PORTO = "Two nights in the hills", "Porto, when it suits you"
DAY = timedelta(days=1)
WORDS = "Quarter end is that week, and two of the team are away. The week after would be fine."
DEARER = "The farmhouse has new owners, and a night costs more from this month on."


@dataclass(frozen=True, slots=True)
class Wanted:
    """Who asked for which package, how many days ago, for how many weeks ahead; who stands in."""

    handle: str
    reward: str
    days_ago: int
    weeks: int
    cover: str
    nights: int = 2


WAITS = Wanted("mateo.silva", HILLS, 1, 9, "rahul.mehta")
QUESTIONED = Wanted("rahul.mehta", HILLS, 2, 9, "mateo.silva")
TO_BOOK = Wanted("ben.osei", HILLS, 3, 12, "clara.weiss")
OVER = Wanted("clara.weiss", HILLS, 9, 10, "ben.osei")
DEAR = Wanted("amara.okafor", HILLS, 9, 11, "noor.aziz")
BOOKED = Wanted("grace.kim", PORTO, 9, 15, "clara.weiss", nights=3)


def load_journeys(people: dict[str, int], *, at: datetime) -> int:
    """Ask, question, approve and book as the people themselves would; how many packages."""
    found = [_ask(people, one, at) for one in (WAITS, QUESTIONED, TO_BOOK, OVER, DEAR, BOOKED)]
    questioned, to_book, over, dear, booked = found[1:]
    if questioned is not None:
        _question(questioned, at - DAY)
    for line_id in filter(None, (to_book, over, dear, booked)):
        _agree(line_id)
    desk = actor_of(people["ana.sousa"])
    if dear is not None:
        ask_about_price(desk, _task(dear), DEARER, request_key="demo-dearer", at=at - DAY)
    if booked is not None:
        _book(desk, booked, at)
    return len([one for one in found if one is not None])


def _ask(people: dict[str, int], one: Wanted, at: datetime) -> int | None:
    """The line; None where it is beyond their points."""
    actor, then = actor_of(people[one.handle]), at - one.days_ago * DAY
    find = sa.select(Variant.id).join(Reward, Reward.id == Variant.reward_id)
    wanted = offer(actor, session().scalars(find.where(Reward.name == one.reward)).one(), at=then)
    package = package_of(wanted)
    if package is None or wanted.points > points_of(actor.id, at=at).available:
        return None
    first = (at + timedelta(weeks=one.weeks)).date()
    wish = Wish(
        first_on=first,
        second_on=first + timedelta(weeks=1),
        nights=one.nights,
        travelers=2,
        cover_id=people[one.cover],
        seen_terms=package.version,
    )
    key = f"demo-journey-{one.handle}"
    reference = submit_redemption(actor, as_offered(wanted, wish=wish), request_key=key, at=then)
    found = sa.select(RedemptionLine.id).where(RedemptionLine.reference == reference)
    return session().scalars(found).one()


def _question(line_id: int, then: datetime) -> None:
    ask_other_dates(
        _next_to_answer(line_id), line_id, WORDS, request_key="demo-other-dates", at=then
    )


def _next_to_answer(line_id: int) -> Actor:
    who = session().scalars(
        sa.select(ApprovalAssignee.employee_id)
        .join(ApprovalStep, ApprovalStep.id == ApprovalAssignee.step_id)
        .where(ApprovalStep.line_id == line_id, ApprovalStep.state == StepState.OPEN)
        .order_by(ApprovalStep.seq, ApprovalAssignee.id)
    )
    return actor_of(next(iter(who)))


def _agree(line_id: int) -> None:
    """Everybody who is asked says yes within a day, and the line comes to the desk."""
    line = session().get_one(RedemptionLine, line_id)
    then, gate = line.changed_at, 0
    while _waits(line_id):
        gate, then = gate + 1, then + timedelta(hours=3)
        decision_id = decide(
            _next_to_answer(line_id),
            line_id,
            Answer(Verdict.APPROVE, line.content_hash),
            request_key=f"demo-yes-{line_id}-{gate}",
            undo_for=timedelta(0),
            at=then,
        )
        apply_decision(decision_id, at=then)
    fulfill_line(line_id, at=then)


def _waits(line_id: int) -> bool:
    waiting = sa.exists().where(
        ApprovalStep.line_id == line_id, ApprovalStep.state == StepState.OPEN
    )
    return session().scalar(sa.select(waiting)) is True


def _task(line_id: int) -> int:
    find = sa.select(FulfillmentTask.id).where(FulfillmentTask.line_id == line_id)
    return session().scalars(find).one()


def _book(desk: Actor, line_id: int, at: datetime) -> None:
    """Booked for the second choice, with a ticket; later the hotel moved her to a better room."""
    starts = (at + timedelta(weeks=BOOKED.weeks + 1)).date()
    made = Booked(
        starts_on=starts,
        ends_on=starts + timedelta(days=BOOKED.nights),
        operator="Ribeira Rooms",
        confirmation="RR-2207",
        parts=("Train 121 from Lisbon, 08:15, seats 4A and 4B", "Ribeira Rooms, three nights"),
    )
    ticket = clean_file("Train-ticket.pdf", _pdf("Train 121, 08:15, seats 4A and 4B"))
    task_id, then = _task(line_id), at - 7 * DAY
    record_booking(desk, task_id, made, (ticket,), request_key="demo-booked", at=then)
    moved = Booked(
        starts_on=made.starts_on,
        ends_on=made.ends_on,
        operator=made.operator,
        confirmation="RR-2260",
        parts=(made.parts[0], "Ribeira Rooms, three nights, room with a terrace"),
        note="The hotel gives you the room with the terrace instead, at no charge.",
    )
    record_booking(desk, task_id, moved, request_key="demo-booked-anew", at=at - 2 * DAY)


def _pdf(words: str) -> bytes:
    """One page with one line on it."""
    drawn = f"BT /F1 16 Tf 60 760 Td ({words}) Tj ET"
    bodies = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            " /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        f"<< /Length {len(drawn)} >>\nstream\n{drawn}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    return (
        out
        + (
            f"xref\n0 6\n0000000000 65535 f \n{table}trailer\n<< /Size 6 /Root 1 0 R >>\n"
            f"startxref\n{len(out)}\n%%EOF\n"
        ).encode()
    )
