"""The ledger check over many transfers, beside one look at every row it is about."""

import json

import click

from bench import ledger_seed
from bench.house import House, Run
from bench.report import Report, Value

MOST_SECONDS, MOST_MB, ASKED = 60, 300, 1_000_000
# A number in every row of what the check compares.
SCANNED = (
    "accounts.owner_id",
    "account_balances.posted",
    "transfers.amount",
    "lots.remaining",
    "lot_moves.delta",
    "holds.amount",
    "hold_lots.amount",
    "awards.points",
)


def measure(house: House, *, transfers: int) -> Report:
    """Seed, check, and compare with reading the same tables once."""
    house.seed(ledger_seed.statements(transfers))
    report = Report("ledger", house.engine_name, "count(*) and sum() of the same tables, once each")
    floor = house.measure("bench.scan", house.plain_url, *SCANNED)
    check = house.laurel("ledger", "check", "--json")
    found = json.loads(check.output)
    if not found["ok"]:
        raise click.ClickException(f"The check found violations: {found['violations'][:3]}")
    report.add(
        f"{transfers:,} transfers", _values(check), _values(floor), check.seconds / floor.seconds
    )
    rows = sum(int(line.split()[1]) for line in floor.output.splitlines())
    report.facts = {"predicates": found["predicates"], "rows": rows}
    if transfers >= ASKED:
        report.expect("Seconds", check.seconds, MOST_SECONDS, "s")
        report.expect("Peak memory", check.peak_mb, MOST_MB, "MB")
    return report


def _values(run: Run) -> dict[str, Value]:
    return {"s": run.seconds, "s of processor": run.cpu_seconds, "MB": run.peak_mb}
