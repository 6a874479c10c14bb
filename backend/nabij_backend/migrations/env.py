"""Runs the revisions on the connection that ``migrations.run`` hands over."""

from alembic import context

from nabij_backend.migrations.run import only_ours
from nabij_backend.tables import SCHEMA, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_schemas=True,
    include_name=only_ours,
    version_table_schema=SCHEMA,
)

with context.begin_transaction():
    context.run_migrations()
