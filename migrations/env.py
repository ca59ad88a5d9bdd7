"""How migrations run: on the connection Laurel hands over, in one transaction."""

from alembic import context

from marketplace.kernel.db import Model
from marketplace.kernel.migrations import include_object, render_item

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Model.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    include_object=include_object,
    render_item=render_item,
)
with context.begin_transaction():
    context.run_migrations()
