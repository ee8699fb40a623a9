"""Connections: SQLite in WAL mode or PostgreSQL, set up the same everywhere."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

_SQLITE = ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL", "PRAGMA foreign_keys = ON")


class DatabaseUrlError(ValueError):
    """HOTLINE_DATABASE_URL does not name a database we can use."""


def connect(url: str, pool: int = 10) -> Engine:
    """Return an engine for HOTLINE_DATABASE_URL. Statements' parameters never get into errors or logs.

    SQLite transactions take the write lock when they begin: two turns at once wait for each other (at most
    fifteen seconds) instead of failing half way.
    """
    try:
        if url.startswith("sqlite"):
            engine = create_engine(url, hide_parameters=True, connect_args={"timeout": 15})
            _set_up_sqlite(engine)
            return engine
        return create_engine(url, hide_parameters=True, pool_size=pool, pool_pre_ping=True)
    except (ArgumentError, NoSuchModuleError) as error:
        raise DatabaseUrlError(
            "HOTLINE_DATABASE_URL is not understood; write sqlite:///hotline.db or postgresql+psycopg://user@host/name"
        ) from error


def _set_up_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves; sqlite3 would say it too late
        for statement in _SQLITE:
            connection.execute(statement)

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def reading(engine: Engine) -> Engine:
    """Return the same engine for transactions that only read: they wait for nobody."""
    return engine.execution_options(reading=True)
