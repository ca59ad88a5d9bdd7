"""Two planners take the same tickets in at once: each ticket is there once, and both hear so."""

import threading

import pytest

from marketplace.imports import runner
from marketplace.imports.queries import run_page
from marketplace.imports.states import RunState
from marketplace.kernel.db import session
from marketplace.ledger.check import ledger_violations
from redemption.travel.desk.tickets import importer, operations
from redemption.travel.desk.tickets.queries import ticket_rows
from tests.support.desk import fill
from tests.support.racing import all_at_once
from tests.support.tickets import HEAD, ROW, agree_to, checked

pytestmark = pytest.mark.race
PEOPLE = 12


@pytest.fixture
def files(tour) -> list[int]:
    """The same file twice, looked over and agreed to by two planners; the numbers."""
    going = fill(tour.trip, [1] * PEOPLE)
    rows = [ROW.format(who=f"{one.reference}/1", way="out", at="09:10") for one in going]
    text, found = HEAD + "".join(rows), []
    for _planner in range(2):
        run_id = checked(tour.priya, tour.trip.variant_id, text)
        agree_to(tour.priya, run_id)
        found.append(run_id)
    return found


def _import(app, tour, files) -> list[tuple[RunState, int, int]]:
    all_at_once(app, 2, lambda number: runner.import_run(files[number], actor=tour.priya))
    session().close()
    runs = [run_page(run_id) for run_id in files]
    session().close()
    return sorted(
        (run.state, run.counts.get("new", -1), run.counts.get("unchanged", -1)) for run in runs
    )


def test_two_who_take_the_same_file_in_bring_each_ticket_once(app, tour, files):
    done = RunState.DONE
    assert _import(app, tour, files) == [(done, 0, PEOPLE), (done, PEOPLE, 0)]
    assert len(ticket_rows(tour.trip.variant_id)) == PEOPLE
    assert ledger_violations() == []


def test_control_without_the_lock_the_second_goes_wrong(app, tour, files, engine, monkeypatch):
    """On SQLite one writes at a time, lock or not."""
    looked = threading.Barrier(2)

    def slowly(variant_id):
        found = ticket_rows(variant_id)
        try:
            looked.wait(timeout=1 if engine == "sqlite" else 20)
        except threading.BrokenBarrierError:
            assert engine == "sqlite"
        return found

    monkeypatch.setattr(importer, "locked_variant", lambda _variant_id: None)
    monkeypatch.setattr(operations, "ticket_rows", slowly)
    states = {state for state, *_ in _import(app, tour, files)}
    assert (RunState.FAILED in states) == (engine == "postgresql")
    assert len(ticket_rows(tour.trip.variant_id)) == PEOPLE
