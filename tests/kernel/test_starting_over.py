"""A schema taken down leaves nothing behind that would hold new work back."""

import pytest
import sqlalchemy as sa
from flask import Flask

from marketplace.app import create_app
from marketplace.kernel import migrations
from marketplace.kernel.db import WRITES, db, transaction
from marketplace.kernel.jobs import enqueue
from marketplace.kernel.jobs_engine import SCHEMA
from marketplace.kernel.settings import SettingsError
from tests.conftest import settings_for
from tests.support.postgres import drop_database, fresh_database


@pytest.fixture
def laurel(engine, request, tmp_path):
    """An application with the real queue on a database of its own."""
    url = f"sqlite:///{tmp_path / 'laurel.db'}"
    if engine == "postgresql":
        url = fresh_database(request.getfixturevalue("postgres_url"))
    app = create_app(settings_for(url))
    with app.app_context():
        migrations.upgrade(db.engine, app.config["LAUREL"])
        yield app
        db.session.remove()
        db.engine.dispose()
    if engine == "postgresql":
        drop_database(url)


def test_a_database_of_another_state_is_refused_by_name_and_kept(laurel):
    promise_a_letter()
    with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        connection.exec_driver_sql("ALTER TABLE rewards ADD COLUMN glitter INTEGER")
    with pytest.raises(SettingsError, match=r"rewards\.glitter differ.*bin/demo --reset"):
        migrations.upgrade(db.engine, laurel.config["LAUREL"])
    assert promised(laurel) == 1


def promised(app: Flask) -> int:
    where = None if app.config["LAUREL"].is_sqlite else SCHEMA
    workflows = sa.Table("workflow_status", sa.MetaData(), schema=where)
    with db.engine.connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(workflows)) or 0


def promise_a_letter() -> None:
    with transaction():
        enqueue("mail.send", key="1", letter_id=1)


def test_the_job_of_a_new_row_is_kept_although_an_old_row_had_its_id(laurel):
    promise_a_letter()
    promise_a_letter()
    assert promised(laurel) == 1

    migrations.downgrade(db.engine, "base")
    assert set(sa.inspect(db.engine).get_table_names()) <= {migrations.VERSIONS}

    migrations.upgrade(db.engine, laurel.config["LAUREL"])
    assert promised(laurel) == 0
    promise_a_letter()
    assert promised(laurel) == 1
