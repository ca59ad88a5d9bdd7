"""Raises workers: imports everything once, then forks a process for each `bin/laurel` command.

One order a line on standard input: `{"arguments": […], "environment": {…}, "careless": false}`.
Two lines come back for each: the process id at once, the exit status when it has ended (a signal
as a negative number). The forked process runs the same `main` as `bin/laurel`.
"""

import json
import os
import sys


def main() -> None:
    """Take orders until standard input ends."""
    import dbos  # noqa: F401  imported before forking, as the rest

    from marketplace.cli import main as laurel

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
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(  # noqa: TID251  this is the forked command's own
        order["environment"]
    )
    if order["careless"]:
        from tests.crash import careless

        careless.replace_handler()
    status = 1
    try:
        laurel(order["arguments"], prog_name="laurel", standalone_mode=True)
    except SystemExit as ended:
        status = int(ended.code or 0)
    finally:
        os._exit(status)


if __name__ == "__main__":
    main()
