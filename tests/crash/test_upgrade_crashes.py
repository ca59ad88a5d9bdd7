"""F27: an upgrade that is killed half way is begun again and ends whole; the old one keeps away."""

import os
import random
import select
import signal
from contextlib import suppress

import pytest
import sqlalchemy as sa

from marketplace.app import create_app
from marketplace.kernel import migrations
from marketplace.kernel.db import WRITES, Model, db
from marketplace.kernel.settings import ROOT
from redemption.approvals.models import ApprovalPolicy
from tests.conftest import settings_for
from tests.crash import world

pytestmark = pytest.mark.crash

UPGRADE = ("db", "upgrade")
POINTS = sorted(world.points_in(ROOT / "marketplace/kernel/migrations.py"))
KILLS = [2, pytest.param(40, marks=[pytest.mark.soak, pytest.mark.timeout(3_600)])]
TAKES = 1.5  # seconds, about


@pytest.fixture
def empty_house(url, raised):
    """A database without a schema."""
    settings = settings_for(url)
    raised.environment = {
        "LAUREL_MODE": "test",
        "LAUREL_DATABASE_URL": url,
        "LAUREL_SECRET_KEY": settings.secret_key,
        "LAUREL_BASE_URL": settings.base_url,
    }
    with create_app(settings).app_context():
        yield raised
        db.session.remove()
        db.engine.dispose()


def writing():
    return db.engine.connect().execution_options(**{WRITES: True})


def wanted() -> dict[str, str]:
    """The schema as the models have it, told by the database; it is taken away again."""
    migrations.build_from_models(db.engine)
    found = migrations.schema_snapshot(db.engine)
    migrations.drop_models(db.engine)
    db.engine.dispose()
    return found


def ended(raised, *command: str) -> int:
    db.engine.dispose()
    raised.start(command=command)
    return raised.nursery.exit_status(raised.log)


def assert_whole(raised, schema) -> None:
    assert ended(raised, *UPGRADE) == 0, raised.log.read_text()[-2000:]
    assert migrations.differences(schema, migrations.schema_snapshot(db.engine)) == []
    laid = sa.select(sa.func.count()).select_from(ApprovalPolicy)
    with db.engine.connect() as connection:
        assert connection.scalar(laid)
    db.engine.dispose()


@pytest.mark.parametrize("point", POINTS)
def test_killed_between_its_steps_it_ends_whole_the_next_time(empty_house, point):
    schema = wanted()
    assert empty_house.killed_at(point, command=UPGRADE)
    assert_whole(empty_house, schema)


@pytest.mark.parametrize("kills", KILLS)
def test_killed_at_any_moment_it_ends_whole_the_next_time(empty_house, kills):
    schema, dice = wanted(), random.Random(kills)
    for _ in range(kills):
        pid = empty_house.start(command=UPGRADE)
        select.select([], [], [], dice.uniform(0, TAKES))
        with suppress(ProcessLookupError):  # it was quicker
            os.kill(pid, signal.SIGKILL)
        assert empty_house.nursery.exit_status(empty_house.log) in {0, -signal.SIGKILL}
    assert_whole(empty_house, schema)


def test_control_half_of_a_schema_is_not_taken_for_one(empty_house):
    tables = Model.metadata.sorted_tables
    with writing() as connection, connection.begin():
        Model.metadata.create_all(connection, tables=tables[: len(tables) // 2])
    assert ended(empty_house, *UPGRADE) != 0


@pytest.mark.parametrize("command", [world.AS_WORKER, ("serve", "--port", "1")])
def test_an_old_one_does_not_begin_on_the_schema_of_a_newer(empty_house, command):
    assert ended(empty_house, *UPGRADE) == 0
    with writing() as connection, connection.begin():
        connection.execute(sa.text(f"UPDATE {migrations.VERSIONS} SET version_num = '9999'"))
    assert ended(empty_house, *command) == 1
    assert "schema of this database is 9999" in empty_house.log.read_text()
