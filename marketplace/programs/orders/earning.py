"""Evaluating the order rule: what each order deserves."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from marketplace.kernel.db import session
from marketplace.programs.earning import (
    Deserved,
    Earner,
    Evaluated,
    KindFacts,
    MetricWords,
    Progress,
    Rule,
    Run,
    register,
)
from marketplace.programs.measures import passes
from marketplace.programs.models import Result
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.states import ProgramKind
from marketplace.programs.words import order_in_words, sentence_case


@dataclass(frozen=True, slots=True)
class OrderTotal:
    """What one person sold under one order number."""

    employee_id: int
    group_ref: str
    amount: int
    lines: int
    on_day: date


class OrderEarner(Earner):
    """Points for every whole amount of an order."""

    facts = KindFacts(
        kind=ProgramKind.ORDER_RULE,
        label="Order rule",
        note="Points for every whole amount of an order, or for each lead, deal or piece.",
        icon="receipt",
        terms=OrderTerms,
        new_endpoint="orders_manage.new",
        rule_endpoint="orders_manage.change_rule",
    )

    def metric_ids(self, terms: OrderTerms) -> Collection[int]:
        """The one metric of the orders."""
        return (terms.metric_id,)

    def sentences(self, rule: Rule) -> Sequence[str]:
        """The rule in one sentence."""
        return (rule.terms.sentence(_metric(rule)),)

    def evaluate(self, run: Run) -> Evaluated:
        """What each order within the program's days deserves."""
        orders = [order for order in order_totals(run) if run.is_for(order.employee_id)]
        deserved = [_deserved(run, order) for order in orders]
        subjects = None if run.groups is None else {_subject(group) for group in run.groups}
        return Evaluated(deserved, _progress(run), subjects)


def order_totals(run: Run) -> Sequence[OrderTotal]:
    """What each person sold under each order number within the program's days."""
    query = (
        sa.select(
            Result.employee_id,
            Result.group_ref,
            sa.cast(sa.func.sum(Result.amount), sa.BigInteger),
            sa.func.count(),
            sa.func.min(Result.on_day),
        )
        .where(*_counting(run))
        .group_by(Result.group_ref, Result.employee_id)
        .order_by(sa.func.min(Result.on_day), Result.group_ref, Result.employee_id)
    )
    if run.groups is not None:
        query = query.where(Result.group_ref.in_(run.groups))
    return [OrderTotal(*row) for row in session().execute(query)]


def _counting(run: Run) -> list[sa.ColumnElement[bool]]:
    terms: OrderTerms = run.rule.terms
    return [
        Result.metric_id == terms.metric_id,
        Result.on_day.between(run.program.starts_on, run.program.ends_on),
        *passes(terms.only),
    ]


def _metric(rule: Rule) -> MetricWords:
    return rule.metrics[rule.terms.metric_id]


def _subject(group_ref: str) -> str:
    return f"order:{group_ref}"


def _deserved(run: Run, order: OrderTotal) -> Deserved:
    terms, metric = run.rule.terms, _metric(run.rule)
    named = order_in_words(order.group_ref)
    return Deserved(
        employee_id=order.employee_id,
        subject=_subject(order.group_ref),
        points=terms.points_for(order.amount),
        occurred_on=order.on_day,
        reason=f"{run.program.name}: {named}",
        explanation={
            "event": f"{sentence_case(named)} of {metric.in_words(order.amount)}",
            "formula": terms.formula(metric, order.amount),
            "lines": order.lines,
            "amount": order.amount,
            "currency": metric.currency,
            "on_day": order.on_day.isoformat(),
        },
    )


def _progress(run: Run) -> list[Progress]:
    """Orders and their sum per person; an order rule has no target, so there is no bar."""
    rows = session().execute(
        sa.select(
            Result.employee_id,
            sa.cast(sa.func.sum(Result.amount), sa.BigInteger),
            sa.func.count(sa.distinct(Result.group_ref)),
        )
        .where(*_counting(run))
        .group_by(Result.employee_id)
    )
    return [
        Progress(
            employee_id,
            amount,
            None,
            f"{_metric(run.rule).in_words(amount)} from {count:,} "
            f"{'order' if count == 1 else 'orders'}.",
        )
        for employee_id, amount, count in rows
        if run.is_for(employee_id)
    ]


register(OrderEarner())
