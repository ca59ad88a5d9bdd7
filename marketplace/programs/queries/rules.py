"""Rules as they hold: their terms, and the metrics those read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.people.models import Employee
from marketplace.programs.earning import Earner, MetricWords, Rule, earner_of
from marketplace.programs.models import Metric, Program, ProgramRule
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.programs.terms import terms_from_json


def metric_words(ids: Iterable[int] | None = None) -> dict[int, MetricWords]:
    """The metrics of these ids, or all, as sentences need them."""
    if ids is not None and not (ids := sorted(set(ids))):
        return {}
    query = sa.select(
        Metric.id, Metric.slug, Metric.name, Metric.unit, Metric.currency, Metric.direction
    ).order_by(Metric.name)
    if ids is not None:
        query = query.where(Metric.id.in_(ids))
    return {row.id: MetricWords(*row) for row in session().execute(query)}


def latest_version() -> sa.ColumnElement[bool]:
    """The condition that a joined `ProgramRule` is the newest of its program."""
    other = aliased(ProgramRule)
    newest = (
        sa.select(sa.func.max(other.version))
        .where(other.program_id == ProgramRule.program_id)
        .correlate(ProgramRule)
        .scalar_subquery()
    )
    return ProgramRule.version == newest


def rule_of(kind: ProgramKind, kept: ProgramRule, metrics: Mapping[int, MetricWords]) -> Rule:
    """A stored version with its terms read."""
    terms = terms_from_json(earner_of(kind).facts.terms, kept.terms)
    return Rule(kept.version, terms, kept.claw_back_days, metrics, kept.valid_days)


def metrics_read_by(rules: Iterable[tuple[ProgramKind, ProgramRule]]) -> dict[int, MetricWords]:
    """The metrics that any of these versions reads; none are asked for where none read any."""
    ids = {
        metric_id
        for kind, kept in rules
        for metric_id in earner_of(kind).metric_ids(rule_of(kind, kept, {}).terms)
    }
    return metric_words(ids)


def current_rule(program: Program, metrics: Mapping[int, MetricWords] | None = None) -> Rule:
    """The newest version of a program's rule; `metrics` are all of them where they are known."""
    kept = (
        session()
        .scalars(
            sa.select(ProgramRule).where(ProgramRule.program_id == program.id, latest_version())
        )
        .one()
    )
    terms = terms_from_json(earner_of(program.kind).facts.terms, kept.terms)
    if metrics is None:
        metrics = metric_words(earner_of(program.kind).metric_ids(terms))
    return Rule(kept.version, terms, kept.claw_back_days, metrics, kept.valid_days)


def rule_set_at(program_id: int, at: datetime) -> ProgramRule | None:
    """The version of a rule that was set at a moment, after the first; None when none was."""
    wanted = (ProgramRule.program_id == program_id, ProgramRule.at == at, ProgramRule.version > 1)
    newest_first = sa.select(ProgramRule).where(*wanted).order_by(ProgramRule.version.desc())
    return session().scalars(newest_first.limit(1)).one_or_none()


def program_and_rule(slug: str, kind: ProgramKind) -> tuple[Program, Rule]:
    """The program of a kind at an address, with its newest rule. Raises NotFound."""
    row = (
        session()
        .execute(
            sa.select(Program, ProgramRule)
            .join(ProgramRule, ProgramRule.program_id == Program.id)
            .where(
                Program.slug == slug,
                Program.kind == kind,
                Program.state != ProgramState.DISCARDED,
                latest_version(),
            )
        )
        .one_or_none()
    )
    if row is None:
        raise NotFound("There is no such program.")
    program, kept = row
    return program, rule_of(kind, kept, metrics_read_by([(kind, kept)]))


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One version of a rule in words, who set it, when and why."""

    version: int
    sentences: tuple[str, ...]
    by: str
    at: datetime
    reason: str
    rule: Rule

    @property
    def sentence(self) -> str:
        """The version in one line."""
        return " ".join(self.sentences)


def rule_versions(program: Program) -> list[RuleVersion]:
    """All versions of a program's rule, the newest first."""
    earner = earner_of(program.kind)
    rows = (
        session()
        .execute(
            sa.select(ProgramRule, Employee.name)
            .outerjoin(Employee, Employee.id == ProgramRule.actor_id)
            .where(ProgramRule.program_id == program.id)
            .order_by(ProgramRule.version.desc())
        )
        .all()
    )
    metrics = metrics_read_by((program.kind, kept) for kept, _ in rows)
    return [_in_words(earner, rule_of(program.kind, kept, metrics), kept, by) for kept, by in rows]


def _in_words(earner: Earner, rule: Rule, kept: ProgramRule, by: str | None) -> RuleVersion:
    return RuleVersion(
        version=kept.version,
        sentences=tuple(earner.sentences(rule)),
        by=by or "Laurel",
        at=kept.at,
        reason=kept.reason,
        rule=rule,
    )
