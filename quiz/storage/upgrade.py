"""Brings a database to the tables of this version, whatever it had before."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from quiz.storage.database import Database, StorageDown

HEAD = "0001"
"""The last of the migrations."""
MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = 7_190_233_001
"""What processes that start at once agree on in PostgreSQL: any number that nothing else uses."""


def upgrade(database: Database) -> None:
    """Run what migrations are missing, once, however many processes ask for it at the same time. Raises StorageDown."""
    with database.reading() as connection:
        if version(connection) == HEAD:
            return
    with database.writing() as connection:
        if database.kind == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        if version(connection) != HEAD:
            _run(connection)


def version(connection: Connection) -> str | None:
    """The last migration that was run, or None on an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise StorageDown(
            f"the database was written by another version of this app ({version(connection)}, not {HEAD}): "
            "run that version, or name another database in GP_DATABASE_URL or GP_DATA_DIR"
        ) from None
