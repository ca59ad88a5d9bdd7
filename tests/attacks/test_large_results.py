"""Amounts and names that no table can hold never stop the worker in the middle of a file."""

from io import BytesIO

import pytest

from marketplace.access.actor import Actor
from marketplace.imports import operations, queries, runner
from marketplace.imports.operations import Upload
from marketplace.imports.states import RunState
from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.programs.models import Result
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.states import MetricUnit
from tests.support.people import employ_maya

MAYA = "maya.chen@evergreen.example"
PROFILE = """
kind = "results"
dates = "YYYY-MM-DD"
[file]
delimiter = ";"
[person]
column = "Seller"
by = "email"
[columns]
date = "Day"
amount = "Net"
[dimensions]
product = "Product"
notes = "Notes"
"""
HEAD = "Day;Seller;Net;Product;Notes\n"


@pytest.fixture
def check(at, queue):
    """Looks through a file of results for a metric in euros or in pieces; answers the run."""
    employ_maya()

    def look(lines: str, *, unit: str) -> int:
        is_money = unit == "currency"
        kind = MetricUnit.MONEY if is_money else MetricUnit.COUNT
        profile = f'{PROFILE}[constants]\n{unit} = "{"EUR" if is_money else "pieces"}"\n'
        with transaction():
            define_metric("revenue", "Revenue", kind, "EUR" if is_money else None)
            given = Upload(
                kind="results",
                file_name="sales.csv",
                file=BytesIO((HEAD + lines).encode()),
                profile_name="Sales",
                profile_toml=profile,
                options={"metric": "revenue"},
            )
            run_id = operations.upload(given, actor=Actor.system(), at=clock.now())
        runner.check_run(run_id)
        return run_id

    return look


@pytest.mark.parametrize(
    ("unit", "amount"),
    [("currency", "10000000000.01"), ("currency", "-20000000000"), ("unit", "9" * 19)],
)
def test_an_amount_no_ledger_holds_is_a_row_in_error(check, unit, amount):
    run_id = check(f"2026-11-02;{MAYA};{amount};Core;\n2026-11-03;{MAYA};5;Core;\n", unit=unit)
    run = queries.run_page(run_id)
    assert (run.state, run.bad_rows) == (RunState.CHECKED, 1)
    (problem,) = queries.problems(run_id)
    assert (problem.line, problem.field, problem.problem) == (
        2,
        "amount",
        "This amount is too large.",
    )
    assert "at most" in problem.enter


def test_a_fact_named_by_long_words_comes_in_once_on_either_engine(check):
    words = ["".join(chr(0x4E00 + (n * m) % 20_000) for n in range(499)) for m in (7_919, 104_729)]
    line = f"2026-11-02;{MAYA};5;{words[0]};{words[1]}\n"
    for _again in range(2):
        run_id = check(line, unit="currency")
        with transaction():
            operations.approve(run_id, skip_errors=False, actor=Actor.system(), at=clock.now())
        runner.import_run(run_id, actor=Actor.system())
        assert queries.run_page(run_id).state is RunState.DONE
    session().close()
    assert session().query(Result).count() == 1
