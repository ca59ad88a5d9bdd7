"""What budgets have left."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from marketplace.budgets.models import Budget, BudgetBalance, BudgetEntry
from marketplace.budgets.states import BudgetPurpose, EntryKind
from marketplace.kernel.db import session
from marketplace.kernel.errors import BadInput, NotFound
from marketplace.people.models import Employee


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """A budget and its counters, in points. `left` may still be reserved or spent."""

    budget_id: int
    slug: str
    name: str
    purpose: BudgetPurpose
    department_id: int | None
    starts_on: date
    ends_on: date
    amount: int
    reserved: int
    spent: int
    parent_id: int | None
    cost_center: str

    @property
    def left(self) -> int:
        return self.amount - self.reserved - self.spent


_BUDGETS = sa.select(
    Budget.id,
    Budget.slug,
    Budget.name,
    Budget.purpose,
    Budget.department_id,
    Budget.starts_on,
    Budget.ends_on,
    BudgetBalance.amount,
    BudgetBalance.reserved,
    BudgetBalance.spent,
    Budget.parent_id,
    Budget.cost_center,
).join(BudgetBalance, BudgetBalance.budget_id == Budget.id)


def budget_left(budget_id: int) -> BudgetLeft:
    """One budget. Raises NotFound."""
    row = session().execute(_BUDGETS.where(Budget.id == budget_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such budget.")
    return BudgetLeft(*row)


def budget_named(slug: str) -> BudgetLeft:
    """One budget by its slug. Raises NotFound."""
    row = session().execute(_BUDGETS.where(Budget.slug == slug)).one_or_none()
    if row is None:
        raise NotFound(f"There is no budget “{slug}”. Look with: budgets list.")
    return BudgetLeft(*row)


def budget_for(budget_id: int, purpose: BudgetPurpose, *, on: date, field: str) -> BudgetLeft:
    """A budget that pays for such things and is not over on a day. Raises NotFound, BadInput."""
    found = budget_left(budget_id)
    if found.purpose is not purpose:
        raise BadInput(
            f"“{found.name}” pays for {found.purpose}. Choose a budget that pays for {purpose}. "
            "Nothing was changed.",
            field=field,
        )
    if found.ends_on < on:
        raise BadInput(
            f"“{found.name}” ended on {found.ends_on:%-d %B %Y}. Choose one that still runs. "
            "Nothing was changed.",
            field=field,
        )
    return found


def budgets_list(*, purpose: BudgetPurpose | None = None) -> list[BudgetLeft]:
    """All budgets by name, or those of one purpose."""
    wanted = _BUDGETS.order_by(Budget.name, Budget.id)
    if purpose:
        wanted = wanted.where(Budget.purpose == purpose)
    return [BudgetLeft(*row) for row in session().execute(wanted)]


def rewards_budget_for(department_id: int | None, *, on: date) -> BudgetLeft | None:
    """The budget that rewards for a department draw on that day: its own, else the common one."""
    own = Budget.department_id == department_id
    row = (
        session()
        .execute(
            _BUDGETS.where(
                Budget.purpose == BudgetPurpose.REWARDS,
                Budget.starts_on <= on,
                Budget.ends_on >= on,
                sa.or_(own, Budget.department_id.is_(None)),
            )
            .order_by(Budget.department_id.is_(None), Budget.ends_on, Budget.id)
            .limit(1)
        )
        .one_or_none()
    )
    return BudgetLeft(*row) if row else None


def owner_of_budget(budget_id: int) -> int | None:
    """Who answers for a budget, if anybody does."""
    return session().scalar(sa.select(Budget.owner_id).where(Budget.id == budget_id))


def budget_choices(purpose: BudgetPurpose | None = None) -> list[tuple[str, str]]:
    """Budgets to choose from: id as text, and name with what is left.

    Among all of them each says what it pays for: points never go from one purpose to the other.
    """
    found = budgets_list(purpose=purpose)
    names = [one.name if purpose else f"{one.name} ({one.purpose})" for one in found]
    return [
        (str(one.budget_id), f"{name}, {one.left:,} points left")
        for name, one in zip(names, found, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One entry of a budget: what kind, how many points, for what, when and by whom."""

    kind: EntryKind
    points: int
    reference: str
    reason: str
    at: datetime
    by: str


def budget_entries(budget_id: int, *, limit: int = 50) -> list[BudgetLine]:
    """The last entries of a budget, newest first."""
    rows = session().execute(
        sa.select(
            BudgetEntry.kind,
            BudgetEntry.points,
            BudgetEntry.reference,
            BudgetEntry.reason,
            BudgetEntry.at,
            sa.func.coalesce(Employee.name, "Laurel"),
        )
        .outerjoin(Employee, Employee.id == BudgetEntry.actor_id)
        .where(BudgetEntry.budget_id == budget_id)
        .order_by(BudgetEntry.id.desc())
        .limit(limit)
    )
    return [BudgetLine(*row) for row in rows]
