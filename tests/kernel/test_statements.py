"""Statements said again and again: compiled once, found at sight, read once by the driver."""

import gc

import psycopg
import pytest
import sqlalchemy as sa
from psycopg import _queries as reading

from marketplace.kernel import statements
from marketplace.kernel.db import rows_of
from marketplace.kernel.statements import COMPILED, read_long_statements_once

LONG = f"SELECT %(word)s::text /* {'x' * 5_000} */"


def asking(number: int) -> sa.Select[int, str]:
    return sa.select(sa.literal(number), sa.bindparam("word", type_=sa.String))


def test_a_statement_is_compiled_when_it_is_first_said_and_not_again(clean):
    asked, before = asking(1), len(COMPILED)
    assert [tuple(row) for row in rows_of(asked, {"word": "one"})] == [(1, "one")]
    assert [tuple(row) for row in rows_of(asked, {"word": "two"})] == [(1, "two")]
    assert len(COMPILED) == before + 1
    rows_of(asking(1), {"word": "three"})  # the same words, made anew
    assert len(COMPILED) == before + 2


def test_statements_that_come_and_go_are_never_taken_for_one_another(clean):
    for number in range(50):
        (row,) = rows_of(asking(number), {"word": "here"})
        assert tuple(row) == (number, "here")
        gc.collect(1)  # an id that was let go of may be given to the next; it was young


def test_what_is_kept_has_an_end_and_answers_all_the_same(clean, monkeypatch):
    monkeypatch.setattr(statements, "MOST_COMPILED", 2)
    kept = [asking(number) for number in range(5)]
    for number, asked in [*enumerate(kept), *enumerate(kept)]:
        (row,) = rows_of(asked, {"word": "here"})
        assert tuple(row) == (number, "here")
    assert len(COMPILED) <= 2


@pytest.fixture
def driver(postgres_url):
    """A connection of psycopg, and of what it keeps of statements nothing is left behind."""
    plain = postgres_url.replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain) as connection:
        reading._query2pg.cache_clear()
        yield connection


def read_anew(connection: psycopg.Connection) -> int:
    """How often psycopg read the long statement while it was said five times."""
    before = reading._query2pg.cache_info().hits
    for _ in range(5):
        assert connection.execute(LONG, {"word": "here"}).fetchone() == ("here",)
    return 5 - (reading._query2pg.cache_info().hits - before)


@pytest.mark.postgres
def test_psycopg_reads_a_long_statement_once(driver):
    read_long_statements_once()
    assert read_anew(driver) == 1


@pytest.mark.postgres
def test_left_alone_it_reads_a_long_statement_each_time(driver, monkeypatch):
    monkeypatch.setattr(reading, "MAX_CACHED_STATEMENT_LENGTH", 4_096)
    assert read_anew(driver) == 5
