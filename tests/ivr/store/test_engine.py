"""Connections: SQLite for several writers, errors that show no values, and what to write for an address."""

import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError

from ivr.store.engine import DatabaseUrlError, connect, reading


def test_sqlite_is_in_wal_mode_with_foreign_keys(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/hotline.db")
    with engine.begin() as connection:
        modes = [
            connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "foreign_keys", "synchronous")
        ]
    engine.dispose()
    assert modes == ["wal", 1, 1]


def test_a_writer_waits_for_another_instead_of_failing_half_way(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/hotline.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counters (n INTEGER)"))
        connection.execute(text("INSERT INTO counters VALUES (0)"))

    def add() -> None:
        for _ in range(20):
            with engine.begin() as connection:
                n = connection.execute(text("SELECT n FROM counters")).scalar_one()
                connection.execute(text("UPDATE counters SET n = :n"), {"n": n + 1})

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.begin() as connection:
        assert connection.execute(text("SELECT n FROM counters")).scalar_one() == 80
    engine.dispose()


def test_who_only_reads_waits_for_nobody(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/hotline.db")
    with engine.begin() as writer:
        writer.execute(text("CREATE TABLE counters (n INTEGER)"))
        with reading(engine).begin() as reader:
            assert reader.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one() == 0
    engine.dispose()


def test_sec_33_errors_show_no_values(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path}/hotline.db")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE people (number TEXT UNIQUE)"))
    statement, values = text("INSERT INTO people VALUES (:number)"), {"number": "450199195503179983"}
    with engine.begin() as connection:
        connection.execute(statement, values)
        with pytest.raises(IntegrityError) as raised:
            connection.execute(statement, values)
    engine.dispose()
    assert "4501" not in str(raised.value)


def test_postgresql_is_reached_by_its_own_driver() -> None:
    engine = connect("postgresql+psycopg://nobody@127.0.0.1:1/none", pool=3)
    assert (engine.dialect.driver, engine.pool.size()) == ("psycopg", 3)  # type: ignore[attr-defined]
    with pytest.raises(OperationalError):
        engine.connect()


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite", "mysterydb://x/y"])
def test_an_address_of_no_database_says_what_to_write(url: str) -> None:
    with pytest.raises(DatabaseUrlError, match=r"write sqlite:///hotline\.db or postgresql\+psycopg://"):
        connect(url)
