"""For every room: a real browser, and real databases: what remembers is tested on SQLite and PostgreSQL."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from browsing import browser, context, microphone
from fetched import kokoro_folder, whisper_folder
from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from ivr.store.tables import Table

if TYPE_CHECKING:
    from house import House, Street

__all__ = ["browser", "context", "kokoro_folder", "microphone", "whisper_folder"]

POSTGRESQL = os.environ.get(
    "HOTLINE_TEST_POSTGRESQL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres"
)

LONGEST = (
    *("test_demo.py", "test_transcripts.py", "test_mischief.py", "test_kokoro_voice.py"),
    *("test_kokoro_clips.py", "test_listener.py", "test_ear_sample.py", "test_commands_serving.py"),
    *("test_bench.py", "test_dialogue_laws.py", "test_commands_menus.py", "test_callers_sample.py"),
    *("test_waiting_calls.py", "test_releases_simulated.py"),
)
"""The files that last longest, from a quarter of a minute to two and a half."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest: else one process works alone at the end, and the others wait for it."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.name, len(places)))


def engine_at(url: str) -> Engine:
    """Return an engine; on SQLite with write-ahead log, foreign keys and one writer from BEGIN on."""
    if not url.startswith("sqlite"):
        return create_engine(url, connect_args={"connect_timeout": 3})
    engine = create_engine(url, connect_args={"timeout": 20})

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions begin below, not where the driver guesses
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=OFF")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(name: str, *, drop: bool = False) -> str:
    """Create (or drop) a database of this name and return its address; skip where no server answers."""
    owner = create_engine(POSTGRESQL, connect_args={"connect_timeout": 3}, isolation_level="AUTOCOMMIT")
    statement = f"DROP DATABASE {name} WITH (FORCE)" if drop else f"CREATE DATABASE {name}"
    try:
        with owner.connect() as connection:
            connection.execute(text(statement))
    except OperationalError as error:
        if "postgresql" in os.environ.get("HOTLINE_REQUIRE", ""):
            raise
        pytest.skip(
            f"no PostgreSQL answers on {owner.url.host}:{owner.url.port} ({type(error.orig).__name__})"
        )
    finally:
        owner.dispose()
    return make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def _tabled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    name = f"hotline_test_{uuid4().hex[:12]}"
    folder: Path = tmp_path_factory.mktemp("database")
    url = f"sqlite:///{folder / 'hotline.db'}" if request.param == "sqlite" else _postgresql(name)
    engine = engine_at(url)
    Table.metadata.create_all(engine)
    yield engine
    engine.dispose()
    if request.param == "postgresql":
        _postgresql(name, drop=True)


@pytest.fixture
def engine(_tabled: Engine) -> Iterator[Engine]:
    """An engine on empty tables; every test runs once on SQLite and once on PostgreSQL.

    Another process reaches the same database at `engine.url.render_as_string(hide_password=False)`.
    """
    yield _tabled
    with _tabled.begin() as connection:
        for table in reversed(Table.metadata.sorted_tables):
            connection.execute(table.delete())


@pytest.fixture(scope="session")
def streets(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Callable[[str], Street]]":
    """Return the houses of "sqlite" or "postgresql", made when first asked for."""
    from house import Street  # noqa: PLC0415 - whoever needs no house does not wait for one

    made: dict[str, Street] = {}
    names: list[str] = []

    def street(database: str) -> Street:
        if database not in made:
            folder: Path = tmp_path_factory.mktemp("street")
            url = f"sqlite:///{folder / 'hotline.db'}"
            if database == "postgresql":
                names.append(f"hotline_test_{uuid4().hex[:12]}")
                url = _postgresql(names[-1])
            made[database] = Street(url, folder)
        return made[database]

    yield street
    for each in made.values():
        each.close()
    for name in names:
        _postgresql(name, drop=True)


@pytest.fixture
def hotline(streets: "Callable[[str], Street]") -> "House":
    """A whole hotline on SQLite, in which nothing has happened yet."""
    return streets("sqlite").house()


@pytest.fixture(params=["sqlite", "postgresql"])
def either_hotline(request: pytest.FixtureRequest, streets: "Callable[[str], Street]") -> "House":
    """A whole hotline, once on SQLite and once on PostgreSQL."""
    return streets(request.param).house()
