"""DBOS behind the job port: its tables beside ours, its enqueue inside our transaction.

Every job runs as one workflow with one step that calls the handler. A worker has a stable executor
id, so the same worker started again resumes what it left; the application version is pinned, so a
new release takes over the old one's jobs.
"""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from marketplace.kernel.db import WRITES, session, with_retries
from marketplace.kernel.errors import DomainError
from marketplace.kernel.jobs import HANDLERS, SCHEDULES, Job, Value
from marketplace.kernel.settings import Settings

if TYPE_CHECKING:
    from dbos import DBOSClient, DBOSConfig

APPLICATION = "laurel"
VERSION = "1"
QUEUE = "laurel"
WORKFLOW = "laurel_job"
SCHEMA = "dbos"
ATTEMPTS = 6

log = logging.getLogger(__name__)


class DbosQueue:
    """Puts jobs on the connection of the open transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._client: DBOSClient | None = None

    @property
    def client(self) -> "DBOSClient":
        if self._client is None:
            from dbos import DBOSClient

            self._client = DBOSClient(
                system_database_engine=self.engine, dbos_system_schema=SCHEMA, lazy=True
            )
        return self._client

    def put(self, job: Job) -> None:
        options: dict[str, Any] = {
            "workflow_name": WORKFLOW,
            "queue_name": QUEUE,
            "workflow_id": job.key,
            "app_version": VERSION,
            "application_name": APPLICATION,
        }
        if job.delay.total_seconds() > 0:
            options["delay_seconds"] = job.delay.total_seconds()
        self.client.enqueue_in_transaction(
            session().connection(),
            options,  # pyright: ignore[reportArgumentType]
            job.name,
            job.payload,
        )


def system_database_url(settings: Settings) -> str:
    """DBOS takes the plain address: the same SQLite file, or schema `dbos` of the same database."""
    return settings.database_url.replace("postgresql+psycopg://", "postgresql://")


def _config(settings: Settings, executor_id: str) -> "DBOSConfig":
    return {
        "name": APPLICATION,
        "system_database_url": system_database_url(settings),
        "dbos_system_schema": SCHEMA,
        "application_version": VERSION,
        "executor_id": executor_id,
        "log_level": "WARNING",
        "use_listen_notify": False,
        "scheduler_polling_interval_sec": 5.0,
    }


def migrate(settings: Settings) -> None:
    """Make or bring up to date the tables of the job engine."""
    from dbos import run_dbos_database_migrations

    run_dbos_database_migrations(system_database_url(settings), schema=SCHEMA)


def drop(engine: Engine, *, but: str) -> None:
    """Take the job engine's tables away; on SQLite, where it has no schema, all but one table.

    A job's key is its identity for ever, so keys that outlived the rows they speak of would keep
    the jobs of new rows with the same ids from running.
    """
    writing = engine.connect().execution_options(**{WRITES: True})
    with writing as connection, connection.begin():
        if engine.dialect.name == "postgresql":
            connection.execute(sa.schema.DropSchema(SCHEMA, cascade=True, if_exists=True))
            return
        for name, _ in reversed(sa.inspect(connection).get_sorted_table_and_fkc_names()):
            if name and name != but:
                connection.execute(sa.schema.DropTable(sa.Table(name, sa.MetaData())))


def run_handler(name: str, payload: dict[str, Value]) -> None:
    """Run one handler as a whole unit of work, again on a deadlock; a refusal is an end."""
    try:
        with_retries(lambda: HANDLERS[name](**payload))
    except DomainError as refusal:
        log.warning("Job %s %s ended with a refusal: %s", name, payload, refusal)


def start_worker(
    settings: Settings, executor_id: str, scope: Callable[[], AbstractContextManager[Any]]
) -> Callable[[], None]:
    """Start taking jobs in threads of this process; answers how to stop.

    `scope` opens what a handler needs around it (an application context).
    """
    from dbos import DBOS

    dbos = DBOS(config=_config(settings, executor_id))

    @DBOS.step(retries_allowed=True, max_attempts=ATTEMPTS, interval_seconds=1.0, backoff_rate=2.0)
    def run_job(name: str, payload: dict[str, Value]) -> None:
        with scope():
            run_handler(name, payload)

    @DBOS.workflow(name=WORKFLOW)
    def laurel_job(name: str, payload: dict[str, Value]) -> None:
        run_job(name, payload)

    @DBOS.workflow(name="laurel_schedule")
    def laurel_schedule(_planned: datetime, context: Any) -> None:
        run_job(context, {})

    DBOS.launch()
    DBOS.register_queue(
        QUEUE, worker_concurrency=4, polling_interval_sec=0.2, on_conflict="always_update"
    )
    DBOS.apply_schedules(
        [
            {
                "schedule_name": schedule.name,
                "workflow_fn": laurel_schedule,
                "schedule": schedule.cron,
                "context": schedule.name,
            }
            for schedule in SCHEDULES.values()
        ]
    )
    return lambda: dbos.destroy(workflow_completion_timeout_sec=10)
