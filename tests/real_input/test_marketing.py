"""Leads of a CRM, 2024: points for each lead converted and for each deal won that began as one."""

import csv
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from marketplace.kernel import clock
from marketplace.kernel.db import session, transaction
from marketplace.people.cli import people_cli
from marketplace.people.queries import actor_of
from marketplace.programs.cli import results_cli
from marketplace.programs.measures import Filter
from marketplace.programs.models import Program
from marketplace.programs.operations.metrics import define_metric
from marketplace.programs.operations.programs import NewProgram, create_program, move_program
from marketplace.programs.orders.terms import OrderTerms
from marketplace.programs.queries import points_report
from marketplace.programs.states import MetricUnit, ProgramKind, ProgramState
from tests.real_input.test_points import count
from tests.support.people import employ_priya
from tests.support.spurts import draft_spurt, leg

pytestmark = pytest.mark.real_input

PROFILES = Path(__file__).parent / "profiles"
YEAR = (date(2024, 1, 1), date(2024, 12, 31))


def reward_each(metric: str, points: int, *only: Filter) -> None:
    """A program of points for each thing that a metric counts."""
    priya, at = actor_of(employ_priya()), clock.now()
    with transaction():
        terms = OrderTerms(define_metric(metric, metric, MetricUnit.COUNT), points, 1, only)
        new = NewProgram(
            slug=metric,
            name=metric,
            summary="Points for each.",
            kind=ProgramKind.ORDER_RULE,
            starts_on=YEAR[0],
            ends_on=YEAR[1],
            budget_id=session().query(Program).first().budget_id,
            terms=terms,
        )
        move_program(priya, create_program(priya, new, at=at), ProgramState.RUNNING, at=at)


@pytest.fixture
def import_leads(crm_leads: Path, at):
    """Imports the agents, then a file of the CRM; answers how many points it gave."""
    draft_spurt(leg())  # its budget pays
    reward_each("converted", 40)
    reward_each("won", 100, Filter("type", ("New Business",)), Filter("lead"))
    command(people_cli, crm_leads / "sales_teams.csv", "crm_people.toml")

    def run(file: str, metric: str) -> int:
        said = command(results_cli, crm_leads / file, f"crm_{metric}.toml", f"--metric={metric}")
        return count("points given", said) if "points given" in said else 0

    return run


def command(group, file: Path, profile: str, *options: str) -> str:
    session().close()
    asked = ["import", str(file), "--profile", str(PROFILES / profile), *options]
    answer = CliRunner().invoke(group, asked)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_every_agent_has_the_points_and_the_shared_rank_computed_independently(
    import_leads, expected: Path
):
    assert import_leads("leads.csv", "converted") == 119 * 40
    assert import_leads("opportunities.csv", "won") == 447 * 100

    rows = points_report(*YEAR)
    with (expected / "leads_agents.csv").open(encoding="utf-8") as file:
        wanted = {
            row["agent"]: (int(row["points"]), int(row["rank"])) for row in csv.DictReader(file)
        }
    assert {row.external_id: (row.total, row.total_rank) for row in rows} == wanted
    assert sum(row.points for row in rows) == 49_460

    assert import_leads("leads.csv", "converted") == 0
    assert import_leads("opportunities.csv", "won") == 0
