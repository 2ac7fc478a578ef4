"""Alembic runs this: on the connection it is given, in the transaction that is open there."""

from alembic import context

from quiz.storage.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
