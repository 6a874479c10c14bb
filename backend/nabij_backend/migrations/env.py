"""Alembic's environment, for ``nabij migrate`` and ``alembic upgrade head``."""

from contextlib import nullcontext

from alembic import context

from nabij_backend.migrations.run import SCHEMA, prepared
from nabij_backend.settings import Settings

given = context.config.attributes.get("connection")
with nullcontext(given) if given else prepared(Settings().required_database_url) as connection:
    context.configure(connection=connection, version_table_schema=SCHEMA)
    with context.begin_transaction():
        context.run_migrations()
