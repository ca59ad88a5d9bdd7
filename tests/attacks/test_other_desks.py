"""Ada administers people and looks after no catalog: no file tells her what rewards cost."""

import io

import pytest

from catalog.margins.operations import Cost, set_cost
from marketplace.access.actor import Actor
from marketplace.access.roles import Role
from marketplace.imports import operations, runner
from marketplace.kernel.db import transaction
from marketplace.people.queries import actor_of
from tests.support.browsing import hidden_fields
from tests.support.catalog import stock_reward
from tests.support.people import employ, employ_priya

PROFILE = """kind = "catalog"
[columns]
sku = "Stock number"
cost = "Cost"
cost_currency = "Currency"
"""


def send_file(sender: int, sku: str, at) -> int:
    """A sheet that would make a reward cost one euro; its import, with the dry run done."""
    table = f"Stock number,Cost,Currency\n{sku},1,EUR\n"
    upload = operations.Upload(
        kind="catalog",
        file_name="costs.csv",
        file=io.BytesIO(table.encode()),
        profile_name="Costs",
        profile_toml=PROFILE,
    )
    with transaction():
        run_id = operations.upload(upload, actor=actor_of(sender), at=at)
    runner.check_run(run_id)
    return run_id


@pytest.fixture
def run_id(at) -> int:
    """Priya's dry run, whose notes tell what the backpack costs the company."""
    backpack = stock_reward()
    with transaction():
        set_cost(Actor.system(), backpack.variant_id, Cost(4_150, None, "EUR"), at=at)
    return send_file(employ_priya(), backpack.sku, at)


@pytest.fixture
def ada(sign_in):
    return sign_in(employ("Ada Berg", roles=(Role.ADMIN,)))


def test_priya_reads_in_her_dry_run_what_the_reward_costs(run_id, sign_in):
    priya = sign_in(employ_priya())
    assert "Now “41.50”" in priya.get(f"/manage/imports/{run_id}").text
    assert "costs.csv" in priya.get("/manage/imports").text


@pytest.mark.parametrize("page", ["", "/problems.csv", "/rows-in-error"])
def test_ada_reads_no_dry_run_of_the_catalog(run_id, ada, page):
    assert ada.get(f"/manage/imports/{run_id}{page}").status_code == 404
    assert "costs.csv" not in ada.get("/manage/imports").text


def test_ada_can_neither_import_it_nor_put_it_aside(run_id, ada, sign_in):
    fields = hidden_fields(ada.get("/manage/imports/new?kind=people").text)
    for deed in ("import", "cancel"):
        assert ada.post(f"/manage/imports/{run_id}/{deed}", data=fields).status_code == 404
    page = sign_in(employ_priya()).get(f"/manage/imports/{run_id}").text
    assert "Waits for you" in page


def test_ada_sends_no_sheet_of_the_catalog_and_still_sends_people(run_id, ada):
    fields = hidden_fields(ada.get("/manage/imports/new?kind=people").text)
    assert ada.get("/manage/imports/new?kind=catalog").status_code == 404
    assert ada.post("/manage/imports/new?kind=catalog", data=fields).status_code == 404
    assert "kind=catalog" not in ada.get("/manage/imports").text
