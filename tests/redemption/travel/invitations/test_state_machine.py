"""Any wave, right, answer, purchase, leaver and hour: never more places than there are.

After each step nobody has two places, every place that is kept or taken is explained by who has it,
and what is free is free. At the end everyone who is owed a place and can go has been asked.
"""

from contextlib import suppress
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, Phase, settings, strategies
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from catalog.errors import CapacityTooLow
from catalog.models import UNITS_AT_HAND, VariantStock
from catalog.operations import adjust_stock
from catalog.trips.operations import set_terms
from catalog.trips.terms import USUAL
from marketplace.access.actor import Actor
from marketplace.awards.entitlements.models import Entitlement
from marketplace.awards.entitlements.operations import (
    decline_entitlement,
    grant_entitlements,
    withdraw_entitlement,
)
from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.errors import DomainError
from marketplace.ledger.check import ledger_violations
from marketplace.people.models import Employee
from marketplace.people.states import EmployeeStatus
from redemption.models import Redemption, RedemptionLine
from redemption.states import RESERVED
from redemption.travel.invitations.jobs import pass_on, tidy
from redemption.travel.invitations.models import Invitation, Wave
from redemption.travel.invitations.operations import inviting
from redemption.travel.invitations.operations.answering import (
    accept_invitation,
    decline_invitation,
)
from redemption.travel.invitations.operations.closing import give_place_back, withdraw
from redemption.travel.invitations.operations.waves import invite_more
from redemption.travel.invitations.queries.own import trades_for_me
from redemption.travel.invitations.states import LIVE, InvitationState
from tests.support.database import empty
from tests.support.entitlements import won
from tests.support.invitations import invite, leave
from tests.support.ledger import open_funded_budget
from tests.support.redemption import ask_for, cancel, furnish, new_key
from tests.support.trips import later_departure, stock_group_trip
from tests.support.waiting import somebody

NAMES = ("Ben Osei", "Cleo Marsh", "Dara Novak", "Eve Lund", "Finn Berg", "Gil Amado")
PEOPLE = strategies.integers(0, len(NAMES) - 1)
WHICH = strategies.integers(0, 9)
PROGRAMS = strategies.sampled_from([7, 8])
PROMISES = ["I26", "I26-awaited", "I26-rights", "I27-bookings", "I27-invitations", "I27-once"]
PROMISES += ["I31-bookings", "I31-invitations", "I20-trades", "I21-invitations", "I50-states"]
PROMISES += ["I50-places", "I05", "I06", "I21", "I21-entries"]


class Trip(RuleBasedStateMachine):
    """A trip in May with five places and in June with two, six people, all that can happen."""

    app: Flask

    @initialize()
    def begin(self) -> None:
        empty(self.app)
        self.context = self.app.app_context()
        self.context.push()
        self.clock = clock.stepped(clock.now())
        self.time = self.clock.__enter__()
        self.priya = furnish(points=0).priya
        self.people = [somebody(name, points=100_000) for name in NAMES]
        self.trip = stock_group_trip(capacity=5)
        self.later = later_departure(self.trip, capacity=2)
        self.budget = open_funded_budget(200_000, name="Trades")
        terms = replace(USUAL, trade_points=20_000, trade_budget_id=self.budget, may_go_later=True)
        with transaction():
            set_terms(self.priya, self.trip.reward_id, terms, seen=0, at=self.time.at)

    def teardown(self) -> None:
        if hasattr(self, "context"):
            try:
                self.nobody_is_owed_what_is_free()
            finally:
                self.clock.__exit__(None, None, None)
                db.session.remove()
                self.context.pop()

    @rule(who=strategies.lists(PEOPLE, min_size=1, unique=True), guests=strategies.integers(0, 1))
    def priya_invites_some(self, who, guests):
        ids = [self.people[one].id for one in who]
        with suppress(DomainError):
            invite(self.priya, self.trip, ids, at_once=1, guests=guests)
        session().close()

    @rule(which=WHICH)
    def priya_invites_the_next(self, which):
        waves = self.all(sa.select(Wave.id))
        self.attempt(
            lambda: (
                invite_more(self.priya, waves[which % len(waves)], 1, at=self.time.at)
                if waves
                else None
            )
        )

    @rule(program=PROGRAMS, who=PEOPLE, following=PEOPLE)
    def somebody_wins(self, program, who, following):
        wanted = [
            won(self.people[who].id, variant_id=self.trip.variant_id),
            won(self.people[following].id, line=following + 1),
        ]
        self.attempt(
            lambda: grant_entitlements(program, wanted, actor=Actor.system(), at=self.time.at)
        )

    @rule(which=WHICH, guests=strategies.integers(0, 1))
    def somebody_says_yes(self, which, guests):
        if found := self.one(which, InvitationState.INVITED):
            who, number = found
            self.attempt(
                lambda: accept_invitation(
                    who, number, guests, request_key=new_key(), at=self.time.at
                )
            )

    @rule(which=WHICH, choice=WHICH)
    def somebody_says_no(self, which, choice):
        if found := self.one(which, InvitationState.INVITED, InvitationState.OWED):
            who, number = found
            trades = trades_for_me(who, number, at=self.time.at)
            session().close()
            trade = trades[choice % len(trades)]
            self.attempt(
                lambda: decline_invitation(
                    who, number, trade, request_key=new_key(), at=self.time.at
                )
            )

    @rule(which=WHICH)
    def somebody_gives_a_place_back(self, which):
        if found := self.one(which, InvitationState.ACCEPTED):
            who, number = found
            self.attempt(lambda: give_place_back(who, number, "", at=self.time.at))

    @rule(which=WHICH)
    def priya_withdraws_one(self, which):
        if found := self.one(which, *LIVE):
            self.attempt(lambda: withdraw(self.priya, found[1], "A reason", at=self.time.at))

    @rule(which=WHICH, own=strategies.booleans())
    def a_right_ends_at_its_own_page(self, which, own):
        rights = self.all(sa.select(Entitlement.id).order_by(Entitlement.id))
        if not rights:
            return
        right = rights[which % len(rights)]
        whose = self.all(sa.select(Entitlement.employee_id).where(Entitlement.id == right))[0]
        actor = self.actor(whose) if own else self.priya
        deed = decline_entitlement if own else withdraw_entitlement
        self.attempt(lambda: deed(actor, right, reason="", at=self.time.at))

    @rule(who=PEOPLE)
    def somebody_buys_a_place(self, who):
        with suppress(DomainError):
            ask_for(self.people[who], self.trip)
        session().close()

    @rule(which=WHICH)
    def somebody_cancels(self, which):
        held = (
            sa.select(Redemption.reference, Redemption.employee_id)
            .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
            .join(Employee, Employee.id == Redemption.employee_id)
            .where(RedemptionLine.state.in_(RESERVED), Employee.status == EmployeeStatus.ACTIVE)
            .order_by(Redemption.id)
        )
        rows = session().execute(held).all()
        session().close()
        if rows:
            reference, whose = rows[which % len(rows)]
            with suppress(DomainError):
                cancel(self.actor(whose), reference)
        session().close()

    @rule(change=strategies.sampled_from([1, 2, -1, -2]))
    def there_are_more_or_fewer_places(self, change):
        with suppress(CapacityTooLow):
            self.attempt(
                lambda: adjust_stock(
                    self.priya, self.trip.variant_id, change, reason="Rooms", at=self.time.at
                )
            )

    @rule(who=PEOPLE)
    def somebody_leaves_the_company(self, who):
        with suppress(DomainError):
            leave(self.people[who].id)
        session().close()

    @rule(days=strategies.sampled_from([1, 7, 14]))
    def time_goes_by(self, days):
        self.time.forward(days=days)

    @rule()
    def the_clock_ticks(self):
        pass_on(at=self.time.at)
        session().close()

    @rule()
    def who_cannot_go_is_passed_over(self):
        tidy()
        session().close()

    @invariant()
    def every_place_is_explained(self):
        if hasattr(self, "context"):
            assert ledger_violations(PROMISES) == []
            session().close()

    def nobody_is_owed_what_is_free(self) -> None:
        tidy()
        pass_on(at=self.time.at)
        owed = (
            sa.select(Invitation.id)
            .join(VariantStock, VariantStock.variant_id == Invitation.variant_id)
            .where(Invitation.state == InvitationState.OWED, Invitation.guests_most < UNITS_AT_HAND)
        )
        assert self.all(owed) == []
        assert ledger_violations(PROMISES) == []

    def one(self, which: int, *states: InvitationState) -> tuple[Actor, int] | None:
        """One of the invitations in these states, and whose it is; only of who works here."""
        rows = session().execute(
            sa.select(Invitation.employee_id, Invitation.id)
            .where(Invitation.state.in_(states))
            .order_by(Invitation.id)
        )
        found = [(whose, number) for whose, number in rows]
        session().close()
        if not found:
            return None
        whose, number = found[which % len(found)]
        return self.actor(whose), number

    def actor(self, employee_id: int) -> Actor:
        return next(one for one in self.people if one.id == employee_id)

    def attempt(self, deed) -> None:
        """Do it in a transaction; a refusal changes nothing."""
        with suppress(DomainError), transaction():
            deed()
        session().close()

    def all(self, statement) -> list:
        found = list(session().scalars(statement))
        session().close()
        return found


def walk(app: Flask, *, walks: int, steps: int, shrinking: tuple[Phase, ...] = ()) -> None:
    profile = settings(
        max_examples=walks, stateful_step_count=steps, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=True,
        phases=[Phase.generate, *shrinking],
    )  # fmt: skip
    machine = type("TripHere", (Trip,), {"app": app})
    run_state_machine_as_test(machine, settings=profile)


def test_any_short_story_of_a_trip_explains_every_place(app, queue):
    walk(app, walks=4, steps=20)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_any_long_story_of_a_trip_explains_every_place(app, queue):
    walk(app, walks=150, steps=60, shrinking=(Phase.shrink,))


def test_control_a_place_kept_beyond_what_there_is_would_be_noticed(club, monkeypatch):
    monkeypatch.setattr(inviting, "keep_places", lambda *_, **__: True)
    invite(club.priya, club.trip, club.people, guests=1)
    assert {found.id for found in ledger_violations()} == {"I26"}
