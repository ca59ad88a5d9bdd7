"""`python -m bench.bare_load URL FILE`: the floor of an import, texts in a bare table."""

import csv
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from bench.plain import connect, is_postgres

BATCH = 5_000


def main() -> None:
    """Read the file with the csv module and insert what it says, in one transaction."""
    url, path = sys.argv[1], Path(sys.argv[2])
    connection = connect(url)
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file)
        header = next(rows)
        mark = "%s" if is_postgres(url) else "?"
        columns = ", ".join(f"c{position} TEXT" for position in range(len(header)))
        connection.execute("BEGIN" if mark == "?" else "SELECT 1")
        connection.execute(f"CREATE TABLE bench_bare ({columns})")
        insert = f"INSERT INTO bench_bare VALUES ({', '.join([mark] * len(header))})"
        for batch in _batches(rows):
            connection.cursor().executemany(insert, batch)
    connection.execute("DROP TABLE bench_bare")
    connection.execute("COMMIT") if mark == "?" else connection.commit()
    connection.close()


def _batches(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


if __name__ == "__main__":
    main()
