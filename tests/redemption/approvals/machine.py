"""A machine that tells any story of approvals: policies, pools, stand-ins, answers, leavers, days.

After each step every predicate about requests holds: nobody decides their own, n yeses are n
people's, each about exactly what is bought, and nothing is prepared before the last of them. At the
end whoever is still asked says yes, and what nobody can answer ends in time.
"""

from contextlib import suppress
from datetime import timedelta

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

from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.kernel import clock
from marketplace.kernel.db import db, session, transaction
from marketplace.kernel.errors import BadInput, DomainError, NotAllowed, NotFound
from marketplace.ledger.check import ledger_violations
from marketplace.ledger.worth import Money
from marketplace.people.operations.employment import mark_left
from redemption.approvals import policies as pure
from redemption.approvals.away.jobs import end_absences
from redemption.approvals.away.policies import Days
from redemption.approvals.away.queries import absences_seen
from redemption.approvals.gates import Asked, Gate
from redemption.approvals.jobs import apply_due_decisions, hand_on_deserted
from redemption.approvals.models import ApprovalDecision, ApprovalStep
from redemption.approvals.operations import policies
from redemption.approvals.operations.policies import Terms
from redemption.approvals.pools.operations import put_in_pool, take_from_pool
from redemption.approvals.queries import routing
from redemption.approvals.queries.absent import with_absences
from redemption.approvals.queries.circumstances import wanted_of
from redemption.approvals.queries.inbox import waiting_requests
from redemption.approvals.queries.undecided import undecided
from redemption.approvals.states import Asks, StepState, Verdict
from redemption.jobs import expire
from redemption.models import Redemption, RedemptionLine
from redemption.refusals import (
    AlreadyDecided,
    LeftCompany,
    NobodyCanApprove,
    NotNeeded,
    TooLateToAnswer,
)
from redemption.states import LineState
from tests.support.approvals import add, open_pool
from tests.support.away import be_away, come_back
from tests.support.catalog import stock_gift_card
from tests.support.database import empty
from tests.support.ledger import give_points
from tests.support.people import actor, employ
from tests.support.redemption import answer, ask_for, cancel, furnish, undo

HELPERS = {
    "felix": ("Felix Braun", Role.FINANCE),
    "gina": ("Gina Rossi", Role.FINANCE),
    "tara": ("Tara Quinn", Role.TRAVEL_APPROVER),
    "quentin": ("Quentin Roy", Role.PROGRAM_MANAGER),
    "ines": ("Ines Duarte", None),
    "jan": ("Jan Novak", None),
}
PEOPLE = strategies.sampled_from(["maya", "omar", "wei", "priya", *HELPERS])
ASKERS = strategies.sampled_from(["maya", "omar", "wei", "ines"])
ASKED = strategies.sampled_from(
    [*(Asked(who) for who in Asks if who is not Asks.POOL), Asked(Asks.POOL, "desk")]
)
GATES = strategies.builds(
    lambda asks, needs: Gate(tuple(asks), needs),
    strategies.lists(ASKED, min_size=1, max_size=3, unique=True),
    strategies.sampled_from([1, 1, 2, 3, None]),
)
PROMISES = ["I21-requests", "I24", "I26", "I30", "I31", "I32", "I37", "I37-standing-in", "I38"]
PROMISES += ["I38-gates"]
PROMISES += ["I38-needless", "I39", "I39-words", "I40", "I45-requests"]
LIMITS = strategies.sampled_from(
    [{}, {}, {"most_points": 500}, {"kinds": frozenset({"gift_card"})},
     {"kinds": frozenset({"learning"})}, {"most_money": Money(10**6, "USD")}]
)  # fmt: skip
SETTERS = strategies.sampled_from([None, None, None, "priya", "quentin"])
VERDICTS = strategies.sampled_from([Verdict.APPROVE] * 3 + [Verdict.DECLINE])


class Approvals(RuleBasedStateMachine):
    """A house, a pool, one policy for cards at a time, and everything people can do."""

    app: Flask

    @initialize()
    def begin(self) -> None:
        empty(self.app)
        self.context = self.app.app_context()
        self.context.push()
        self.clock = clock.stepped(clock.now())
        self.time = self.clock.__enter__()
        house = furnish()
        self.people = {name: getattr(house, name) for name in ("maya", "omar", "wei", "priya")}
        for name, (full, role) in HELPERS.items():
            self.people[name] = actor(employ(full, roles=(role,) if role else ()))
        with transaction():
            for name in ("omar", "wei", "ines"):
                give_points(self.people[name].id, 20_000)
        open_pool("desk", *(self.people[name].id for name in ("ines", "jan", "gina")))
        self.card = stock_gift_card(points=1_000, limit_per_person=None, limit_period=None)
        self.number = 0

    def teardown(self) -> None:
        if hasattr(self, "context"):
            try:
                self.nothing_stays_stuck()
            finally:
                self.leave()

    def leave(self) -> None:
        """Let go of clock, session and context."""
        self.clock.__exit__(None, None, None)
        db.session.remove()
        self.context.pop()

    @rule(gates=strategies.lists(GATES, min_size=1, max_size=3), who=ASKERS)
    def ada_sets_another_policy_for_cards_and_somebody_asks(self, gates, who):
        self.ada_sets(gates)
        self.somebody_asks(who)

    def ada_sets(self, gates) -> None:
        self.number += 1
        terms = Terms(f"Cards {self.number}", tuple(gates), ("gift_card",))
        try:
            add(Actor.system(), f"cards-{self.number}", terms)
        except BadInput:
            session().close()
            return  # more yeses than it asks for
        with transaction():
            self.time.forward(seconds=1)
            for one in routing.rules_in_force(at=clock.now()):
                if "gift_card" in one.kinds and one.slug != f"cards-{self.number}":
                    policies.end_policy(Actor.system(), one.slug, seen=one.version, at=clock.now())
            self.time.forward(seconds=1)

    @rule(who=ASKERS)
    def somebody_asks(self, who) -> None:
        with suppress(NobodyCanApprove, LeftCompany):
            ask_for(self.people[who], self.card)
        session().close()

    @rule(who=PEOPLE, verdict=VERDICTS, which=strategies.integers(0, 2))
    def somebody_answers_what_waits_for_them(self, who, verdict, which):
        rows = waiting_requests(self.people[who], at=clock.now())
        references = [row.reference for row in rows]
        session().close()
        assert len(references) == len(set(references))
        if references:
            reference = references[which % len(references)]
            answer(self.people[who], reference, verdict, "So it is.")
        session().close()

    @rule(who=PEOPLE, which=strategies.integers(0, 5))
    def somebody_answers_what_does_not_wait_for_them(self, who, which):
        waiting = {row.reference for row in waiting_requests(self.people[who], at=clock.now())}
        others = sorted(set(session().scalars(sa.select(Redemption.reference))) - waiting)
        session().close()
        if others:
            with pytest.raises(DomainError):
                answer(self.people[who], others[which % len(others)], Verdict.APPROVE)
        session().close()

    @rule(which=strategies.integers(0, 3))
    def somebody_takes_an_answer_back(self, which):
        rows = (
            session()
            .execute(
                sa.select(ApprovalDecision.id, ApprovalDecision.approver_id)
                .join(ApprovalStep, ApprovalStep.id == ApprovalDecision.step_id)
                .where(
                    ApprovalStep.state == StepState.DECIDED,
                    ApprovalDecision.round == ApprovalStep.round,
                    ApprovalDecision.verdict != Verdict.UNDO,
                )
            )
            .all()
        )
        session().close()
        if rows:
            decision_id, who = rows[which % len(rows)]
            undo(actor(who), decision_id)
        session().close()

    @rule(which=strategies.integers(0, 3))
    def who_asked_takes_it_back(self, which):
        rows = (
            session()
            .execute(
                sa.select(Redemption.reference, Redemption.employee_id)
                .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
                .where(RedemptionLine.state == LineState.PENDING_APPROVAL)
            )
            .all()
        )
        session().close()
        if rows:
            reference, who = rows[which % len(rows)]
            cancel(actor(who), reference)
        session().close()

    @rule(seconds=strategies.sampled_from([5, 31, 31, 3_600, 86_400, 4 * 86_400]))
    def time_passes(self, seconds):
        self.time.forward(seconds=seconds)
        apply_due_decisions()
        expire()
        session().close()

    @rule(who=PEOPLE)
    def somebody_leaves(self, who):
        with transaction():
            who_left = self.people[who]
            system, at = Actor.system(), clock.now()
            mark_left(who_left.id, on=at.date(), actor=system, at=at)
        end_absences()
        hand_on_deserted()
        session().close()

    @rule(who=PEOPLE, stand_in=strategies.one_of(strategies.none(), PEOPLE), limits=LIMITS,
          first=strategies.integers(0, 3), lasts=strategies.integers(0, 9), by=SETTERS)  # fmt: skip
    def somebody_is_away(self, who, stand_in, limits, first, lasts, by):
        """On some days, with or without somebody who answers, said by themselves or by others."""
        today = clock.now().date() + timedelta(days=first)
        chosen = Days(today, today + timedelta(days=lasts))
        other = self.people[stand_in] if stand_in else None
        setter = self.people[by] if by and by != who else None
        with suppress(BadInput, NotAllowed):
            be_away(self.people[who], other, on=chosen, by=setter, **(limits if other else {}))
        session().close()

    @rule(which=strategies.integers(0, 5))
    def somebody_is_back_early(self, which):
        found = absences_seen(None, sees_all=True, at=clock.now())
        session().close()
        if found:
            one = found[which % len(found)]
            with suppress(NotFound):
                come_back(self.asker(one.employee_id), one.id)
        session().close()

    @rule(who=PEOPLE)
    def somebody_who_left_is_hired_again(self, who):
        with transaction():
            session().execute(
                sa.text("UPDATE employees SET status = 'active', left_on = NULL WHERE id = :who"),
                {"who": self.people[who].id},
            )
        session().close()

    @rule(who=PEOPLE, is_in=strategies.booleans())
    def the_pool_changes(self, who, is_in):
        change = put_in_pool if is_in else take_from_pool
        with suppress(BadInput), transaction():  # they left
            change(Actor.system(), "desk", self.people[who].id, at=clock.now())
        session().close()

    @invariant()
    def everything_the_check_looks_at_holds(self):
        if hasattr(self, "people"):
            assert ledger_violations(PROMISES) == []
            session().close()

    @invariant()
    def a_request_waits_for_somebody_at_work_or_was_handed_to_nobody(self):
        """What is open after the hourly look is either in an inbox or has nobody left to ask."""
        if hasattr(self, "people"):
            hand_on_deserted()
            open_lines = self.open_lines()
            alone = open_lines - self.in_an_inbox() if open_lines else set()
            for line_id in alone:
                assert self.nobody_is_left_for(line_id)
            told = {one.reference for one in undecided(at=clock.now())} if alone else set()
            for line_id in alone:
                assert self.reference_of(line_id) in told
            session().close()

    @invariant()
    def no_yes_is_given_for_oneself_or_twice_through_whomever(self):
        """Whoever said it and whoever was asked: never who asks, and each of them once a line."""
        if not hasattr(self, "people"):
            return
        steps = session().execute(
            sa.select(
                ApprovalStep.id,
                ApprovalStep.line_id,
                ApprovalStep.requester_id,
                ApprovalStep.decided_by_id,
                ApprovalStep.asked_id,
            ).where(ApprovalStep.decided_by_id.is_not(None))
        )
        seen: dict[tuple[int, int], int] = {}
        for step in steps.all():
            assert step.requester_id not in {step.decided_by_id, step.asked_id}
            for who in {step.decided_by_id, step.asked_id}:
                assert seen.setdefault((step.line_id, who), step.id) == step.id
        session().close()

    def reference_of(self, line_id: int) -> str:
        return (
            session()
            .scalars(
                sa.select(Redemption.reference)
                .join(RedemptionLine, RedemptionLine.redemption_id == Redemption.id)
                .where(RedemptionLine.id == line_id)
            )
            .one()
        )

    def in_an_inbox(self) -> set[int]:
        """Lines that wait for somebody."""
        waits = {
            row.line_id
            for who in self.people.values()
            for row in waiting_requests(who, at=clock.now())
        }
        session().close()
        return waits

    def open_lines(self) -> set[int]:
        """Pending lines with no answer on its way."""
        decided = sa.exists().where(
            ApprovalStep.line_id == RedemptionLine.id, ApprovalStep.state == StepState.DECIDED
        )
        wanted = sa.select(RedemptionLine.id).where(
            RedemptionLine.state == LineState.PENDING_APPROVAL, ~decided
        )
        return set(session().scalars(wanted))

    def nobody_is_left_for(self, line_id: int) -> bool:
        """Whether whoever could stand in has left, asks, or is needed or used up elsewhere."""
        line = session().get_one(RedemptionLine, line_id)
        step = (
            session()
            .scalars(
                sa.select(ApprovalStep)
                .where(ApprovalStep.line_id == line_id, ApprovalStep.state == StepState.OPEN)
                .order_by(ApprovalStep.seq)
            )
            .first()
        )
        assert step is not None
        asks = Asked(step.asks, step.pool or "")
        asker = self.asker(line.employee_id)
        directory = routing.directory_of(asker, [Gate((asks,))], self.card.kind, at=clock.now())
        asked = session().scalars(
            sa.text("SELECT employee_id FROM approval_assignees WHERE line_id = :line"),
            {"line": line_id},
        )
        directory = with_absences(directory, wanted_of(line), at=clock.now())
        gone = {line.employee_id, *asked, *directory.alone}
        return not pure.people_to_ask(asks, directory, gone)

    def asker(self, employee_id: int) -> Actor:
        return next(who for who in self.people.values() if who.id == employee_id)

    def nothing_stays_stuck(self) -> None:
        for _round in range(12):
            if not self.pending():
                break
            self.time.forward(seconds=31)
            apply_due_decisions()
            hand_on_deserted()
            session().close()
            for who in self.people.values():
                references = [row.reference for row in waiting_requests(who, at=clock.now())]
                session().close()
                for reference in references:
                    with suppress(TooLateToAnswer, NotNeeded, AlreadyDecided):
                        answer(who, reference, Verdict.APPROVE)
                    session().close()
        self.time.forward(seconds=timedelta(days=30).total_seconds())
        apply_due_decisions()
        expire()
        session().close()
        assert self.pending() == 0
        assert ledger_violations(PROMISES) == []

    def pending(self) -> int:
        """How many lines wait for an answer, or for one to take effect."""
        pending = session().scalar(
            sa.select(sa.func.count()).where(RedemptionLine.state == LineState.PENDING_APPROVAL)
        )
        session().close()
        return pending


def walk(app: Flask, *, walks: int, steps: int, shrinking: tuple[Phase, ...] = ()) -> None:
    profile = settings(
        max_examples=walks, stateful_step_count=steps, deadline=None, database=None,
        suppress_health_check=list(HealthCheck), print_blob=True, report_multiple_bugs=False,
        phases=[Phase.generate, *shrinking],
    )  # fmt: skip
    machine = type("ApprovalsHere", (Approvals,), {"app": app})
    run_state_machine_as_test(machine, settings=profile)
