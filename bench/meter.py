"""Runs one command and says how long it took and how much memory it had at most.

A process of its own, and a small one: Linux counts what the parent had in memory before the child
became another program, so a parent that just filled a database would be measured too.
"""

import json
import os
import subprocess
import sys
import time

KILOBYTES_A_UNIT = 1 / 1024 if sys.platform == "darwin" else 1


def main() -> None:
    """`meter.py REPORT COMMAND …`: REPORT is a file descriptor that the figures are written to."""
    report, command = int(sys.argv[1]), sys.argv[2:]
    began = time.monotonic()
    child = subprocess.Popen(command)
    _pid, status, usage = os.wait4(child.pid, 0)
    child.returncode = code = os.waitstatus_to_exitcode(status)
    figures = {
        "seconds": time.monotonic() - began,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "peak_mb": usage.ru_maxrss * KILOBYTES_A_UNIT / 1024,
        "code": code,
    }
    os.write(report, json.dumps(figures).encode())


if __name__ == "__main__":
    main()
