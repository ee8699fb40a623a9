"""The database's schema: bringing it to the newest migration, and saying whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

_MIGRATIONS = Path(__file__).parent / "migrations"
# Any number that is always the same: two upgrades at once wait for each other on PostgreSQL.
_LOCK = 12333


class SchemaError(Exception):
    """The database is not at the newest migration; the sentence says what to run."""


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Run every migration that is missing, all or none, while nobody else does."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        command.upgrade(_config(connection), "head")


def newest() -> str:
    """Return the name of the newest migration."""
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def check(engine: Engine) -> None:
    """Raise SchemaError unless the database is at the newest migration."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current != newest():
        raise SchemaError(
            f"the database is at migration {current or 'none'}, the program needs {newest()}; "
            "run: hotline db upgrade"
        )
