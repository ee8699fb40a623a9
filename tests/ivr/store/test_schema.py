"""Migrations make exactly the tables the program uses, on every database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from ivr.store import schema
from ivr.store.engine import connect
from ivr.store.tables import Table


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        engine = connect(f"sqlite:///{tmp_path}/hotline.db")
        yield engine
        engine.dispose()
        return
    make = request.getfixturevalue("empty_postgresql")
    yield make


@pytest.fixture
def empty_postgresql() -> Iterator[Engine]:
    from conftest import _postgresql

    url = _postgresql("hotline_schema_test")
    engine = connect(url)
    yield engine
    engine.dispose()
    _postgresql("hotline_schema_test", drop=True)


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


def test_migrations_are_one_straight_line_named_by_their_numbers() -> None:
    scripts = ScriptDirectory.from_config(schema._config())
    assert len(scripts.get_heads()) == 1
    files = sorted(Path(schema._MIGRATIONS, "versions").glob("[0-9]*.py"))
    assert [path.name[:4] for path in files] == [f"{number:04d}" for number in range(1, len(files) + 1)]
