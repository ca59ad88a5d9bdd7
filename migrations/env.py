"""How migrations run: on the connection Laurel hands over, in one transaction."""

from alembic import context

from marketplace.kernel.db import Model
from marketplace.kernel.migrations import include_object, render_item


def leave_out_info(_context, _revision, directives) -> None:
    """What a table carries for the program (marks, defaults) is no business of its DDL."""
    for step in directives[0].upgrade_ops.ops:
        if getattr(step, "info", None):
            step.info = {}


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Model.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    include_object=include_object,
    render_item=render_item,
    process_revision_directives=leave_out_info,
)
with context.begin_transaction():
    context.run_migrations()
