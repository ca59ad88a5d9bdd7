"""Omar asks for other dates, Maya chooses them; the desk asks when the price holds no longer."""

from datetime import date

import pytest
import sqlalchemy as sa

from catalog.operations import set_price
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.audit import AuditEntry
from marketplace.kernel.db import session, transaction
from marketplace.kernel.errors import NotFound
from marketplace.ledger.check import ledger_violations
from redemption.journeys import jobs as journeys_jobs
from redemption.journeys.errors import (
    AskedAlready,
    GuaranteeHolds,
    GuaranteeOver,
    NobodyAsked,
)
from redemption.journeys.states import JourneyState
from redemption.states import LineState
from tests.support.redemption import (
    approve,
    cancel,
    line_of,
    points_now,
    stock_of,
    story_of,
    subjects_to,
)
from tests.support.travel_dates import (
    ask_about_price,
    ask_other_dates,
    book,
    choose,
    journey_named,
    keep_price,
    moves_of,
    wish,
)


@pytest.fixture
def asked(travel):
    return wish(travel.maya, travel.porto, travel.lena)


def raise_price(travel, points):
    with transaction():
        set_price(Actor.system(), travel.porto.variant_id, points, at=clock.now())


@pytest.fixture
def approved(travel, asked, queue, time):
    for who in (travel.omar, travel.wei):
        approve(who, asked)
        time.forward(minutes=1)
        queue.run_due()
    assert line_of(asked).state is LineState.FULFILLING
    return asked


def test_omar_asks_for_other_dates_and_the_points_stay_set_aside(travel, asked, queue):
    ask_other_dates(travel.omar, asked)
    queue.run_due()
    assert line_of(asked).state is LineState.PENDING_APPROVAL
    assert points_now(travel.maya).held == 40_000
    assert journey_named(asked).words == "The launch is that week."
    assert subjects_to(travel.maya)[-1] == "Omar Haddad has a question"
    approve(travel.omar, asked)  # he may still answer it as it is
    assert ledger_violations() == []


def test_maya_chooses_other_dates_at_the_price_that_was_promised(travel, asked, queue, time):
    approve(travel.omar, asked)
    time.forward(minutes=1)
    queue.run_due()
    ask_other_dates(travel.wei, asked)
    raise_price(travel, 44_000)
    anew = choose(travel.maya, asked, travel.lena)
    assert story_of(asked) == [LineState.PENDING_APPROVAL, LineState.WITHDRAWN]
    assert line_of(anew).state is LineState.PENDING_APPROVAL
    assert points_now(travel.maya).held == 40_000
    assert stock_of(travel.porto.variant_id) == (2, 1, 0)
    old, new = journey_named(asked), journey_named(anew)
    assert old.state is JourneyState.REPLACED
    assert (new.replaces_id, new.first_on) == (old.line_id, date(2027, 5, 28))
    assert (new.priced_at, new.guaranteed_until) == (old.priced_at, old.guaranteed_until)
    approve(travel.omar, anew)  # asked anew: it is another thing
    assert moves_of(asked) == ["wished", "dates_asked", "replaced"]
    assert ledger_violations() == []


def test_without_being_asked_nobody_changes_dates(travel, asked):
    with pytest.raises(NobodyAsked):
        choose(travel.maya, asked, travel.lena)
    ask_other_dates(travel.omar, asked)
    with pytest.raises(NotFound):
        choose(travel.omar, asked, travel.lena)
    with pytest.raises(NotFound):
        ask_other_dates(travel.lena, asked)
    assert journey_named(asked).state is JourneyState.DATES_ASKED


def test_the_same_form_chooses_once(travel, asked):
    ask_other_dates(travel.omar, asked)
    first = choose(travel.maya, asked, travel.lena, key="other-dates-form")
    assert choose(travel.maya, asked, travel.lena, key="other-dates-form") == first
    assert points_now(travel.maya).held == 40_000


def test_after_a_yes_the_dates_stay(travel, approved):
    with pytest.raises(NobodyAsked):
        choose(travel.maya, approved, travel.lena)


def test_nothing_is_booked_when_the_price_is_guaranteed_no_longer(travel, approved, time):
    with pytest.raises(GuaranteeHolds):
        ask_about_price(travel.ana, approved)
    time.forward(days=31)
    with pytest.raises(GuaranteeOver, match="guaranteed until 23 Dec 2026"):
        book(travel.ana, approved)
    raise_price(travel, 44_000)
    keep_price(travel.ana, approved, 10)
    kept = sa.select(AuditEntry.details).where(AuditEntry.action == "fulfillment.price_kept")
    details = session().scalars(kept).one()
    assert (details["promised_points"], details["points_today"]) == (40_000, 44_000)
    assert book(travel.ana, approved) == 1
    assert moves_of(approved) == ["wished", "wished", "booked"]
    assert points_now(travel.maya).held == 0


def test_maya_says_yes_to_the_price_of_today_or_takes_her_points_back(
    travel, approved, queue, time
):
    time.forward(days=31)
    raise_price(travel, 44_000)
    ask_about_price(travel.ana, approved)
    queue.run_due()
    assert points_now(travel.maya).held == 40_000
    assert any("Your yes is needed" in subject for subject in subjects_to(travel.maya))
    with pytest.raises(AskedAlready):
        book(travel.ana, approved)
    with pytest.raises(AskedAlready):
        ask_about_price(travel.ana, approved)
    anew = choose(travel.maya, approved, travel.lena)
    assert points_now(travel.maya).held == 44_000
    assert journey_named(anew).guaranteed_until == date(2027, 1, 23)
    assert line_of(approved).state is LineState.CANCELLED
    assert ledger_violations() == []
    cancel(travel.maya, anew)
    assert points_now(travel.maya).held == 0
    assert ledger_violations() == []


def test_who_does_not_answer_about_the_price_has_the_points_back(travel, approved, queue, time):
    time.forward(days=31)
    ask_about_price(travel.ana, approved)
    assert journeys_jobs.close_due(at=time.forward(days=4)) == 0
    assert journeys_jobs.close_due(at=time.forward(days=8)) == 1
    queue.run_due()
    assert line_of(approved).state is LineState.FAILED
    assert points_now(travel.maya).held == 0
    assert ledger_violations() == []
    assert journeys_jobs.close_due(at=time.forward(days=8)) == 0


def test_who_is_to_book_it_is_warned_once_before_the_price_ends(travel, approved, time):
    time.forward(days=26)
    journeys_jobs.close()
    assert subjects_to(travel.ana) == []
    time.forward(days=2)
    journeys_jobs.close()
    journeys_jobs.close()
    assert subjects_to(travel.ana) == ["Price ends soon: Porto for two"]
