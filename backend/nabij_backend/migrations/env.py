"""Runs the revisions on the connection that ``migrations.run`` hands over."""

from alembic import context
from geoalchemy2 import alembic_helpers

from nabij_backend.migrations.run import only_ours
from nabij_backend.tables import SCHEMA, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    include_schemas=True,
    include_name=only_ours,
    include_object=alembic_helpers.include_object,
    process_revision_directives=alembic_helpers.writer,
    render_item=alembic_helpers.render_item,
    version_table_schema=SCHEMA,
    compare_type=True,
)

with context.begin_transaction():
    context.run_migrations()
