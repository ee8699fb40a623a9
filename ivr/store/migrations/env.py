"""How Alembic reaches the database: through a connection given by `ivr.store.schema`, never by itself."""

from alembic import context

from ivr.store.tables import Table

connection = context.config.attributes["connection"]
# Batches let SQLite change tables, too: it copies them where PostgreSQL alters them.
context.configure(
    connection=connection, target_metadata=Table.metadata, render_as_batch=True, compare_type=True
)
with context.begin_transaction():
    context.run_migrations()
