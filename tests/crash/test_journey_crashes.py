"""A process killed while dates are chosen anew or a trip is booked leaves all as it was."""

from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest
import sqlalchemy as sa

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.kernel.settings import ROOT
from marketplace.ledger.check import ledger_violations
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.journeys.models import Journey
from redemption.journeys.operations.moves import move_journey
from redemption.journeys.states import JourneyState
from redemption.operations import submit
from tests.crash import world
from tests.support.packages import PORTO, stock_package
from tests.support.people import actor, employ, employ_ana
from tests.support.redemption import furnish, line_of, points_now
from tests.support.travel_dates import ask_about_price, ask_other_dates, journey_named, wish

pytestmark = pytest.mark.crash
NO_MAIL = 25
CHOOSE = (
    *("journeys", "choose", "{maya}", "{reference}", "--first-night", "{later}"),
    *("--nights", "3", "--cover", "{lena}"),
)
BOOK = (
    *("journeys", "book", "{reference}", "--by", "{ana}", "--from", "{day}", "--to", "{later}"),
    *("--with", "Ribeira Rooms", "--confirmation", "RR-1"),
)
SCENES = {
    "journey.dates.ended": (CHOOSE, JourneyState.REPLACED),
    "journey.dates.asked": (CHOOSE, JourneyState.REPLACED),
    "journey.booked.written": (BOOK, JourneyState.BOOKED),
    "journey.lapse.ended": (("journeys", "close"), JourneyState.PRICE_ASKED),
}


def test_every_point_in_the_code_has_its_scene():
    assert set(world.points_in(ROOT / "redemption/journeys")) == set(SCENES)


@pytest.fixture
def house(raised, url):
    """Maya with points, Omar who decides, Lena who stands in, Ana at the desk."""
    with world.house(url, NO_MAIL, raised):
        people = furnish(points=1_000_000)
        yield people, actor(employ("Lena Novak")), actor(employ_ana())


def _asked(people, lena, number):
    """A package whose dates Omar questions."""
    porto = stock_package(f"Porto {number}", terms=replace(PORTO, blackouts=()))
    reference = wish(people.maya, porto, lena, first_on=_day(), second_on=None)
    ask_other_dates(people.omar, reference)
    return reference


def _to_book(people, lena, number):
    """A package that lies at the travel desk."""
    porto = stock_package(f"Porto {number}", terms=replace(PORTO, blackouts=()))
    with mock.patch.object(submit, "_routed", lambda asked: asked):
        reference = wish(people.maya, porto, lena, first_on=_day(), second_on=None)
    line_id = line_of(reference).id
    session().close()
    with transaction():
        fulfill_line(line_id, at=clock.now())
    return reference


def _unanswered(people, lena, number, ana):
    """The same, whose price was asked about, and nobody answered."""
    reference = _to_book(people, lena, number)
    line_id = line_of(reference).id
    session().close()
    with clock.stepped(clock.now() + timedelta(days=31)):  # when the price holds no more
        ask_about_price(ana, reference)
    with transaction() as writing:
        late = sa.update(Journey).where(Journey.line_id == line_id)
        writing.execute(late.values(answer_by=clock.now()))
    return reference


def _day(days=60):
    return clock.today() + timedelta(days=days)


def _as_it_is(maya, reference):
    held = points_now(maya)
    return held.available, held.held, line_of(reference).state, journey_named(reference).state


def test_killed_at_every_point_nothing_changed_and_then_it_happens_once(house, raised, dying_at):
    people, lena, ana = house
    for number, (point, (command, goal)) in enumerate(dying_at(SCENES.items())):
        if point == "journey.lapse.ended":
            reference = _unanswered(people, lena, number, ana)
        else:
            reference = (_asked if command is CHOOSE else _to_book)(people, lena, number)
        words = {"maya": people.maya.email, "lena": lena.email, "ana": ana.email}
        words |= {"reference": reference, "day": str(_day()), "later": str(_day(67))}
        sent = tuple(word.format(**words) for word in command)
        before = _as_it_is(people.maya, reference)
        session().close()
        assert raised.killed_at(point, command=sent), f"{point} is never reached"
        assert _as_it_is(people.maya, reference) == before, point
        assert ledger_violations() == [], point
        session().close()
        raised.start(command=sent)
        assert raised.nursery.exit_status(raised.log) == 0, raised.log.read_text()[-2000:]
        assert journey_named(reference).state is goal, point
        assert ledger_violations() == [], point


def test_control_two_transactions_instead_of_one_would_be_noticed(house):
    """Had the first ended by itself, a kill in between would leave dates without a request."""
    people, lena, _ana = house
    reference = _asked(people, lena, 99)
    line_id = line_of(reference).id
    session().close()
    with transaction() as writing:
        journey = writing.get_one(Journey, line_id)
        moved = {"actor_id": people.maya.id, "at": clock.now()}
        move_journey(journey, JourneyState.REPLACED, **moved)
    assert {found.id for found in ledger_violations()} == {"I27-journeys", "I30-journeys"}
