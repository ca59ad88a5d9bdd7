"""`bin/laurel`: the product's commands. Each slice brings its own group."""

import importlib
import signal
import sys
import threading
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.exc import OperationalError, ProgrammingError

from marketplace.app import create_app, job_scope, slice_modules
from marketplace.kernel import clock, jobs_engine, migrations
from marketplace.kernel.db import db, is_without_schema, transaction
from marketplace.kernel.errors import DomainError
from marketplace.kernel.failing_disk import end_with_the_disk
from marketplace.kernel.settings import ROOT, Settings, SettingsError
from redemption.approvals.operations.policies import lay_down_policies

BENCH = "bench"


class LaurelGroup(click.Group):
    """Says refusals as sentences and ends with 1, never with a stack trace.

    `bench` stands beside the packages and not above them, so it is loaded only when asked for.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), BENCH])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name == BENCH:
            return importlib.import_module("bench.cli").bench_cli
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (DomainError, SettingsError) as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except (OperationalError, ProgrammingError) as error:
            if not is_without_schema(error):
                raise
            words = "This database has no schema yet. Run: bin/laurel db upgrade"
            raise click.ClickException(words) from error


@click.group(cls=LaurelGroup)
@click.pass_context
def main(ctx: click.Context) -> None:
    """Laurel: incentive travel and a reward catalog for your own people."""
    if ctx.invoked_subcommand == BENCH:
        return  # it makes applications of its own, on databases of its own
    app = create_app()
    ctx.obj = app
    ctx.with_resource(job_scope(app))  # as for jobs: some commands write letters themselves


@main.group("db")
def db_cli() -> None:
    """The database schema."""


def _settings() -> Settings:
    return _app().config["LAUREL"]


def _app() -> Flask:
    return click.get_current_context().find_root().obj


@db_cli.command("upgrade")
def upgrade() -> None:
    """Bring the schema up to date; safe to repeat."""
    migrations.upgrade(db.engine, _settings())
    click.echo("The schema is up to date.")
    with transaction():
        laid = lay_down_policies(at=clock.now())
    if laid:
        click.echo(f"{laid} approval policies are in place. See: bin/laurel approvals policies")


@db_cli.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the schema down to REVISION (`base` removes all of it, with data and promised jobs)."""
    migrations.downgrade(db.engine, revision)
    click.echo(f"The schema is at {revision}.")


@db_cli.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """Write a new numbered migration from what the models have and the schema has not."""
    numbers = [
        int(p.name[:4]) for p in (ROOT / "migrations/versions").glob("[0-9][0-9][0-9][0-9]_*.py")
    ]
    migrations.revision(db.engine, message, f"{max(numbers, default=0) + 1:04d}")


@db_cli.command("check")
def check() -> None:
    """Up, down, up, each compared with the models. Only on an EMPTY database made for this."""
    engine = db.engine
    if db.inspect(engine).get_table_names():
        raise click.ClickException("This database has tables. Name an empty one for the check.")
    migrations.build_from_models(engine)
    wanted = migrations.schema_snapshot(engine)
    migrations.drop_models(engine)
    found = _differences_after_upgrade(wanted)
    migrations.downgrade(engine, "base")
    found += migrations.differences({}, migrations.schema_snapshot(engine))
    found += _differences_after_upgrade(wanted)
    for difference in found:
        click.echo(difference)
    if found:
        raise click.ClickException(f"{len(found)} differences between migrations and models.")
    click.echo(f"Migrations go up, down and up, and equal the models: {len(wanted):,} objects.")


def _differences_after_upgrade(wanted: dict[str, str]) -> list[str]:
    migrations.upgrade(db.engine, _settings())
    return migrations.differences(wanted, migrations.schema_snapshot(db.engine))


LOOPBACK = ("127.0.0.1", "::1", "localhost")


@main.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="Web processes.")
@click.option("--threads", default=8, show_default=True, help="Threads in each.")
def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve the web pages with Granian until stopped."""
    from granian.constants import Interfaces
    from granian.server import Server

    if not _settings().is_production and host not in LOOPBACK:
        click.echo(
            f"Anyone who reaches {host}:{port} can be any of the personas, because LAUREL_MODE is "
            f"{_settings().mode}. Serve people with LAUREL_MODE=production.",
            err=True,
        )
    migrations.refuse_unknown_version(db.engine)
    db.engine.dispose()
    Server(
        "wsgi:app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=5,
        working_dir=Path(ROOT),
    ).serve()


@main.command("worker")
@click.option(
    "--id", "executor_id", required=True, help="Stable name; the same name resumes its own work."
)
def worker(executor_id: str) -> None:
    """Run background jobs until stopped."""
    app = _app()
    migrations.refuse_unknown_version(db.engine)
    end_with_the_disk()
    stop = jobs_engine.start_worker(_settings(), executor_id, lambda: job_scope(app))
    ended = threading.Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: ended.set())
    click.echo(f"Worker {executor_id} is ready.")
    ended.wait()
    stop()


def _add_slice_commands() -> None:
    for module in slice_modules():
        for name, thing in vars(module).items():
            if name.endswith("_cli") and isinstance(thing, click.Command):
                main.add_command(thing)


_add_slice_commands()

if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(prog_name="laurel")
