"""Migrations make exactly the tables the program uses, on every database."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.exc import OperationalError

from ivr.store import schema, versions
from ivr.store.engine import connect
from ivr.store.tables import Table

SERVER = os.environ.get("HOTLINE_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without a single table."""
    name = f"hotline_schema_{uuid4().hex[:12]}"
    url = f"sqlite:///{tmp_path}/hotline.db"
    if request.param == "postgresql":
        _on_the_server(f"CREATE DATABASE {name}")
        url = make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    engine = connect(url)
    yield engine
    engine.dispose()
    if request.param == "postgresql":
        _on_the_server(f"DROP DATABASE {name} WITH (FORCE)")


def _on_the_server(statement: str) -> None:
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 3})
    try:
        with server.connect() as connection:
            connection.execute(text(statement))
    except OperationalError:
        if "postgresql" in os.environ.get("HOTLINE_REQUIRE", ""):
            raise
        pytest.skip("no PostgreSQL answers")
    finally:
        server.dispose()


def test_the_migrations_make_the_tables_of_the_program(empty: Engine) -> None:
    schema.upgrade(empty)
    with empty.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Table.metadata)
    assert differences == []


def test_upgrading_twice_changes_nothing_and_the_check_is_content(empty: Engine) -> None:
    schema.upgrade(empty)
    schema.upgrade(empty)
    schema.check(empty)


def test_a_database_behind_is_told_with_the_command_that_helps(empty: Engine) -> None:
    with pytest.raises(schema.SchemaError, match="hotline db upgrade"):
        schema.check(empty)


def test_versions_of_menus_that_were_published_before_are_live(empty: Engine) -> None:
    _migrate(empty, command.upgrade, "0001")
    content = {"content": b"", "first": "2026-11-23 01:30:00", "second": "2026-11-24 01:30:00"}
    with empty.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO menus_versions (digest, content, author, reason, published_at) VALUES"
                " ('one', :content, 'ann', '', :first), ('two', :content, 'ben', '', :second)"
            ),
            content,
        )
    schema.upgrade(empty)
    with empty.begin() as connection:
        assert (versions.newest(connection), versions.waiting(connection)) == ("two", None)
        assert [each.live_at == each.published_at for each in versions.listed(connection)] == [True, True]
        assert versions.listed(connection)[0].live_at is not None
    _migrate(empty, command.downgrade, "0001")
    with empty.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM menus_versions")).scalar() == 2
    schema.upgrade(empty)
    schema.check(empty)


def test_tickets_that_were_there_before_are_open_at_any_time(empty: Engine) -> None:
    _migrate(empty, command.upgrade, "0002")
    written = text(
        "INSERT INTO tickets (id, kind, state, note, at) VALUES (:id, 'call_back', 'open', '', :at)"
    )
    read = text("SELECT tries, reason, window_begins FROM tickets ORDER BY id")
    with empty.begin() as connection:
        connection.execute(written, {"id": 1, "at": "2026-11-23 01:30:00"})
    schema.upgrade(empty)
    with empty.begin() as connection:  # a program of the version before still writes
        connection.execute(written, {"id": 2, "at": "2026-11-23 01:31:00"})
        assert [tuple(row) for row in connection.execute(read)] == [(0, "", None)] * 2
    _migrate(empty, command.downgrade, "0002")
    with empty.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM tickets")).scalar() == 2
    schema.upgrade(empty)
    schema.check(empty)


def _migrate(engine: Engine, how: Callable[[Config, str], None], revision: str) -> None:
    with engine.begin() as connection:
        how(schema._config(connection), revision)


def test_migrations_are_one_straight_line_named_by_their_numbers() -> None:
    scripts = ScriptDirectory.from_config(schema._config())
    assert len(scripts.get_heads()) == 1
    files = sorted(Path(schema._MIGRATIONS, "versions").glob("[0-9]*.py"))
    assert [path.name[:4] for path in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]
