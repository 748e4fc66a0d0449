"""What Alembic runs for every addon's history: on the caller's connection, on that addon's tables alone."""

from __future__ import annotations

from alembic import context

from core.migrate.history import context_options

_given = context.config.attributes
context.configure(
    connection=_given["connection"],
    version_table=_given["version_table"],
    **context_options(_given["addon"], _given["connection"].dialect.name),
)
with context.begin_transaction():
    context.run_migrations()
