"""`python -m bench.scan URL TABLE.COLUMN …`: reads every row of each table once."""

import sys

from bench.plain import connect


def main() -> None:
    """Count rows and add one column up: what any check must read at the very least."""
    connection = connect(sys.argv[1])
    for name in sys.argv[2:]:
        table, column = name.split(".")
        row = connection.execute(f"SELECT count(*), sum({column}) FROM {table}").fetchone()
        print(table, *row)
    connection.close()


if __name__ == "__main__":
    main()
