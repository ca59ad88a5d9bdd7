"""Migrate up, down and up again on both engines and compare the result with the models.

`python -m tests.support.migrations` is a stage of `.ci/run`; the work is done by
`bin/laurel db check`.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.postgres import environment, fresh_database, postgres_server

LAUREL = Path(__file__).resolve().parents[2] / "bin" / "laurel"


def main() -> int:
    """Check SQLite and PostgreSQL, both even when the first one fails."""
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        addresses = [f"sqlite:///{folder}/check.db", fresh_database(server)]
        checks = [
            subprocess.run(
                [LAUREL, "db", "check"],
                env={**environment, "LAUREL_MODE": "test", "LAUREL_DATABASE_URL": address},
                check=False,
            )
            for address in addresses
        ]
    return 1 if any(check.returncode for check in checks) else 0


if __name__ == "__main__":
    sys.exit(main())
