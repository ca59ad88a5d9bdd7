"""The one question of the search: which rewards have all the words, and how well they fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSQUERY

from catalog.models import Reward
from catalog.search.models import FIELDS, REWARD_INDEX, Spelling
from catalog.search.spelling import edits_forgiven, nearest, remains
from catalog.search_words import asked_terms, asked_words, words_of
from marketplace.kernel.db import session

Statement = sa.Select[*tuple[Any, ...]]
Conditions = Sequence[sa.ColumnElement[bool]]
CANDIDATES = 40
"""So many words are looked at for each that may be mistyped."""

_ON_SQLITE = sa.table("reward_index", sa.column("rowid"), sa.column("reward_index"))
# From the best fit on: how many fields are looked at, and whether words have to be whole.
_FITS = ((1, True), (1, False), (2, False))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of the index, ready to be bound: all words anywhere, and each better fit.

    `fits[0]` has the words whole in its name or brand, `fits[1]` as beginnings there, `fits[2]`
    in what is said of it at a glance; whatever has them `anywhere` has them at least in its texts.
    """

    anywhere: str
    fits: tuple[str, ...]


def question_of(query: str) -> Question | None:
    """The question behind a search; None when no word is asked for."""
    terms = asked_terms(asked_words(query))
    if not terms:
        return None
    fits = (_asked(terms, fields, are_whole=are_whole) for fields, are_whole in _FITS)
    return Question(_asked(terms), tuple(fits))


def having(asked: sa.ColumnElement[str]) -> Statement:
    """The ids of rewards that answer a question, as a part of a statement of this engine."""
    index, reward_id = _index()
    return sa.select(reward_id).select_from(index).where(_has(asked))


def narrow(statement: Statement, query: str) -> Statement:
    """A statement about `rewards`, left with those of which every word asked for begins a word.

    Unchanged when no word is asked for.
    """
    question = question_of(query)
    if question is None:
        return statement
    index, reward_id = _index()
    return statement.join(index, reward_id == Reward.id).where(_has(question.anywhere))


def rank_of(query: str) -> sa.ColumnElement[int]:
    """How well the words fit a reward that `narrow` leaves, from 0, the best, to 3.

    0 has them as whole words of its name or brand, 1 as beginnings of those, 2 with what is said of
    it at a glance (kind, tier, note, amounts, dates, places), 3 only with its texts.
    """
    question = question_of(query)
    if question is None:
        return sa.literal(0)
    ranks = (
        (Reward.id.in_(having(sa.literal(fit, sa.Text()))), rank)
        for rank, fit in enumerate(question.fits)
    )
    return sa.case(*ranks, else_=len(_FITS))


def _is_sqlite() -> bool:
    return session().get_bind().dialect.name == "sqlite"


def _index() -> tuple[sa.FromClause, sa.ColumnElement[int]]:
    """The index and its column of rewards.

    SQLite without statistics would go through all rewards and ask the index about each; with the
    sign it can't, and asks the index first.
    """
    if _is_sqlite():
        return _ON_SQLITE, sa.literal_column("+reward_index.rowid", sa.Integer)
    return REWARD_INDEX, REWARD_INDEX.c.reward_id


def _has(asked: str | sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    question = sa.bindparam(None, asked, sa.Text()) if isinstance(asked, str) else asked
    if _is_sqlite():
        return _ON_SQLITE.c.reward_index.op("MATCH", is_comparison=True)(question)
    return REWARD_INDEX.c.words.op("@@", is_comparison=True)(sa.cast(question, TSQUERY))


def _asked(terms: Sequence[str], fields: int = len(FIELDS), *, are_whole: bool = False) -> str:
    """The question in the language of the engine; terms are letters and digits, nothing else."""
    if _is_sqlite():
        each = " AND ".join(f'"{term}"{"" if are_whole else "*"}' for term in terms)
        return each if fields == len(FIELDS) else f"{{{' '.join(FIELDS[:fields])}}} : ({each})"
    mark = ("" if are_whole else "*") + ("" if fields == len(FIELDS) else "ABCD"[:fields])
    return " & ".join(f"'{term}':{mark}" if mark else f"'{term}'" for term in terms)


@dataclass(frozen=True, slots=True)
class Correction:
    """What was searched for, and what was found instead."""

    asked: str
    query: str


def corrected(query: str, *, among: Conditions) -> Correction | None:
    """The query with each word that finds nothing exchanged for the nearest word that does.

    In one statement, to be asked only when `query` found nothing. `among` are the conditions on
    `rewards` by which somebody sees them: only words that lead to one of those are proposed, so
    nothing is told of the others. None when there is no word near enough.
    """
    words = asked_words(query)
    doubtful = [word for word in dict.fromkeys(words) if edits_forgiven(word)]
    if not doubtful:
        return None
    found = session().execute(_known(doubtful, among)).all()
    good = {row.word for row in found if row.is_asked}
    known = [row.word for row in found if not row.is_asked]
    meant = {word: nearest(word, known) for word in doubtful if word not in good}
    if not meant or None in meant.values():
        return None
    return Correction(query, _rewritten(query, {w: m for w, m in meant.items() if m}))


def _known(words: Sequence[str], visible: Conditions) -> sa.CompoundSelect[*tuple[Any, ...]]:
    """Those of `words` that find something, and words close to one of them that do."""
    asked = [
        sa.select(sa.literal(word, sa.Text()).label("word"), sa.true().label("is_asked")).where(
            _leads(_asked(asked_terms([word])), visible)
        )
        for word in words
    ]
    pieces = sorted({piece for word in words for piece in remains(word)})
    close = (
        sa.select(Spelling.word)
        .where(Spelling.remains.in_(pieces))
        .group_by(Spelling.word)
        .order_by(sa.func.count().desc(), Spelling.word)
        .limit(CANDIDATES * len(words))
        .subquery()
    )
    sign = sa.literal('"' if _is_sqlite() else "'")
    leading = _leads(sign + close.c.word + sign, visible)
    near = sa.select(close.c.word, sa.false().label("is_asked")).where(leading)
    return sa.union_all(*asked, near)


def _leads(asked: str | sa.ColumnElement[str], visible: Conditions) -> sa.ColumnElement[bool]:
    """Whether a question finds anything among what somebody sees."""
    index, reward_id = _index()
    found = sa.select(sa.literal(1)).select_from(index).join(Reward, reward_id == Reward.id)
    return found.where(_has(asked), *visible).correlate_except(index, Reward).exists()


def _rewritten(query: str, meant: dict[str, str]) -> str:
    """The query as it was typed, with only the exchanged words different."""
    pieces = ((piece, words_of(piece)) for piece in query.split())
    return " ".join(
        " ".join(meant.get(word, word) for word in words) if meant.keys() & words else piece
        for piece, words in pieces
    )
