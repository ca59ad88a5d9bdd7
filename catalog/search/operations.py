"""Keeping what rewards are found by, in the transaction that changes them."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import sqlalchemy as sa

from catalog.search.models import FIELDS, Spelling
from catalog.search.spelling import BEGINNING, edits_forgiven, remains
from catalog.search_words import kept_terms
from marketplace.kernel.db import in_batches, insert_or_skip, session

_ON_SQLITE = sa.text(
    f"REPLACE INTO reward_index (rowid, {', '.join(FIELDS)})"  # noqa: S608  our own names
    f" VALUES (:reward_id, {', '.join(f':{name}' for name in FIELDS)})"
)
_ON_POSTGRESQL = sa.text(
    "INSERT INTO reward_index (reward_id, words) VALUES (:reward_id, CAST(:words AS tsvector))"
    " ON CONFLICT (reward_id) DO UPDATE SET words = excluded.words"
)
_SPELLINGS_ON_POSTGRESQL = sa.text(
    "INSERT INTO search_spellings (remains, word)"
    " SELECT * FROM unnest(CAST(:remains AS text[]), CAST(:word AS text[]))"
    " ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Parts:
    """The texts a reward is found by, the weightiest first."""

    names: Sequence[str] = ()
    facts: Sequence[str] = ()
    texts: Sequence[str] = ()
    stories: Sequence[str] = ()


def index_reward(reward_id: int, parts: Parts) -> None:
    """From the end of this transaction on a reward is found by `parts`, and by nothing else."""
    terms = [kept_terms(getattr(parts, field.name)) for field in fields(parts)]
    if session().get_bind().dialect.name == "sqlite":
        columns = {name: " ".join(found) for name, found in zip(FIELDS, terms, strict=True)}
        session().execute(_ON_SQLITE, {"reward_id": reward_id, **columns})
    else:
        session().execute(_ON_POSTGRESQL, {"reward_id": reward_id, "words": _lexemes(terms)})
    _learn({term for found in terms for term in found})


def _lexemes(terms: Sequence[Sequence[str]]) -> str:
    """Each term with the weights of its fields; terms hold letters and digits only."""
    weights: dict[str, list[str]] = {}
    for place, (weight, found) in enumerate(zip("ABCD", terms, strict=True), 1):
        for term in found:
            weights.setdefault(term, []).append(f"{place}{weight}")
    return " ".join(f"'{term}':{','.join(marks)}" for term, marks in weights.items())


def _learn(terms: set[str]) -> None:
    words = sorted(term for term in terms if edits_forgiven(term))
    beginnings = [word[:BEGINNING] for word in words]
    whole = sa.select(Spelling.word).where(
        Spelling.remains.in_(beginnings), Spelling.word.in_(words)
    )
    known = set(session().scalars(whole))
    rows = [
        {"remains": text, "word": word}
        for word in words
        if word not in known
        for text in sorted(remains(word))
    ]
    for batch in in_batches(rows):
        _add_spellings(batch)


def _add_spellings(rows: Sequence[dict[str, str]]) -> None:
    if session().get_bind().dialect.name == "sqlite":
        session().execute(insert_or_skip(Spelling).on_conflict_do_nothing(), list(rows))
    else:
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        session().execute(_SPELLINGS_ON_POSTGRESQL, columns)
