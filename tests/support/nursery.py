"""Commands in processes of their own that start at once: what takes long is done before the fork.

The nursery is a process that takes one order a line on standard input: `{"arguments": […],
"environment": {…}, "out": "…", "err": "…", "first": "module:function"}`. Two lines come back for
each: the process id at once, the exit status when it has ended (a signal as a negative number).
The forked process runs the same `main` as `bin/laurel`, after the function called `first`, if any.
"""

import gc
import json
import os
import pkgutil
import select
import subprocess
import sys
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.orm import configure_mappers

from marketplace.kernel.settings import ROOT, Settings
from tests.support.compiled import keep_addresses

PATIENCE = 180  # seconds until a command that should have ended counts as stuck


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, and what it said."""

    status: int
    stdout: str
    stderr: str


@dataclass(frozen=True, slots=True)
class Nursery:
    """The process that forks the others, one at a time, and the folder where they write.

    `unheard`: what was started and how it ended was not read, as a test failed in between.
    """

    process: subprocess.Popen[bytes]
    folder: Path
    unheard: list[int] = field(default_factory=list)

    def start(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        *,
        log: Path,
        err: Path | None = None,
        first: str = "",
    ) -> int:
        """Start `bin/laurel` with these arguments; its process id. It adds to the log."""
        order = {
            "arguments": list(arguments),
            "environment": dict(environment),
            "out": str(log),
            "err": str(err or log),
            "first": first,
        }
        while self.unheard:
            self.exit_status(log)
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        self.unheard.append(self._number(log))
        return self.unheard[-1]

    def exit_status(self, log: Path) -> int:
        """How what was started has ended; a signal as a negative number."""
        status = self._number(log)
        self.unheard.clear()
        return status

    def run(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Done:
        """Run `bin/laurel` with these arguments to its end."""
        out, err = self.folder / "stdout", self.folder / "stderr"
        for path in (out, err):
            path.write_text("")
        self.start(arguments, environment, log=out, err=err)
        return Done(self.exit_status(err), out.read_text("utf-8"), err.read_text("utf-8"))

    def _number(self, log: Path) -> int:
        assert self.process.stdout is not None
        line = b""
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            if not ready:
                self.process.kill()  # what comes late would be taken for the answer to another
                raise AssertionError(f"the command is stuck: {log.read_text()[-2000:]}")
            line += (read := self.process.stdout.read(1))
            assert read, "the nursery has ended; nursery.log tells why"
        return int(line)


@contextmanager
def nursery_in(folder: Path) -> Iterator[Nursery]:
    """A nursery until the end of the block; nothing of it outlives that."""
    given = os.environ  # noqa: TID251  children get what this process has, less its settings
    with (folder / "nursery.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.support.nursery"],
            cwd=ROOT,
            env={name: text for name, text in given.items() if not name.startswith("LAUREL_")}
            | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            bufsize=0,  # what was read ahead could not be waited for
        )
    try:
        yield Nursery(process, folder)
    finally:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()


def take_orders() -> None:
    """Fork a command for each order, until standard input ends. What all need is made before."""
    import dbos  # noqa: F401  imported before forking, as the rest

    from marketplace.app import create_app
    from marketplace.cli import main as laurel

    keep_addresses()
    create_app(Settings(mode="test", database_url=f"sqlite:///{os.devnull}"))
    configure_mappers()
    gc.collect()
    gc.freeze()  # what no child looks at stays shared
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _be(order, laurel)
        _say(pid)
        _, status = os.waitpid(pid, 0)
        _say(os.waitstatus_to_exitcode(status))


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _be(order: dict, laurel) -> None:
    for stream, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_APPEND), stream)
    os.environ.update(  # noqa: TID251  this is the forked command's own
        order["environment"]
    )
    status = 1
    try:
        if order["first"]:
            pkgutil.resolve_name(order["first"])()
        laurel(order["arguments"], prog_name="laurel", standalone_mode=True)
    except SystemExit as ended:
        status = int(ended.code or 0)
    except BaseException:  # noqa: BLE001  whatever it was, the log of the test tells
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    take_orders()
