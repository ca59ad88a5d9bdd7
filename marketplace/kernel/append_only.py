"""Tables that remember: the database itself refuses to change or delete their rows."""

from sqlalchemy import DDL, Table, event

_SQLITE = """CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only; a correction is a new row'); END"""

_POSTGRESQL_FUNCTION = """CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% is append-only; a correction is a new row', TG_TABLE_NAME; END
$$ LANGUAGE plpgsql"""

_POSTGRESQL = """CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
FOR EACH {each} EXECUTE FUNCTION refuse_change()"""


def append_only_statements(table: str, dialect: str) -> list[str]:
    """The DDL that makes a table append-only on `sqlite` or `postgresql`."""
    if dialect == "sqlite":
        return [_SQLITE.format(table=table, verb=verb) for verb in ("UPDATE", "DELETE")]
    return [
        _POSTGRESQL_FUNCTION,
        *(
            _POSTGRESQL.format(table=table, verb=verb, each=each)
            for verb, each in (("UPDATE", "ROW"), ("DELETE", "ROW"), ("TRUNCATE", "STATEMENT"))
        ),
    ]


def append_only(table: Table) -> Table:
    """Mark a table; `create_all` and the migrations both give it its triggers."""
    table.info["append_only"] = True
    for dialect in ("sqlite", "postgresql"):
        for statement in append_only_statements(table.name, dialect):
            ddl = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)
            event.listen(table, "after_create", ddl)
    return table
