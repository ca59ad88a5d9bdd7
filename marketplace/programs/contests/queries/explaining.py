"""Every result behind a standing, and the sums it comes to: one statement for all measures."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.people.models import Employee
from marketplace.programs.contests.formulas import part_formula, whole_formula
from marketplace.programs.contests.models import ContestMember, ContestStanding
from marketplace.programs.contests.queries.head import Head
from marketplace.programs.contests.states import Between, ContestForm, Privacy
from marketplace.programs.measures import Measure, facts_of
from marketplace.programs.words import figure, measure_in_words, reference_in_words

LINES = 50


@dataclass(frozen=True, slots=True)
class Counting:
    """One thing that is added up: a measure between two days, for one competitor."""

    title: str
    measure: Measure
    first: date
    last: date
    is_everyones: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One result that counts. `person` is named where several stand behind the competitor."""

    on_day: date
    reference: str
    person: str
    shown: str


@dataclass(frozen=True, slots=True)
class Section:
    """What was added up, the results of this page, and what it comes to."""

    title: str
    measure: str
    first: date
    last: date
    lines: Sequence[Line]
    results: int
    total: str
    formula: str
    is_hidden: bool


@dataclass(frozen=True, slots=True)
class Explained:
    """A standing with everything behind it. `formula` leads from the sums to the figure."""

    standing: ContestStanding
    sections: Sequence[Section]
    formula: str
    next_after: int | None


def explain(head: Head, standing: ContestStanding, actor: Actor, *, after: int = 0) -> Explained:
    """The results behind one competitor, `LINES` a page. Others' are left out where they hide."""
    countings = _countings(head, standing)
    own_only = not head.sees_all and head.terms.privacy is not Privacy.ALL
    rows = _rows(head, standing, countings, after, actor.id if own_only else None)
    sums = {row.part: row.total for row in rows}
    listed = [row for row in rows if row.is_listed]
    names = head.terms.between is not Between.PEOPLE
    sections = [
        _section(head, counting, number, rows, listed[:LINES], names=names)
        for number, counting in enumerate(countings)
    ]
    as_seen: Any = standing
    totals = [int(sums.get(number, 0)) for number in range(len(countings))]
    return Explained(
        standing=standing,
        sections=sections,
        formula=whole_formula(head.terms, head.rule.metrics, as_seen, totals),
        next_after=after + LINES if len(listed) > LINES else None,
    )


def _countings(head: Head, standing: ContestStanding) -> list[Counting]:
    terms, program = head.terms, head.program
    measures: Sequence[tuple[str, Measure, bool]] = [
        (
            f"Step {number}" if terms.form is ContestForm.CHAIN else f"Measure {number}",
            part.measure,
            False,
        )
        for number, part in enumerate(terms.parts, start=1)
    ]
    if not measures:
        own = {f"department:{own.department_id}": own for own in terms.own_measures}
        mine = own.get(standing.competitor)
        measure = mine.measure if mine else terms.measures[0]
        measures = [("What counts", measure, bool(mine and mine.is_everyones))]
    found = [
        Counting(title, measure, program.starts_on, program.ends_on, everyones)
        for title, measure, everyones in measures
    ]
    if terms.form is ContestForm.GROWTH and terms.baseline_from and terms.baseline_to:
        _, measure, everyones = measures[0]
        since, until = terms.baseline_from, terms.baseline_to
        found.append(Counting("What it is compared with", measure, since, until, everyones))
    return found


def _rows(
    head: Head,
    standing: ContestStanding,
    countings: Sequence[Counting],
    after: int,
    only_of: int | None,
) -> Sequence[Any]:
    """The lines of the page, and of each measure one line at least, which brings its sums."""
    parts = [_part(head, standing, counting, number) for number, counting in enumerate(countings)]
    facts = sa.union_all(*parts).subquery() if len(parts) > 1 else parts[0].subquery()
    order = (facts.c.part, facts.c.on_day, facts.c.group_ref, facts.c.amount, facts.c.employee_id)
    shown = facts.c.employee_id == only_of if only_of is not None else sa.true()
    place = sa.func.sum(sa.case((shown, 1), else_=0)).over(order_by=order, rows=(None, 0))
    numbered = sa.select(
        facts,
        shown.label("is_shown"),
        place.label("place"),
        sa.func.row_number().over(partition_by=facts.c.part, order_by=order).label("number"),
        sa.func.count().over(partition_by=facts.c.part).label("results"),
        sa.cast(sa.func.sum(facts.c.amount).over(partition_by=facts.c.part), sa.BigInteger).label(
            "total"
        ),
    ).subquery()
    is_listed = sa.and_(
        numbered.c.is_shown, numbered.c.place > after, numbered.c.place <= after + LINES + 1
    )
    return (
        session()
        .execute(
            sa.select(numbered, is_listed.label("is_listed"), Employee.name.label("person"))
            .join(Employee, Employee.id == numbered.c.employee_id)
            .where(sa.or_(is_listed, numbered.c.number == 1))
            .order_by(numbered.c.part, numbered.c.number)
        )
        .all()
    )


def _part(head: Head, standing: ContestStanding, counting: Counting, number: int) -> Any:
    facts = facts_of(counting.measure, counting.first, counting.last)
    wanted = sa.select(
        sa.literal(number).label("part"),
        facts.c.employee_id,
        facts.c.on_day,
        facts.c.amount,
        facts.c.group_ref,
    )
    if counting.is_everyones:
        return wanted
    kind, _, key = standing.competitor.partition(":")
    if kind == "person":
        return wanted.where(facts.c.employee_id == int(key))
    if kind == "region":
        return wanted.where(facts.c.dimensions[head.terms.dimension].as_string() == key)
    if kind == "department":
        people = sa.select(Employee.id).where(Employee.department_id == int(key))
    else:
        people = sa.select(ContestMember.employee_id).where(
            ContestMember.program_id == head.program.id,
            ContestMember.competitor == standing.competitor,
        )
    return wanted.where(facts.c.employee_id.in_(people))


def _section(
    head: Head,
    counting: Counting,
    number: int,
    rows: Sequence[Any],
    listed: Sequence[Any],
    *,
    names: bool,
) -> Section:
    metrics, measure = head.rule.metrics, counting.measure
    first = next((row for row in rows if row.part == number), None)
    total = int(first.total) if first else 0
    part = head.terms.parts[number] if head.terms.parts else None
    return Section(
        title=counting.title,
        measure=measure_in_words(measure, metrics),
        first=counting.first,
        last=counting.last,
        lines=[
            Line(
                row.on_day,
                reference_in_words(row.group_ref),
                row.person if names or counting.is_everyones else "",
                figure(measure, metrics, row.amount),
            )
            for row in listed
            if row.part == number
        ],
        results=first.results if first else 0,
        total=figure(measure, metrics, total),
        formula=part_formula(head.terms, metrics, part, total) if part else "",
        is_hidden=not head.sees_all and names and head.terms.privacy is not Privacy.ALL,
    )
