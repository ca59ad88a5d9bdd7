"""A contest as its pages begin: program, rule, board, and one's own standing, in one statement."""

from dataclasses import dataclass

import sqlalchemy as sa

from marketplace.access.actor import Actor
from marketplace.kernel.db import session
from marketplace.kernel.errors import NotFound
from marketplace.programs.contests.models import ContestBoard, ContestMember, ContestStanding
from marketplace.programs.contests.states import Board
from marketplace.programs.contests.terms import ContestTerms
from marketplace.programs.earning import MetricWords, Rule
from marketplace.programs.models import Metric, Program, ProgramRule, RuleMetric
from marketplace.programs.queries.pages import SEEN_BY_EMPLOYEES, is_for
from marketplace.programs.queries.rules import latest_version, rule_of
from marketplace.programs.states import ProgramKind, ProgramState
from marketplace.programs.terms import terms_from_json


@dataclass(frozen=True, slots=True)
class Head:
    """What every page of a contest needs. `mine` are one's own rows of the board, the best first.

    `board` is None before the standings were first worked out.
    """

    program: Program
    rule: Rule
    board: ContestBoard | None
    mine: tuple[ContestStanding, ...]
    sees_all: bool

    @property
    def terms(self) -> ContestTerms:
        """The terms of the rule that holds."""
        return self.rule.terms

    @property
    def is_frozen(self) -> bool:
        """Whether this is the board of before and not that of now."""
        return self.board is not None and self.board.board is Board.FROZEN


def contest_for(actor: Actor, slug: str) -> Head:
    """A contest that this person may see, with their own standing. Raises NotFound."""
    seen = sa.and_(Program.state.in_(SEEN_BY_EMPLOYEES), is_for(actor))
    return _head(slug, seen, is_mine(actor, slug), sees_all=False)


def contest_managed(slug: str, competitor: str = "") -> Head:
    """A contest as its manager sees it, with the standing of one competitor. Raises NotFound."""
    return _head(slug, sa.true(), ContestStanding.competitor == competitor, sees_all=True)


def terms_of(program_id: int) -> ContestTerms:
    """The terms of the rule that holds, and nothing else."""
    newest = sa.select(ProgramRule.terms).where(
        ProgramRule.program_id == program_id, latest_version()
    )
    return terms_from_json(ContestTerms, session().scalars(newest).one())


def is_mine(actor: Actor, slug: str) -> sa.ColumnElement[bool]:
    """The condition that a standing is one's own, or of a team, department or region of one's.

    It names the contest by its address, so that the keys are read once and looked up by an index.
    """
    contest = sa.select(Program.id).where(Program.slug == slug).scalar_subquery()
    behind = sa.select(ContestMember.competitor).where(
        ContestMember.program_id == contest, ContestMember.employee_id == actor.employee_id
    )
    oneself = sa.select(sa.literal(f"person:{actor.employee_id}"))
    return ContestStanding.competitor.in_(sa.union_all(oneself, behind))


def _head(
    slug: str, wanted: sa.ColumnElement[bool], mine: sa.ColumnElement[bool], *, sees_all: bool
) -> Head:
    own = sa.and_(
        ContestStanding.program_id == Program.id,
        ContestStanding.board == ContestBoard.board,
        mine,
    )
    rows = (
        session()
        .execute(
            sa.select(Program, ProgramRule, ContestBoard, ContestStanding, *_METRIC)
            .join(ProgramRule, ProgramRule.program_id == Program.id)
            .outerjoin(RuleMetric, RuleMetric.rule_id == ProgramRule.id)
            .outerjoin(Metric, Metric.id == RuleMetric.metric_id)
            .outerjoin(ContestBoard, ContestBoard.program_id == Program.id)
            .outerjoin(ContestStanding, own)
            .where(
                Program.slug == slug,
                Program.kind == ProgramKind.CONTEST,
                Program.state != ProgramState.DISCARDED,
                latest_version(),
                wanted,
            )
        )
        .all()
    )
    if not rows:
        raise NotFound("There is no such contest, or it has not begun.")
    program, kept = rows[0][:2]
    boards = {row[2].board: row[2] for row in rows if row[2] is not None}
    board = _board_seen(program, boards, sees_all=sees_all)
    standings = {row[3].position: row[3] for row in rows if row[3] and row[3].board is board}
    metrics = {row.metric_id: MetricWords(*row[4:]) for row in rows if row.metric_id}
    rule = rule_of(program.kind, kept, metrics)
    own_rows = tuple(standings[position] for position in sorted(standings))
    return Head(program, rule, boards.get(board) if board else None, own_rows, sees_all)


_METRIC = (
    Metric.id.label("metric_id"),
    Metric.slug.label("metric_slug"),
    Metric.name.label("metric_name"),
    Metric.unit,
    Metric.currency,
    Metric.direction,
)


def _board_seen(
    program: Program, boards: dict[Board, ContestBoard], *, sees_all: bool
) -> Board | None:
    """Everyone sees the frozen board until all is settled; managers always the live one."""
    if not sees_all and Board.FROZEN in boards and program.state is not ProgramState.SETTLED:
        return Board.FROZEN
    return Board.LIVE if Board.LIVE in boards else None
