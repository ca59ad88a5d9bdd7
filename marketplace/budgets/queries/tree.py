"""Budgets as the tree of cost centers they stand in."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.budgets.queries.balances import BudgetLeft
from marketplace.budgets.states import BudgetPurpose
from marketplace.kernel.errors import BadInput


class WrongPlace(BadInput):
    """A budget can't stand where it was to be put. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class BudgetNode:
    """A budget in its place: how deep it stands, and what it and all below it come to."""

    budget: BudgetLeft
    depth: int
    has_below: bool
    amount: int
    reserved: int
    spent: int

    @property
    def left(self) -> int:
        """What it and all below it have left."""
        return self.amount - self.reserved - self.spent


def budget_tree(budgets: Sequence[BudgetLeft]) -> list[BudgetNode]:
    """Every budget, each followed by those below it, in the order given."""
    known = {budget.budget_id for budget in budgets}
    below: dict[int | None, list[BudgetLeft]] = {}
    for budget in budgets:
        parent = budget.parent_id if budget.parent_id in known else None
        below.setdefault(parent, []).append(budget)
    return [node for top in below.get(None, []) for node in _branch(top, 0, below)]


def _branch(
    budget: BudgetLeft, depth: int, below: dict[int | None, list[BudgetLeft]]
) -> list[BudgetNode]:
    children = below.get(budget.budget_id, [])
    branches = [_branch(child, depth + 1, below) for child in children]
    tops = [branch[0] for branch in branches]
    node = BudgetNode(
        budget=budget,
        depth=depth,
        has_below=bool(children),
        amount=budget.amount + sum(top.amount for top in tops),
        reserved=budget.reserved + sum(top.reserved for top in tops),
        spent=budget.spent + sum(top.spent for top in tops),
    )
    return [node, *(node for branch in branches for node in branch)]


def refuse_misplaced(
    purpose: BudgetPurpose, parent_id: int | None, budgets: Sequence[BudgetLeft]
) -> None:
    """Raise WrongPlace under a budget for something else: their points are not one sum."""
    parent = next((one for one in budgets if one.budget_id == parent_id), None)
    if parent is not None and parent.purpose is not purpose:
        raise WrongPlace(
            f"“{parent.name}” pays for {parent.purpose.value} and this budget for {purpose.value}, "
            "so they make no common sum. Choose another place. Nothing was changed."
        )


def refuse_circle(budget_id: int, parent_id: int | None, budgets: Sequence[BudgetLeft]) -> None:
    """Raise WrongPlace when a budget would come to stand under itself."""
    parents = {budget.budget_id: budget.parent_id for budget in budgets}
    place = parent_id
    while place is not None:
        if place == budget_id:
            raise WrongPlace(
                "A budget can't stand under itself or one below it. Choose another place. "
                "Nothing was changed."
            )
        place = parents.get(place)
