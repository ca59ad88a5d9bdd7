"""All that can happen on one trip with three departures: each place is explained, nobody is twice.

What `invitations/test_state_machine.py` does (waves, rights, answers, trades, purchases, other
numbers of places, leavers, days) goes on here together with lines for parties, colleagues who go
instead, places that the desk books, departures that are called off, trips that are over, and clocks
that run ahead and back. After each step it is counted by hand whose each place is, beside the
predicates; at the end all clocks run, what is free is offered, and the whole ledger is checked.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import date
from unittest import mock

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalog.models import Departure, VariantStock
from catalog.offers import Offer
from catalog.queries import offer
from catalog.trips.states import LineRule, SubstituteRule
from marketplace.access.actor import Actor
from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from redemption.bookings.models import Booking, Traveler
from redemption.bookings.states import IN_FORCE
from redemption.fulfillment.operations.desk import mark_booked
from redemption.fulfillment.operations.fulfilling import fulfill_line
from redemption.fulfillment.operations.tasks import task_of_line
from redemption.models import RedemptionLine
from redemption.operations import submit
from redemption.states import RESERVED, SPENT, LineState
from redemption.travel.after.jobs import close_trips
from redemption.travel.cancellations.jobs import make_all_whole, pass_on_places
from redemption.travel.cancellations.models import CanceledDeparture
from redemption.travel.cancellations.operations.canceling import CallOff, call_off
from redemption.travel.invitations.jobs import pass_on
from redemption.travel.invitations.jobs import tidy as tidy_invitations
from redemption.travel.invitations.models import Invitation
from redemption.travel.invitations.operations import inviting
from redemption.travel.invitations.states import InvitationState, Trade
from redemption.travel.substitutions import operations as substituting
from redemption.travel.substitutions.jobs import clock_ticks
from redemption.travel.substitutions.models import Substitution
from redemption.travel.substitutions.states import SubstitutionState
from redemption.waiting.jobs import tidy as tidy_lines
from redemption.waiting.models import Wait
from redemption.waiting.states import LIVE as WAITING
from redemption.waiting.states import WaitState
from tests.redemption.travel.invitations.test_state_machine import (
    PEOPLE,
    PROMISES,
    WHICH,
    Trip,
)
from tests.support.catalog import IN_MAY, add_variant
from tests.support.invitations import invite
from tests.support.ledger import open_funded_budget
from tests.support.people import actor, employ_ana
from tests.support.redemption import ask_for, new_key
from tests.support.trips import with_terms
from tests.support.waiting import change, join, turns
from tests.support.waiting import leave as leave_line

DEPARTURES = strategies.integers(0, 2)
PARTIES = strategies.integers(1, 3)
IN_JULY = replace(
    IN_MAY, starts_on=date(2027, 7, 8), ends_on=date(2027, 7, 11), cutoff_on=date(2027, 5, 28)
)
TOGETHER = [
    *PROMISES,
    *("I25", "I26-turns", "I26-lines", "I26-limits", "I30", "I30-turns", "I31-waits"),
    *("I27-substitutes", "I31-substitutes", "I27-canceled", "I10-made-whole", "I21-canceled"),
]


CLOCKS_OF_OTHERS = ("I45",)  # approvals and last days of requests: their clocks stand still here
DATED_BY_DAY = ("I41",)  # what a clock that went back a day dates after what followed it


class WholeTrip(Trip):
    """The trip of the other machine, a third departure in July, and everything beside answers."""

    @initialize()
    def begin(self) -> None:
        super().begin()
        self.ana, self.steps = actor(employ_ana()), 0
        self.past_telling = CLOCKS_OF_OTHERS
        facts = {"capacity": 3, "departure": IN_JULY}
        last = add_variant(self.trip.reward_id, "8 to 11 July 2027", 48_000, **facts)
        open_funded_budget(1_000_000, name="Places")
        with_terms(self.trip, substitute_rule=SubstituteRule.FREELY, guests_most=2)
        session().close()
        self.departures = [self.trip, self.later, offer(Actor.system(), last, at=clock.now())]
        session().close()

    # Invitations to the other departures, with more guests.

    @rule(what=DEPARTURES, who=strategies.lists(PEOPLE, min_size=1, unique=True))
    def priya_invites_with_two_guests(self, what, who):
        ids = [self.people[one].id for one in who]
        with suppress(DomainError):
            invite(self.priya, self.departures[what], ids, at_once=2, guests=2)
        session().close()

    # Lines.

    @rule(who=PEOPLE, what=DEPARTURES, party=PARTIES)
    def somebody_gets_in_line(self, who, what, party):
        with suppress(DomainError):
            join(self.people[who], self.departures[what], party)
        session().close()

    @rule(which=WHICH, party=PARTIES)
    def somebody_changes_who_goes(self, which, party):
        if found := self.of(which, Wait, *WAITING):
            with suppress(DomainError):
                change(self.actor(found.employee_id), found.id, party)
        session().close()

    @rule(which=WHICH)
    def somebody_leaves_a_line(self, which):
        if found := self.of(which, Wait, *WAITING):
            with suppress(DomainError):
                leave_line(self.actor(found.employee_id), found.id)
        session().close()

    @rule(which=WHICH)
    def somebody_takes_their_turn(self, which):
        if found := self.of(which, Wait, WaitState.OFFERED):
            wanted = next(d for d in self.departures if d.variant_id == found.variant_id)
            self.buy(self.actor(found.employee_id), wanted, found.units)

    # Purchases, and what the desk does with them.

    @rule(who=PEOPLE, what=DEPARTURES, party=PARTIES)
    def somebody_buys_for_a_party(self, who, what, party):
        self.buy(self.people[who], self.departures[what], party)

    def buy(self, who: Actor, wanted: Offer, party: int) -> None:
        with suppress(DomainError), mock.patch.object(submit, "_routed", lambda asking: asking):
            ask_for(who, wanted, quantity=party)
        session().close()

    @rule(which=WHICH)
    def the_desk_takes_one_on(self, which):
        if found := self.of(which, RedemptionLine, LineState.APPROVED):
            self.attempt(lambda: fulfill_line(found.id, at=self.time.at))

    @rule(which=WHICH)
    def the_desk_books_one(self, which):
        found = self.of(which, RedemptionLine, LineState.FULFILLING)
        task = task_of_line(found.id) if found else None
        number = task.id if task else None
        session().close()
        if number is not None:
            self.attempt(
                lambda: mark_booked(
                    self.ana, number, "LX-1", request_key=new_key(), at=self.time.at
                )
            )

    # Colleagues who go instead.

    @rule(which=WHICH, who=PEOPLE)
    def somebody_names_a_colleague(self, which, who):
        if found := self.one(which, InvitationState.ACCEPTED):
            first, number = found
            colleague = self.people[who].id
            self.attempt(
                lambda: substituting.name_colleague(first, number, colleague, at=self.time.at)
            )

    @rule(which=WHICH, agrees=strategies.booleans())
    def priya_says_whether_they_may(self, which, agrees):
        if found := self.of(which, Substitution, SubstitutionState.ASKED):
            deed, words = (substituting.agree, ()) if agrees else (substituting.refuse, ("No.",))
            self.attempt(lambda: deed(self.priya, found.id, *words, at=self.time.at))

    @rule(which=WHICH, guests=strategies.integers(0, 2))
    def a_colleague_goes(self, which, guests):
        if found := self.of(which, Substitution, SubstitutionState.OFFERED):
            who, key = self.actor(found.employee_id), new_key()
            self.attempt(
                lambda: substituting.take_place(
                    who, found.id, guests, request_key=key, at=self.time.at
                )
            )

    @rule(which=WHICH, own=strategies.booleans())
    def a_colleague_does_not_go(self, which, own):
        if found := self.of(which, Substitution, SubstitutionState.OFFERED):
            first = session().get_one(Invitation, found.invitation_id).employee_id
            session().close()
            deed = substituting.take_back if own else substituting.decline_offer
            who = self.actor(first if own else found.employee_id)
            self.attempt(lambda: deed(who, found.id, at=self.time.at))

    @rule(
        guests=strategies.integers(0, 2),
        line_rule=strategies.sampled_from(list(LineRule)),
        substitutes=strategies.sampled_from(list(SubstituteRule)),
    )
    def the_terms_change(self, guests, line_rule, substitutes):
        terms = {"guests_most": guests, "line_rule": line_rule, "substitute_rule": substitutes}
        with_terms(self.trip, **terms)
        session().close()

    # Departures that do not take place, and those that have.

    @precondition(lambda self: self.steps > 12)
    @rule(what=DEPARTURES, trade=strategies.sampled_from([Trade.NOTHING, Trade.POINTS]))
    def priya_calls_a_departure_off(self, what, trade):
        how = CallOff(reason="The hotel is closed.", trade=trade)
        variant_id = self.departures[what].variant_id
        self.attempt(lambda: call_off(self.priya, variant_id, how, at=self.time.at))

    @precondition(lambda self: self.steps > 12)
    @rule(what=DEPARTURES)
    def priya_calls_one_off_for_the_last(self, what):
        last = self.departures[-1].variant_id
        how = CallOff(reason="Moved to July.", trade=Trade.LATER, later_variant_id=last)
        variant_id = self.departures[what].variant_id
        self.attempt(lambda: call_off(self.priya, variant_id, how, at=self.time.at))

    @rule()
    def everyone_is_made_whole(self):
        off = self.all(sa.select(CanceledDeparture.variant_id))
        for variant_id in off:
            make_all_whole(variant_id, at=self.time.at)
            session().close()

    @rule()
    def trips_that_are_over_are_closed(self):
        close_trips(self.time.at.date())
        session().close()

    # Time.

    @rule(hours=strategies.sampled_from([-25, -1, 1, 5, 49]))
    def the_clock_jumps(self, hours):
        self.time.forward(hours=hours)
        if hours < 0:
            self.past_telling = (*CLOCKS_OF_OTHERS, *DATED_BY_DAY)

    @rule()
    def every_clock_ticks(self):
        self.tick()

    def tick(self) -> None:
        for one in (turns, tidy_lines, tidy_invitations, clock_ticks):
            one()
            session().close()
        pass_on(at=self.time.at)
        pass_on_places(at=self.time.at)
        session().close()

    @invariant()
    def every_place_is_explained(self):
        if not hasattr(self, "departures"):
            return
        self.steps += 1
        assert ledger_violations(TOGETHER) == []
        session().close()
        taken = self.taken()
        for variant_id, whose in self.whose().items():
            capacity, places = taken[variant_id]
            assert sum(whose.values()) == places <= capacity, (variant_id, whose)
        self.nobody_is_twice()

    def taken(self) -> dict[int, tuple[int, int]]:
        """Of each departure how many places there are, and how many are kept or taken."""
        stock = VariantStock
        rows = session().execute(
            sa.select(stock.variant_id, stock.capacity, stock.reserved + stock.sold)
        )
        found = {variant_id: (capacity or 0, places) for variant_id, capacity, places in rows}
        session().close()
        return found

    def whose(self) -> dict[int, Counter[str]]:
        """Of each departure who keeps how many, counted from what people have in hand."""
        found = {one.variant_id: Counter() for one in self.departures}
        line, wait, invited = RedemptionLine, Wait, Invitation
        held = {
            "asked": (line.variant_id, line.employee_id, line.quantity - line.returned_units,
                      line.state.in_(RESERVED | SPENT)),
            "offered": (wait.variant_id, wait.employee_id, wait.units,
                        wait.state == WaitState.OFFERED),
            "invited": (invited.variant_id, invited.employee_id, invited.places,
                        invited.state == InvitationState.INVITED),
            "goes": (Booking.variant_id, Booking.employee_id, Booking.places,
                     sa.and_(Booking.invitation_id.is_not(None), Booking.state != "cancelled")),
        }  # fmt: skip
        for way, (variant_id, who, places, which) in held.items():
            for one, whom, many in session().execute(
                sa.select(variant_id, who, places).where(which)
            ):
                found[one][f"{whom} {way}"] += many
        session().close()
        return found

    def nobody_is_twice(self) -> None:
        """Nobody has two places on the trip ahead; each booking has as many people as places."""
        ahead = sa.select(Booking.id, Booking.employee_id, Booking.places).where(
            Booking.state.in_(IN_FORCE)
        )
        bookings = session().execute(ahead).all()
        goes = Counter(one.employee_id for one in bookings)
        assert [who for who, times in goes.items() if times > 1] == []
        many = sa.select(Traveler.booking_id, sa.func.count()).group_by(Traveler.booking_id)
        people = {one: number for one, number in session().execute(many)}  # noqa: C416
        assert all(people[one.id] == one.places for one in bookings)
        session().close()

    def nobody_is_owed_what_is_free(self) -> None:
        """All clocks run until nothing moves: the other machine's end, the lines, the ledger."""
        self.everyone_is_made_whole()
        for _round in range(3):
            self.tick()
        super().nobody_is_owed_what_is_free()
        turns()
        self.who_is_in_front_needs_more_than_there_is()
        left = [one for one in ledger_violations() if not one.id.startswith(self.past_telling)]
        assert left == []
        session().close()

    def who_is_in_front_needs_more_than_there_is(self) -> None:
        waiting = (
            sa.select(Wait.variant_id, sa.func.min(Wait.id))
            .join(Departure, Departure.variant_id == Wait.variant_id)
            .where(Wait.state == WaitState.WAITING)
            .group_by(Wait.variant_id)
        )
        in_front = session().execute(waiting).all()
        session().close()
        taken = self.taken()
        for variant_id, wait_id in in_front:
            capacity, places = taken[variant_id]
            units = session().get_one(Wait, wait_id).units
            session().close()
            assert units > capacity - places, f"{capacity - places} are free, {units} waited for"

    def of(self, which, model, *states):
        """One of the rows in these states, of people of this story."""
        wanted = sa.select(model).where(model.state.in_(states)).order_by(model.id)
        rows = list(session().scalars(wanted))
        session().expunge_all()
        session().close()
        return rows[which % len(rows)] if rows else None


def walk(app: Flask, *, walks: int, steps: int, shrinking: tuple[Phase, ...] = ()) -> None:
    profile = settings(
        max_examples=walks, stateful_step_count=steps, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=True,
        phases=[Phase.generate, *shrinking],
    )  # fmt: skip
    machine = type("TripHere", (WholeTrip,), {"app": app})
    run_state_machine_as_test(machine, settings=profile)


def test_any_short_story_of_a_whole_trip_explains_every_place(app, queue):
    walk(app, walks=3, steps=30)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_any_long_story_of_a_whole_trip_explains_every_place(app, queue):
    walk(app, walks=150, steps=80, shrinking=(Phase.shrink,))


def test_control_a_place_kept_beyond_what_there_is_is_counted(app, queue, monkeypatch):
    """By hand, too: Ben and Cleo bring two guests each into a departure with two places."""
    machine = type("TripHere", (WholeTrip,), {"app": app})()
    machine.begin()
    monkeypatch.setattr(inviting, "keep_places", lambda *_, **__: True)
    monkeypatch.setattr("tests.redemption.travel.test_state_machine.TOGETHER", ["I05"])
    machine.priya_invites_with_two_guests(1, [0, 1])
    with pytest.raises(AssertionError, match="invited"):
        machine.every_place_is_explained()
    with suppress(AssertionError):
        machine.teardown()
