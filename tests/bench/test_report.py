"""A report for people says the ratio and every goal that was missed."""

import json

from bench.crowd import Tally
from bench.report import Report


def report() -> Report:
    found = Report("import", "SQLite", "the csv module")
    found.add("300,000 people", {"rows/s": 5_000.0, "s": 61.5}, {"rows/s": 50_000.0}, 10.0)
    found.expect("Seconds", 61.5, 60, "s")
    found.expect("Peak memory", 172.0, 250, "MB")
    return found


def test_people_read_the_ratio_and_what_was_missed(capsys):
    report().show(as_json=False)
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        "import on SQLite. The floor: the csv module.",
        "300,000 people  5,000 rows/s, 62 s",
        "floor: 50,000 rows/s",
        "ratio: 10.0 times the floor",
        "MISSED Seconds: 61.5 s, goal at most 60",
    ]


def test_machines_read_one_object(capsys):
    report().show(as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["figures"][0]["ratio"] == 10.0
    assert told["missed"] == ["Seconds: 61.5 s, goal at most 60"]


def test_only_deeds_that_ended_well_count_as_work_done():
    tally = Tally({"303": 3, "409": 1}, [0.010, 0.020, 0.030], seconds=2.0)
    assert tally.per_second == 1.5
    assert tally.milliseconds(0.50) == 20
    assert tally.milliseconds(0.99) == 30
    assert tally.values("redemptions")["answers 409"] == 1
