"""Points for the people in the tests: a funded budget, grants, holds."""

from datetime import UTC, date, datetime, timedelta
from itertools import count

import sqlalchemy as sa

from marketplace.awards.models import Award
from marketplace.budgets.operations import NewBudget, fund_budget, open_budget, spend
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel import clock
from marketplace.kernel.db import session
from marketplace.ledger.models import Lot
from marketplace.ledger.operations import Grant, grant_points, hold_points
from marketplace.programs.bonuses.terms import BonusTerms
from marketplace.programs.models import Program, ProgramEvent, ProgramRule
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.programs.terms import terms_as_json
from tests.support.transactions import in_transaction

_numbers = count(1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
GIVEN = 1_000_000  # the program of points that a test just gives


def open_funded_budget(
    points: int = 1_000_000,
    *,
    slug: str | None = None,
    name: str = "",
    purpose: BudgetPurpose = BudgetPurpose.AWARDS,
    department_id: int | None = None,
) -> int:
    """A budget for this year and the next with so many points, and its id."""
    slug = slug or f"budget-{next(_numbers)}"
    at = clock.now()

    def work() -> int:
        new = NewBudget(
            slug=slug,
            name=name or slug.replace("-", " ").capitalize(),
            purpose=purpose,
            starts_on=date(at.year, 1, 1),
            ends_on=date(at.year + 1, 12, 31),
            department_id=department_id,
        )
        budget_id = open_budget(new, actor_id=None, at=at)
        if points:
            fund_budget(
                budget_id,
                points,
                reference=f"{slug}:start",
                reason="For the year",
                actor_id=None,
                at=at,
            )
        return budget_id

    return in_transaction(work)


def give_points(
    employee_id: int,
    points: int,
    *,
    budget_id: int | None = None,
    days: int | None = None,
    source_key: str | None = None,
    reason: str = "Closed a deal",
    at: datetime | None = None,
) -> int:
    """Give points as an award, ending after `days` when given; answers the transfer."""
    at = at or clock.now()
    key = source_key or f"test:{next(_numbers)}"

    def work() -> int:
        budget = budget_id or open_funded_budget(points)
        spend(budget, points, reference=key, at=at)
        grant = Grant(
            employee_id=employee_id,
            points=points,
            budget_id=budget,
            source_key=key,
            reason=reason,
            reference=key,
            occurred_at=at,
            expires_at=at + timedelta(days=days) if days else None,
        )
        transfer_id = grant_points([grant], actor_id=None, at=at)[0]
        note_award(grant, transfer_id, at)
        return transfer_id

    return in_transaction(work)


def note_award(grant: Grant, transfer_id: int, at: datetime) -> None:
    """The award of a grant that a test made itself; a grant that was repeated has its own."""
    if session().scalar(sa.select(Award.id).where(Award.transfer_id == transfer_id)):
        return
    note_program(GIVEN, grant.budget_id, grant.employee_id)
    session().add(
        Award(
            program_id=GIVEN,
            rule_version=1,
            employee_id=grant.employee_id,
            subject=grant.source_key,
            revision=1,
            points=grant.points,
            reason=grant.reason,
            explanation={"event": grant.reason, "rule": "By hand", "formula": f"{grant.points}"},
            budget_id=grant.budget_id,
            transfer_id=transfer_id,
            occurred_on=at.date(),
            granted_at=at,
        )
    )
    session().flush()


def note_program(program_id: int, budget_id: int, owner_id: int) -> None:
    """A draft with a first rule, for awards that a test makes without a program of its own."""
    if session().get(Program, program_id) is not None:
        return
    facts = {"name": f"Given {program_id}", "summary": "", "kind": ProgramKind.BONUS}
    session().add(
        Program(
            id=program_id,
            slug=f"given-{program_id}",
            state=ProgramState.DRAFT,
            starts_on=LONG_AGO.date(),
            ends_on=LONG_AGO.date(),
            budget_id=budget_id,
            owner_id=owner_id,
            created_at=LONG_AGO,
            **facts,
        )
    )
    session().flush()
    rule = {"terms": terms_as_json(BonusTerms(GIVEN)), "reason": "", "at": LONG_AGO}
    session().add(ProgramRule(program_id=program_id, version=1, **rule))
    session().add(ProgramEvent(program_id=program_id, to_state=ProgramState.DRAFT, at=LONG_AGO))
    session().flush()


def hold(employee_id: int, points: int, *, reference: str | None = None, days: int = 14) -> int:
    """Set points aside and answer the hold."""
    at = clock.now()
    return in_transaction(
        lambda: hold_points(
            employee_id,
            points,
            reference=reference or f"hold:{next(_numbers)}",
            expires_at=at + timedelta(days=days),
            actor_id=employee_id,
            at=at,
        )
    )


def lots_of(account_id: int) -> list[Lot]:
    """The lots of an account, oldest first, as they stand now."""
    session().expire_all()
    return list(session().query(Lot).where(Lot.account_id == account_id).order_by(Lot.id))
