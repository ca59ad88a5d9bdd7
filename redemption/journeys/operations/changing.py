"""Other dates: an approver or the desk asks, the person chooses.

Lock rank: request keys, the line, its journey, then as a request that ends and one that begins.
"""

from dataclasses import asdict
from datetime import datetime, timedelta

from catalog.packages.wishes import Wish
from marketplace.access.actor import Actor
from marketplace.calendars.queries import calendars_of
from marketplace.kernel import audit
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.kernel.faults import crashpoint
from marketplace.kernel.idempotency import answer_key, claim_key, kept_answer
from marketplace.kernel.jobs import enqueue
from marketplace.people.queries import person
from redemption.approvals.operations.deciding import PENDING
from redemption.approvals.operations.notes import ask_question
from redemption.fulfillment.operations.steps import is_repeat, locked_task, note_done
from redemption.fulfillment.states import Work
from redemption.instead.policies import answer_by
from redemption.journeys.errors import AskedAlready, GuaranteeHolds, NobodyAsked
from redemption.journeys.models import Journey
from redemption.journeys.operations.moves import journey_of, move_journey
from redemption.journeys.queries.journeys import prices_of
from redemption.journeys.states import PERSON_ACTS, JourneyState
from redemption.models import RedemptionLine
from redemption.operations.ending import end_locked
from redemption.operations.lines import lock_line, refuse_own
from redemption.operations.submit import submit_redemption
from redemption.policies import Continues, Order, cancelled_state
from redemption.states import LineState

HELD = PENDING | {LineState.APPROVED, LineState.FULFILLING}
LONGEST_GUARANTEE = timedelta(days=365)
PLEASE = "Please choose other dates."
_NO_ANSWER = "It could not be booked at the price promised, and no answer came in time."


def ask_other_dates(
    actor: Actor, line_id: int, words: str, *, request_key: str, at: datetime
) -> int:
    """An approver asks for other dates, in words; the note's id. The request keeps its place.

    Raises as `ask_question`, and NotFound for what has no dates to choose.
    """
    text = f"{PLEASE} {words.strip()}"
    before = kept_answer(actor.id, request_key, line=line_id, ask=text)
    if before is not None:
        return int(before)
    note_id = ask_question(actor, line_id, text, request_key=request_key, at=at)
    journey = _journey(line_id)
    said = {"asked_by_id": actor.id, "words": words.strip()}
    move_journey(
        journey, JourneyState.DATES_ASKED, actor_id=actor.id, at=at, note=words.strip(), **said
    )
    audit.record(actor.id, "journey.dates_asked", f"redemption-line:{line_id}", at=at)
    return note_id


def choose_dates(
    actor: Actor, line_id: int, wish: Wish, order: Order, *, request_key: str, at: datetime
) -> str:
    """End the request and ask for other dates in its place, at once or not at all.

    While its price is guaranteed that price holds, afterwards it is the one in `order`. Who has to
    agree is asked anew, as what they agree to is another thing. The new request's reference. Raises
    NotFound, NobodyAsked, and all that `submit_redemption` does.
    """
    body = {"dates_of": line_id, "wish": asdict(wish), "at_most": order.expected_points}
    answered = claim_key(actor.id, request_key, at=at, **body)
    if answered is not None:
        return answered
    line, journey = _asked(actor, line_id)
    move_journey(journey, JourneyState.REPLACED, actor_id=actor.id, at=at)
    end_locked(
        line, cancelled_state(line.state), actor_id=actor.id, at=at, note="Other dates instead"
    )
    crashpoint("journey.dates.ended")
    reference = submit_redemption(actor, order, request_key=f"{request_key[:56]}.dates", at=at)
    crashpoint("journey.dates.asked")
    audit.record(actor.id, "journey.dates_chosen", f"redemption-line:{line_id}", at=at)
    answer_key(actor.id, request_key, reference)
    return reference


def continues(line_id: int, *, at: datetime) -> Continues:
    """How the price of a journey goes on: as it was promised while that holds, else as of now."""
    journey = _journey(line_id)
    if at.date() <= journey.guaranteed_until:
        return Continues(line_id, journey.priced_at, journey.guaranteed_until)
    length = journey.guaranteed_until - journey.priced_at.date()
    return Continues(line_id, at, at.date() + length)


def _asked(actor: Actor, line_id: int) -> tuple[RedemptionLine, Journey]:
    """One's own line and its journey, locked, while somebody waits for other dates."""
    line, journey = lock_line(line_id, HELD), journey_of(line_id)
    if journey is None or journey.employee_id != actor.employee_id:
        raise NotFound("There is no such request, or it belongs to someone else.")
    if line is None or journey.state not in PERSON_ACTS:
        raise NobodyAsked
    is_approved = line.state is not LineState.PENDING_APPROVAL
    if journey.state is JourneyState.DATES_ASKED and is_approved:
        raise NobodyAsked
    return line, journey


def keep_price(actor: Actor, task_id: int, days: int, *, request_key: str, at: datetime) -> None:
    """The company keeps the price for so many more days from today, whatever it costs by now.

    What it costs by now is kept with it: the difference is what keeping the price is worth.
    Raises BadInput, TaskMoved, RequestEnded, OwnRequest.
    """
    if not timedelta(days=1) <= timedelta(days=days) <= LONGEST_GUARANTEE:
        raise BadInput(
            f"Enter 1 to {LONGEST_GUARANTEE.days} days. Nothing was changed.", field="days"
        )
    if is_repeat(actor, task_id, "price_kept", request_key, at, str(days)):
        return
    journey = _of_task(actor, task_id)
    before, until = journey.guaranteed_until, at.date() + timedelta(days=days)
    price = prices_of(journey.line_id, at=at)
    costs = f" It costs {price.today:,} points by now." if price.more else ""
    move_journey(
        journey,
        JourneyState.WISHED,
        actor_id=actor.id,
        at=at,
        note=f"The price holds until {until.isoformat()}.{costs}",
        guaranteed_until=until,
        words="",
        asked_by_id=None,
    )
    facts = {"before": before.isoformat(), "after": until.isoformat()}
    points = {"promised_points": price.promised, "points_today": price.today}
    note_done(actor, task_id, "price_kept", request_key, at, **facts, **points)


def ask_about_price(
    actor: Actor, task_id: int, words: str, *, request_key: str, at: datetime
) -> None:
    """The guarantee is over: ask the person whether they want it at today's price.

    Their points stay set aside and do not change without their yes; without an answer within five
    working days they go back. Raises BadInput without words,
    GuaranteeHolds, AskedAlready, TaskMoved, RequestEnded, OwnRequest.
    """
    if not words.strip():
        raise BadInput("Write what changed; the person reads it. Nothing was changed.")
    if is_repeat(actor, task_id, "price_asked", request_key, at, words):
        return
    journey = _of_task(actor, task_id)
    if at.date() <= journey.guaranteed_until:
        raise GuaranteeHolds(journey.guaranteed_until)
    if journey.state is JourneyState.PRICE_ASKED:
        raise AskedAlready("The person")
    site = person(journey.employee_id).site
    until = answer_by(calendars_of([site])[site], at)
    said = {"asked_by_id": actor.id, "words": words.strip(), "answer_by": until}
    seq = move_journey(
        journey, JourneyState.PRICE_ASKED, actor_id=actor.id, at=at, note=words.strip(), **said
    )
    line_id = journey.line_id
    enqueue("journeys.tell_price", key=f"{line_id}:{seq}", line_id=line_id, seq=seq)
    note_done(actor, task_id, "price_asked", request_key, at)


def lapse(line_id: int, *, at: datetime) -> bool:
    """Give the points back where nobody said yes to another price. False when there is nothing."""
    line = lock_line(line_id, {LineState.FULFILLING})
    journey = journey_of(line_id) if line else None
    if line is None or journey is None or journey.answer_by is None or journey.answer_by > at:
        return False
    end_locked(line, LineState.FAILED, actor_id=None, at=at, note=_NO_ANSWER)
    crashpoint("journey.lapse.ended")
    return True


def _of_task(actor: Actor, task_id: int) -> Journey:
    """The journey of a task that is still to be booked, its line locked first."""
    task = locked_task(task_id, {LineState.FULFILLING}, {Work.BOOKING})
    line = lock_line(task.line_id, {LineState.FULFILLING})
    assert line is not None
    refuse_own(actor, line)
    return _journey(task.line_id)


def _journey(line_id: int) -> Journey:
    journey = journey_of(line_id)
    if journey is None:
        raise NotFound("This is no travel package, so there are no dates to choose.")
    return journey
